// What two versions of the same object make together.

import type { ChatMessage } from '../types.js';
import type { Message, Reaction } from '../wire.js';

const RANKS = ['pending', 'failed', 'sent', 'delivered', 'read'] as const;

type Status = NonNullable<ChatMessage['status']>;

/** A message of the server as the store holds it. */
export function received(message: Message, meId: string | undefined): ChatMessage {
  const own = message.sender.id === meId && message.kind !== 'system';
  const key = own && message.client_id !== null ? message.client_id : message.id;
  const stored: ChatMessage = { ...message, key };
  if (own) stored.status ??= 'sent';
  return stored;
}

/**
 * The newer of two versions of a message. Live events say nothing that depends on who looks: that is kept from the
 * version that says it.
 */
export function merged(known: ChatMessage, incoming: ChatMessage): ChatMessage {
  const [older, newer] = incoming.revision < known.revision ? [incoming, known] : [known, incoming];
  const result: ChatMessage = { ...newer, key: known.key, reactions: withMine(newer.reactions, older.reactions) };
  const status = further(known.status, incoming.status);
  if (status) result.status = status;
  return result;
}

/** How far a message has come: never less far. */
export function further(a: Status | undefined, b: Status | undefined): Status | undefined {
  return RANKS.indexOf(a as Status) >= RANKS.indexOf(b as Status) ? a : b;
}

function withMine(reactions: Reaction[], older: Reaction[]): Reaction[] {
  return reactions.map((reaction) => {
    const me = reaction.me ?? older.find(({ emoji }) => emoji === reaction.emoji)?.me;
    return me === undefined ? reaction : { ...reaction, me };
  });
}
