// Conversations over REST: answers go into the store.

import type { Conversation } from '../objects.js';
import type { ClientStore } from '../store/store.js';
import type { Page } from '../types.js';
import type * as wire from '../wire.js';
import type { Http } from './http.js';
import { type InOurNames, inWireNames } from './names.js';

/** A conversation to be started; the caller is in it in any case. */
export type NewConversation = InOurNames<wire.NewConversation>;

/** Changes to a group. Absent: left as it is; null: taken away. */
export type GroupSettings = InOurNames<wire.SettingsPatch>;

/** Changes to one's own settings. */
export type OwnSettings = InOurNames<wire.MembershipPatch>;

export interface ConversationQuery {
  search?: string;
  type?: wire.ConversationType;
  hidden?: boolean;
  limit?: number;
  cursor?: string;
}

export class Conversations {
  readonly #http: Http;
  readonly #store: ClientStore;
  /** Brings what was asked for into the store. */
  readonly #adopt: (conversation: Conversation) => Conversation;

  constructor(http: Http, store: ClientStore, adopt: (conversation: Conversation) => Conversation) {
    this.#http = http;
    this.#store = store;
    this.#adopt = adopt;
  }

  /** A page of one's conversations, newest activity first. For searching: all of them are in the store. */
  async list(query: ConversationQuery = {}): Promise<Page<Conversation>> {
    return this.#http.request('GET', '/conversations', { query: { ...query } });
  }

  /** One with its participants. */
  async get(id: string): Promise<Conversation> {
    return this.#adopt(await this.#http.request('GET', path(id)));
  }

  /** Starts one. A direct one that exists is answered as it is. */
  async create(conversation: NewConversation): Promise<Conversation> {
    return this.#adopt(await this.#http.request('POST', '/conversations', { body: inWireNames<wire.NewConversation>(conversation) }));
  }

  /** The direct conversation with a person, which is started where there is none. */
  async direct(userId: string): Promise<Conversation> {
    return this.create({ type: 'direct', participantIds: [userId] });
  }

  async update(id: string, settings: GroupSettings): Promise<Conversation> {
    return this.#http.request('PATCH', path(id), { body: inWireNames<wire.SettingsPatch>(settings) });
  }

  /** Changes what concerns oneself alone. */
  async settings(id: string, settings: OwnSettings): Promise<wire.Membership> {
    return this.#settled(id, await this.#http.request('PATCH', `${path(id)}/membership`, { body: inWireNames<wire.MembershipPatch>(settings) }));
  }

  /** Ends a group, for everybody. */
  async delete(id: string): Promise<void> {
    await this.#http.request('DELETE', path(id));
  }

  async leave(id: string): Promise<void> {
    await this.#http.request('POST', `${path(id)}/leave`);
  }

  /** Takes all messages so far out of one's own sight. */
  async clear(id: string): Promise<wire.Membership> {
    return this.#settled(id, await this.#http.request('POST', `${path(id)}/clear`));
  }

  async addParticipants(id: string, userIds: string[], role?: wire.ParticipantRole): Promise<wire.Participant[]> {
    const body: wire.AddPeople = { user_ids: userIds, ...(role && { role }) };
    return (await this.#http.request<{ items: wire.Participant[] }>('POST', `${path(id)}/participants`, { body })).items;
  }

  async removeParticipant(id: string, userId: string): Promise<void> {
    await this.#http.request('DELETE', `${path(id)}/participants/${encodeURIComponent(userId)}`);
  }

  async setRole(id: string, userId: string, role: wire.ParticipantRole): Promise<wire.Participant> {
    return this.#http.request('PATCH', `${path(id)}/participants/${encodeURIComponent(userId)}`, { body: { role } satisfies wire.RolePatch });
  }

  #settled(id: string, membership: wire.Membership): wire.Membership {
    this.#store.settings(id, membership);
    return membership;
  }
}

function path(id: string): string {
  return `/conversations/${encodeURIComponent(id)}`;
}
