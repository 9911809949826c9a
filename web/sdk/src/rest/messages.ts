// Messages over REST: answers go into the store.

import type { ClientStore } from '../store/store.js';
import type { ChatMessage, HistoryPage, Page } from '../types.js';
import type { EditRequest, Message, MessageKind, Receipts } from '../wire.js';
import type { Http } from './http.js';
import { inWireNames } from './names.js';

/** A page's place, by `seq`. Without one: the newest. */
export interface HistoryQuery {
  /** The ones before that number. */
  before?: number;
  /** The ones after that number. */
  after?: number;
  /** Those on both sides of that number. */
  around?: number;
  /** 1 to 100; 50 unless given. */
  limit?: number;
}

export interface MessageSearch {
  /** What the text contains, 1 to 200 characters. */
  q: string;
  conversationId?: string;
  senderId?: string;
  kind?: MessageKind;
  /** Sent at or after. */
  from?: string;
  /** Sent before. */
  to?: string;
  limit?: number;
  cursor?: string;
}

export class Messages {
  readonly #http: Http;
  readonly #store: ClientStore;

  constructor(http: Http, store: ClientStore) {
    this.#http = http;
    this.#store = store;
  }

  /** Takes the page before the oldest message held into the store; answers whether there may be more. */
  async older(conversationId: string, limit = 50): Promise<boolean> {
    if (this.#store.room(conversationId) && !this.#store.hasOlder(conversationId)) return false;
    const before = this.#store.room(conversationId)?.first;
    await this.history(conversationId, { limit, ...(before !== undefined && { before }) });
    return this.#store.hasOlder(conversationId);
  }

  /** A page of history, oldest first. It goes into the store where it adjoins what is held. */
  async history(conversationId: string, query: HistoryQuery = {}): Promise<HistoryPage> {
    const order = query.after !== undefined && query.before === undefined ? 'asc' : undefined;
    const path = `/conversations/${encodeURIComponent(conversationId)}/messages`;
    const page = await this.#http.request<Page<Message>>('GET', path, { query: { ...query, order } });
    const messages = page.items.map(this.#store.received).sort((a, b) => a.seq - b.seq);
    const hasMore = page.next_cursor !== null;
    const reachesBeginning = query.after === undefined && query.around === undefined && !hasMore;
    this.#store.change(conversationId, (room) => room.takePage(messages, reachesBeginning));
    return { messages, hasMore };
  }

  async get(id: string): Promise<ChatMessage> {
    return this.#take(await this.#http.request('GET', path(id)));
  }

  async edit(id: string, content: string): Promise<ChatMessage> {
    return this.#take(await this.#http.request('PATCH', path(id), { body: { content } satisfies EditRequest }));
  }

  /** For everybody: a tombstone stays. */
  async delete(id: string): Promise<void> {
    await this.#http.request('DELETE', path(id));
  }

  async react(id: string, emoji: string): Promise<ChatMessage> {
    return this.#take(await this.#http.request('PUT', `${path(id)}/reactions/${encodeURIComponent(emoji)}`));
  }

  async unreact(id: string, emoji: string): Promise<ChatMessage> {
    return this.#take(await this.#http.request('DELETE', `${path(id)}/reactions/${encodeURIComponent(emoji)}`));
  }

  /** Who has read it, and who has received it, without its sender. */
  async receipts(id: string): Promise<Receipts> {
    return this.#http.request('GET', `${path(id)}/receipts`);
  }

  /** Over all that one may see, newest first. */
  async search(query: MessageSearch): Promise<Page<ChatMessage>> {
    const page = await this.#http.request<Page<Message>>('GET', '/search/messages', { query: inWireNames<Record<string, string | number>>({ ...query }) });
    return { ...page, items: page.items.map(this.#store.received) };
  }

  #take(message: Message): ChatMessage {
    return this.#store.message(message);
  }
}

function path(id: string): string {
  return `/messages/${encodeURIComponent(id)}`;
}
