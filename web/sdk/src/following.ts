// What a connection is told once and the next one must be told again: whose presence to follow, which conversations
// the person looks at.

import type { Request } from './connection/session.js';
import type { ChinwagError } from './errors.js';
import type { StateChange } from './types.js';
import type { Presence, PresenceItems } from './wire.js';

/** Things wanted, each as often as somebody wants it. */
class Wanted {
  readonly #counts = new Map<string, number>();

  /** Those that nobody wanted before. */
  add(ids: readonly string[]): string[] {
    const fresh = ids.filter((id) => !this.#counts.has(id));
    for (const id of ids) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    return fresh;
  }

  /** Those that nobody wants any more. */
  drop(ids: readonly string[]): string[] {
    for (const id of ids) this.#counts.set(id, (this.#counts.get(id) ?? 1) - 1);
    const gone = ids.filter((id) => this.#counts.get(id) === 0);
    for (const id of gone) this.#counts.delete(id);
    return gone;
  }

  has(id: string): boolean {
    return this.#counts.has(id);
  }

  all(): string[] {
    return [...this.#counts.keys()];
  }
}

export interface FollowingOptions {
  link: { readonly state: StateChange; request: Request };
  onPresence: (presence: Presence) => void;
  onError: (error: ChinwagError) => void;
}

export class Following {
  readonly #options: FollowingOptions;
  readonly #people = new Wanted();
  readonly #open = new Wanted();

  constructor(options: FollowingOptions) {
    this.#options = options;
  }

  /** Follows the presence of these people; the answer ends it. */
  people(userIds: readonly string[]): () => void {
    const ids = [...new Set(userIds)];
    this.#subscribe(this.#people.add(ids));
    return once(() => {
      const gone = this.#people.drop(ids);
      if (gone.length > 0) this.#tell('presence.unsubscribe', { user_ids: gone });
    });
  }

  /** Says that the person looks at this conversation; the answer ends it. */
  conversation(id: string): () => void {
    for (const conversation_id of this.#open.add([id])) this.#tell('conversation.open', { conversation_id });
    return once(() => {
      for (const conversation_id of this.#open.drop([id])) this.#tell('conversation.close', { conversation_id });
    });
  }

  /** Whether the person looks at it. */
  isOpen(conversationId: string): boolean {
    return this.#open.has(conversationId);
  }

  /** Another connection stands: it is told all of it. */
  connected(): void {
    this.#subscribe(this.#people.all());
    for (const conversation_id of this.#open.all()) this.#tell('conversation.open', { conversation_id });
  }

  #subscribe(user_ids: string[]): void {
    if (user_ids.length === 0) return;
    this.#tell<PresenceItems>('presence.subscribe', { user_ids }, ({ items }) => items.forEach(this.#options.onPresence));
  }

  /** Without a connection nothing is said: the next one is told all of it. */
  #tell<T>(type: string, data: object, take: (answer: T) => void = () => {}): void {
    const { link } = this.#options;
    if (link.state.state !== 'online') return;
    link.request<T>(type, data).then(take, (error: ChinwagError) => {
      if (error.code !== 'offline') this.#options.onError(error);
    });
  }
}

function once(call: () => void): () => void {
  let called = false;
  return () => {
    if (!called) call();
    called = true;
  };
}
