// What passes: who writes, who looks, who is here, how far others have read. None of it has a revision.

import type { Emitter } from '../emitter.js';
import type { Writer } from '../objects.js';
import type { ClientStore } from '../store/store.js';
import type { Events, ServerEvent } from '../types.js';
import type { Membership, Message, Presence, Receipt, Typing, Viewing } from '../wire.js';

/** Somebody of whom nothing more is heard has stopped writing, whatever the server says. */
const WRITES_FOR_MS = 6_000;

export class Signals {
  readonly #store: ClientStore;
  readonly #emitter: Emitter<Events>;
  readonly #loadPeople: (conversationId: string) => Promise<void>;
  readonly #loading = new Set<string>();
  /** When writing ends by itself, by conversation and person. */
  readonly #ends = new Map<string, { timer: ReturnType<typeof setTimeout>; conversationId: string; user: Writer }>();

  constructor(store: ClientStore, emitter: Emitter<Events>, loadPeople: (conversationId: string) => Promise<void>) {
    this.#store = store;
    this.#emitter = emitter;
    this.#loadPeople = loadPeople;
  }

  /** Takes a signal; false when the event is none. */
  take({ type, conversation_id: id, data }: ServerEvent): boolean {
    switch (type) {
      case 'presence.changed':
        this.presence(data as Presence);
        return true;
      case 'typing.started':
        this.#writes(data as Typing);
        return true;
      case 'typing.stopped':
        this.#stops((data as Typing).conversation_id, (data as Typing).user.id);
        return true;
      case 'receipt.read':
      case 'receipt.delivered':
        this.#receipt(type === 'receipt.read' ? 'read' : 'delivered', data as Receipt);
        return true;
      case 'membership.updated':
        this.#settings(id ?? '', data as Membership);
        return true;
      case 'participant.opened':
      case 'participant.closed':
        this.#looks(data as Viewing, type === 'participant.opened');
        return true;
      default:
        return false;
    }
  }

  presence(presence: Presence): void {
    this.#store.seen(presence);
    this.#emitter.emit('presence', presence);
  }

  /** Who has sent writes no more. */
  wrote({ conversation_id, sender }: Message): void {
    this.#stops(conversation_id, sender.id);
  }

  disconnected(): void {
    for (const { conversationId, user } of [...this.#ends.values()]) this.#stops(conversationId, user.id);
  }

  #looks({ conversation_id: conversationId, user }: Viewing, open: boolean): void {
    this.#emitter.emit('viewing', { conversationId, user, open });
  }

  #writes({ conversation_id: conversationId, user, expires_in_ms: forMs = WRITES_FOR_MS }: Typing): void {
    const key = `${conversationId} ${user.id}`;
    const known = this.#ends.get(key);
    clearTimeout(known?.timer);
    this.#ends.set(key, { timer: setTimeout(() => this.#stops(conversationId, user.id), forMs), conversationId, user });
    if (known) return;
    this.#store.writers(conversationId, [...this.#store.typing(conversationId), user]);
    this.#emitter.emit('typing', { conversationId, user, typing: true });
  }

  #stops(conversationId: string, userId: string): void {
    const key = `${conversationId} ${userId}`;
    const known = this.#ends.get(key);
    if (!known) return;
    clearTimeout(known.timer);
    this.#ends.delete(key);
    this.#store.writers(conversationId, this.#store.typing(conversationId).filter(({ id }) => id !== userId));
    this.#emitter.emit('typing', { conversationId, user: known.user, typing: false });
  }

  #receipt(kind: 'read' | 'delivered', { conversation_id: conversationId, user_id: userId, seq }: Receipt): void {
    const room = this.#store.room(conversationId);
    if (!room) return;
    this.#store.change(conversationId, () => room.receipt({ kind, userId, seq }));
    if (!room.knowsPeople && userId !== this.#store.meId) void this.#people(conversationId);
    this.#emitter.emit('receipt', { conversationId, userId, seq, kind });
  }

  async #people(conversationId: string): Promise<void> {
    if (this.#loading.has(conversationId)) return;
    this.#loading.add(conversationId);
    await this.#loadPeople(conversationId);
    this.#loading.delete(conversationId);
  }

  #settings(conversationId: string, membership: Membership): void {
    const conversation = this.#store.change(conversationId, (room) => room.settings(membership));
    if (conversation) this.#emitter.emit('conversation', { conversation, reset: false });
  }
}
