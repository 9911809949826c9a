// Conversations over REST: answers go into the store.

import type { ClientStore } from '../store/store.js';
import type { Page } from '../types.js';
import type { Conversation, Membership, Participant, Permissions } from '../wire.js';
import type { Http } from './http.js';
import { inWireNames } from './names.js';

/** A conversation to be started; the caller is in it in any case. */
export type NewConversation =
  | { type: 'direct'; participantIds: [string] }
  | {
      type: 'group';
      participantIds: string[];
      name: string;
      description?: string;
      avatarUrl?: string;
      category?: string;
      permissions?: Permissions;
      history?: 'all' | 'since_join';
    };

/** Changes to a group. Absent: left as it is; null: taken away. */
export interface GroupSettings {
  name?: string;
  description?: string | null;
  avatarUrl?: string | null;
  category?: string | null;
  permissions?: Partial<Permissions>;
}

/** Changes to one's own settings. */
export interface OwnSettings {
  muted?: boolean;
  mutedUntil?: string | null;
  hidden?: boolean;
}

export interface ConversationQuery {
  search?: string;
  type?: 'direct' | 'group';
  hidden?: boolean;
  limit?: number;
  cursor?: string;
}

export class Conversations {
  readonly #http: Http;
  readonly #store: ClientStore;

  constructor(http: Http, store: ClientStore) {
    this.#http = http;
    this.#store = store;
  }

  /** A page of one's conversations, newest activity first. For searching: all of them are in the store. */
  async list(query: ConversationQuery = {}): Promise<Page<Conversation>> {
    return this.#http.request('GET', '/conversations', { query: { ...query } });
  }

  /** One with its participants. */
  async get(id: string): Promise<Conversation> {
    return this.#take(await this.#http.request('GET', path(id)));
  }

  /** Starts one. A direct one that exists is answered as it is. */
  async create(conversation: NewConversation): Promise<Conversation> {
    return this.#take(await this.#http.request('POST', '/conversations', { body: inWireNames(conversation) }));
  }

  /** The direct conversation with a person, which is started where there is none. */
  async direct(userId: string): Promise<Conversation> {
    return this.create({ type: 'direct', participantIds: [userId] });
  }

  async update(id: string, settings: GroupSettings): Promise<Conversation> {
    return this.#http.request('PATCH', path(id), { body: inWireNames(settings) });
  }

  /** Changes what concerns oneself alone. */
  async settings(id: string, settings: OwnSettings): Promise<Membership> {
    return this.#settled(id, await this.#http.request('PATCH', `${path(id)}/membership`, { body: inWireNames(settings) }));
  }

  /** Ends a group, for everybody. */
  async delete(id: string): Promise<void> {
    await this.#http.request('DELETE', path(id));
  }

  async leave(id: string): Promise<void> {
    await this.#http.request('POST', `${path(id)}/leave`);
  }

  /** Takes all messages so far out of one's own sight. */
  async clear(id: string): Promise<Membership> {
    return this.#settled(id, await this.#http.request('POST', `${path(id)}/clear`));
  }

  async addParticipants(id: string, userIds: string[], role?: 'admin' | 'member'): Promise<Participant[]> {
    const body = inWireNames({ userIds, role });
    return (await this.#http.request<{ items: Participant[] }>('POST', `${path(id)}/participants`, { body })).items;
  }

  async removeParticipant(id: string, userId: string): Promise<void> {
    await this.#http.request('DELETE', `${path(id)}/participants/${encodeURIComponent(userId)}`);
  }

  async setRole(id: string, userId: string, role: 'admin' | 'member'): Promise<Participant> {
    return this.#http.request('PATCH', `${path(id)}/participants/${encodeURIComponent(userId)}`, { body: { role } });
  }

  /** One that is not in the store comes there by its own event, since only that begins the counting of revisions. */
  #take(conversation: Conversation): Conversation {
    return this.#store.room(conversation.id) ? this.#store.put(conversation) : conversation;
  }

  #settled(id: string, membership: Membership): Membership {
    this.#store.settings(id, membership);
    return membership;
  }
}

function path(id: string): string {
  return `/conversations/${encodeURIComponent(id)}`;
}
