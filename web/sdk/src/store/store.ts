// What a client knows: conversations in order of activity, their messages in order, each once. Changes are told in
// one go per task. Nothing here asks the server.

import { guarded } from '../emitter.js';
import type { ChatMessage } from '../types.js';
import type { Conversation, Writer } from '../objects.js';
import type { Membership, Message, Presence } from '../wire.js';
import { received } from './merge.js';
import { Pending, placeOf } from './pending.js';
import { Room } from './room.js';

/** What changed in the store since the last call. */
export interface StoreChange {
  /** Conversations that came, went or changed, or whose messages or writers did. */
  conversationIds: ReadonlySet<string>;
  /** People whose presence changed, or to whom messages are on their way. */
  userIds: ReadonlySet<string>;
}

/** What a client knows. Answers are not to be changed, and are the same object until something in them changes. */
export interface Store {
  /** All conversations, newest activity first; those that the person hid only with `hidden`. */
  conversations(options?: { hidden?: boolean }): readonly Conversation[];
  conversation(id: string): Conversation | undefined;
  /**
   * The newest messages without a gap, oldest first, those on their way last. `messages.older` extends it. Of a person
   * with whom there is no conversation yet: those on their way.
   */
  messages(where: string | { recipientId: string }): readonly ChatMessage[];
  /** The direct conversation with a person. */
  directWith(userId: string): string | undefined;
  /** How many of one's own messages wait to be sent. */
  readonly waiting: number;
  /** Whether there may be older messages than those held. */
  hasOlder(conversationId: string): boolean;
  /** Who writes there now. */
  typing(conversationId: string): readonly Writer[];
  /** What is known of a person; see `presence.subscribe`. */
  presence(userId: string): Presence | undefined;
  /** The sum of what is unread in conversations that are neither hidden nor muted. */
  readonly unread: number;
  /** Answers a function that ends it. */
  subscribe(listener: (change: StoreChange) => void): () => void;
}

const NOBODY: readonly Writer[] = [];
const NOTHING: readonly ChatMessage[] = [];

export class ClientStore implements Store {
  meId: string | undefined;
  readonly #rooms = new Map<string, Room>();
  readonly #pending = new Pending();
  readonly #writers = new Map<string, readonly Writer[]>();
  readonly #presence = new Map<string, Presence>();
  readonly #listeners = new Set<(change: StoreChange) => void>();
  /** Answers that were given and still hold. */
  readonly #views = new Map<string, readonly ChatMessage[]>();
  #lists: Partial<Record<'shown' | 'hidden', readonly Conversation[]>> = {};
  #change: { conversationIds: Set<string>; userIds: Set<string> } | undefined;

  conversations({ hidden = false }: { hidden?: boolean } = {}): readonly Conversation[] {
    return (this.#lists[hidden ? 'hidden' : 'shown'] ??= [...this.#rooms.values()]
      .map(({ conversation }) => conversation)
      .filter(({ membership }) => membership.hidden === hidden)
      .sort(byActivity));
  }

  conversation(id: string): Conversation | undefined {
    return this.#rooms.get(id)?.conversation;
  }

  messages(where: string | { recipientId: string }): readonly ChatMessage[] {
    const place = typeof where === 'string' ? where : (this.directWith(where.recipientId) ?? placeOf(where.recipientId));
    const view = this.#views.get(place);
    if (view) return view;
    const stored = this.#rooms.get(place)?.messages ?? NOTHING;
    const pending = this.#pending.in(place);
    if (stored.length + pending.length === 0) return NOTHING;
    const next = [...stored, ...pending];
    this.#views.set(place, next);
    return next;
  }

  directWith(userId: string): string | undefined {
    for (const { conversation } of this.#rooms.values()) if (conversation.participant?.id === userId) return conversation.id;
    return undefined;
  }

  get waiting(): number {
    return this.#pending.all().filter(({ status }) => status === 'pending').length;
  }

  hasOlder(conversationId: string): boolean {
    return this.#rooms.get(conversationId)?.hasOlder ?? false;
  }

  typing(conversationId: string): readonly Writer[] {
    return this.#writers.get(conversationId) ?? NOBODY;
  }

  presence(userId: string): Presence | undefined {
    return this.#presence.get(userId);
  }

  get unread(): number {
    const now = Date.now();
    const shown = this.conversations().filter(({ membership: { muted, muted_until } }) => !muted || (muted_until !== null && Date.parse(muted_until) <= now));
    return shown.reduce((sum, { unread_count }) => sum + unread_count, 0);
  }

  subscribe(listener: (change: StoreChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  // --- what the client takes in -------------------------------------------------------------------------------

  room(id: string): Room | undefined {
    return this.#rooms.get(id);
  }

  /** Begins a conversation anew: nothing of what was known of it counts any more. */
  reset(conversation: Conversation): Conversation {
    const room = new Room(conversation, this.meId, this.received);
    this.#rooms.set(conversation.id, room);
    if (conversation.participant) this.#joined(conversation.participant.id, conversation.id);
    for (const message of room.messages) this.#arrived(message);
    this.#touch(conversation.id);
    return room.conversation;
  }

  /** Changes a conversation, if it is known. */
  change(id: string, change: (room: Room) => void): Conversation | undefined {
    const room = this.#rooms.get(id);
    if (!room) return undefined;
    change(room);
    this.#touch(id);
    return room.conversation;
  }

  /**
   * Takes a conversation from an answer that came beside the events. One that is of another moment than what is known
   * says nothing but what events do not say.
   */
  put(conversation: Conversation): Conversation {
    const { participants, ...summary } = conversation;
    const known = this.change(conversation.id, (room) => {
      if (conversation.revision === room.conversation.revision) room.update(summary);
      if (participants) room.people(participants, 'all');
    });
    return known ?? this.reset(conversation);
  }

  settings(id: string, membership: Membership, unread?: number): void {
    this.change(id, (room) => room.settings(membership, unread));
  }

  /** Takes a message of the server, from wherever it came. */
  message(message: Message): ChatMessage {
    let stored = this.received(message);
    this.#arrived(stored);
    this.change(message.conversation_id, (room) => {
      stored = room.put(stored);
    });
    return stored;
  }

  /** A message of the server as the store holds it. */
  readonly received = (message: Message): ChatMessage => received(message, this.meId);

  remove(id: string): void {
    this.#rooms.delete(id);
    this.#writers.delete(id);
    this.#touch(id);
  }

  /** Takes an own message that is on its way, or its new state; `recipientId`: to whom, where that is how it is sent. */
  pending(message: ChatMessage, recipientId?: string): void {
    const known = message.conversation_id || (recipientId && this.directWith(recipientId));
    // Another program may have sent it already.
    if (known && this.#rooms.get(known)?.messages.some(({ key }) => key === message.key)) return;
    const place = this.#pending.put({ ...message, conversation_id: known || '' }, known || placeOf(recipientId ?? ''));
    this.#touch(place, recipientId);
  }

  /** An own message is on its way no more. */
  settled(key: string): void {
    const place = this.#pending.drop(key);
    if (place !== undefined) this.#touch(place);
  }

  writers(conversationId: string, writers: readonly Writer[]): void {
    if (writers.length > 0) this.#writers.set(conversationId, writers);
    else this.#writers.delete(conversationId);
    this.#touch(conversationId);
  }

  seen(presence: Presence): void {
    this.#presence.set(presence.user_id, presence);
    this.#changes().userIds.add(presence.user_id);
  }

  /** A message of one's own that has arrived is no longer on its way. */
  #arrived(message: ChatMessage): void {
    if (message.key !== message.id) this.settled(message.key);
  }

  /** There is a conversation with that person now: what was on its way to them is in it. */
  #joined(userId: string, conversationId: string): void {
    this.#pending.settle(userId, conversationId);
    this.#views.delete(placeOf(userId));
  }

  /** `place`: a conversation, or where messages to a person without one are. */
  #touch(place: string, userId?: string): void {
    this.#views.delete(place);
    this.#lists = {};
    if (userId !== undefined) this.#changes().userIds.add(userId);
    if (this.#rooms.has(place) || userId === undefined) this.#changes().conversationIds.add(place);
  }

  #changes() {
    if (!this.#change) {
      this.#change = { conversationIds: new Set(), userIds: new Set() };
      queueMicrotask(() => {
        const change = this.#change as StoreChange;
        this.#change = undefined;
        for (const listener of [...this.#listeners]) guarded(() => listener(change));
      });
    }
    return this.#change;
  }
}

function byActivity(a: Conversation, b: Conversation): number {
  const [at, bt] = [a.last_message?.created_at ?? a.created_at, b.last_message?.created_at ?? b.created_at];
  return at < bt ? 1 : at > bt ? -1 : a.id < b.id ? 1 : -1;
}
