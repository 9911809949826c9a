// From what the server tells to what the application knows: events in order, holes filled, each change told once.

import { ChinwagError } from '../errors.js';
import type { Asking } from '../connection/session.js';
import type { Emitter } from '../emitter.js';
import type { Http } from '../rest/http.js';
import type { ClientStore } from '../store/store.js';
import type { Events, ServerEvent } from '../types.js';
import type { Conversation } from '../objects.js';
import type { Changes, Message, Participant, Presence, SyncAnswer } from '../wire.js';
import { OwnReactions } from './own-reactions.js';
import { Signals } from './signals.js';
import { Tracker } from './tracker.js';

/** Above so many people a group has no receipts of delivery. */
const QUIET_GROUP = 300;

export interface FeedOptions {
  http: Http;
  store: ClientStore;
  emitter: Emitter<Events>;
  /** Messages up to there are on this device. */
  received: (conversationId: string, seq: number) => void;
  /** Whether the person looks at that conversation. */
  isOpen: (conversationId: string) => boolean;
}

export class Feed {
  readonly #http: Http;
  readonly #store: ClientStore;
  readonly #emitter: Emitter<Events>;
  readonly #received: FeedOptions['received'];
  readonly #signals: Signals;
  readonly #reactions: OwnReactions;
  readonly #tracker = new Tracker();

  constructor(options: FeedOptions) {
    this.#http = options.http;
    this.#store = options.store;
    this.#emitter = options.emitter;
    this.#received = options.received;
    this.#signals = new Signals(options.store, options.emitter, (id) => this.#loadPeople(id));
    this.#reactions = new OwnReactions({ store: options.store, isOpen: options.isOpen, read: (id) => this.#readAgain(id) });
  }

  /** Takes one event. Fails where a hole could not be filled: the connection is of no use then. */
  async take(event: ServerEvent, link: Asking): Promise<void> {
    const { type, conversation_id: id, revision } = event;
    if (type === 'sync.required') return id === undefined ? this.sync(link) : this.catchUp(id, link);
    if (this.#signals.take(event) || id === undefined) return;
    if (type === 'conversation.removed' || type === 'conversation.deleted') return this.#remove(id);
    if (type === 'conversation.created') return this.#created(event.data as Conversation);
    if (revision !== undefined) return this.#durable(event, id, revision, link);
  }

  /** Brings everything up to date. */
  async sync(link: Asking): Promise<void> {
    const conversations = this.#tracker.known();
    let cursor: string | null = null;
    do {
      const answer: SyncAnswer = await link.request('sync', cursor === null ? { conversations } : { conversations, cursor });
      for (const id of answer.removed) this.#remove(id);
      for (const { id, ...changes } of answer.conversations) {
        if (this.#takeChanges(id, changes)) await this.catchUp(id, link);
      }
      cursor = answer.next_cursor;
    } while (cursor !== null);
  }

  /** Brings one conversation up to date. */
  async catchUp(id: string, { signal }: Pick<Asking, 'signal'>): Promise<void> {
    for (let more = true; more; ) {
      const since = this.#tracker.revision(id);
      try {
        more = this.#takeChanges(id, await this.#http.request<Changes>('GET', `/conversations/${id}/changes`, { query: { since }, signal }));
      } catch (error) {
        if (!(error instanceof ChinwagError) || error.status !== 404) throw error;
        return this.#remove(id);
      }
    }
  }

  /** Nothing is known of who writes while there is no connection. */
  disconnected(): void {
    this.#signals.disconnected();
    this.#reactions.disconnected();
  }

  /** The person looks at that conversation now. */
  opened(id: string): void {
    this.#reactions.opened(id);
  }

  async #durable(event: ServerEvent, id: string, revision: number, link: Asking): Promise<void> {
    switch (this.#tracker.judge(id, revision)) {
      case 'seen':
        return;
      case 'gap':
        return this.catchUp(id, link);
      case 'unknown':
        return this.sync(link);
      case 'next':
        this.#store.change(id, (room) => room.update({ revision }));
        this.#apply(event, id);
    }
  }

  #apply({ type, data, notify }: ServerEvent, id: string): void {
    switch (type) {
      case 'message.updated': {
        const known = this.#store.room(id)?.find((data as Message).id);
        if (known) this.#reactions.changed(known, data as Message);
        return this.#message(data as Message, false);
      }
      case 'message.created':
      case 'message.deleted':
        return this.#message(data as Message, notify ?? false);
      case 'conversation.updated': {
        const conversation = this.#store.change(id, (room) => room.update(data as Partial<Conversation>));
        if (conversation) this.#emitter.emit('conversation', { conversation, reset: false });
        return;
      }
      case 'participant.joined':
        return this.#participant(id, data as Participant, 'joined', 1);
      case 'participant.left':
        return this.#participant(id, data as Participant, 'left', -1);
      case 'participant.updated':
        return this.#participant(id, data as Participant, 'updated', 0);
      // `revision` is a change that this person may not see; others are of a later version than this.
      default:
    }
  }

  #message(message: Message, notify: boolean): void {
    const stored = this.#store.message(message);
    const isNew = this.#tracker.isNew(message.conversation_id, message.seq);
    this.#signals.wrote(message);
    if (isNew) this.#acknowledge(message.conversation_id);
    this.#emitter.emit('message', { message: stored, isNew, notify });
  }

  #participant(conversationId: string, participant: Participant, kind: 'joined' | 'left' | 'updated', step: number): void {
    this.#store.change(conversationId, (room) => room.people([participant], 'some', step));
    this.#emitter.emit('participant', { conversationId, participant, kind });
  }

  #created(conversation: Conversation): void {
    // An answer to `sync` may have overtaken it.
    if (this.#tracker.has(conversation.id) && this.#tracker.revision(conversation.id) >= conversation.revision) return;
    this.#reset(conversation.revision, conversation);
  }

  /** Takes what an answer holds; true when there is more to ask for. */
  #takeChanges(id: string, changes: Changes): boolean {
    if (changes.reset) {
      this.#reset(changes.revision, changes.conversation);
      return false;
    }
    for (const message of this.#tracker.take(id, changes)) this.#message(message, false);
    const { last_message: _, ...summary } = changes.conversation;
    const conversation = this.#store.change(id, (room) => {
      room.update({ ...summary, revision: changes.revision });
      room.people(changes.participants, 'some');
    });
    if (conversation) this.#emitter.emit('conversation', { conversation, reset: false });
    return changes.has_more;
  }

  /** Begins a conversation anew with what came along. */
  #reset(revision: number, conversation: Conversation): void {
    this.#tracker.reset(conversation.id, revision, conversation.last_seq);
    const stored = this.#store.reset(conversation);
    this.#acknowledge(conversation.id);
    this.#emitter.emit('conversation', { conversation: stored, reset: true });
  }

  #remove(id: string): void {
    this.#tracker.forget(id);
    this.#store.remove(id);
    this.#emitter.emit('removed', { conversationId: id });
  }

  #acknowledge(id: string): void {
    const conversation = this.#store.conversation(id);
    if (!conversation || conversation.participant_count > QUIET_GROUP) return;
    const { last_seq, last_message, membership } = conversation;
    const others = last_message !== null && last_message.sender.id !== this.#store.meId;
    if (others && last_seq > Math.max(membership.delivered_seq, membership.read_seq)) this.#received(id, last_seq);
  }

  /** Takes a conversation that was asked for. One that is not known yet is known from here on, as by its event. */
  adopt(conversation: Conversation): Conversation {
    if (this.#tracker.has(conversation.id)) return this.#store.put(conversation);
    this.#reset(conversation.revision, conversation);
    return this.#store.conversation(conversation.id) ?? conversation;
  }

  /** Takes presence that was asked for. */
  presence(presence: Presence): void {
    this.#signals.presence(presence);
  }

  /** Reads a message whose own reactions are not known. */
  async #readAgain(messageId: string): Promise<void> {
    try {
      const message = this.#store.message(await this.#http.request<Message>('GET', `/messages/${messageId}`));
      this.#emitter.emit('message', { message, isNew: false, notify: false });
    } catch (error) {
      if (error instanceof ChinwagError) this.#emitter.emit('error', error);
    }
  }

  /** Receipts of people need the people. */
  async #loadPeople(id: string): Promise<void> {
    try {
      this.adopt(await this.#http.request<Conversation>('GET', `/conversations/${id}`));
    } catch (error) {
      if (error instanceof ChinwagError) this.#emitter.emit('error', error);
    }
  }
}
