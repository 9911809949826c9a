// People over REST.

import type { Page } from '../types.js';
import type { Block, OwnProfile, ProfilePatch, UserSummary } from '../wire.js';
import type { Http } from './http.js';
import { type InOurNames, inWireNames } from './names.js';

export class Users {
  readonly #http: Http;

  /** Told of one's own profile when it has changed. */
  readonly #renamed: (profile: OwnProfile) => void;

  constructor(http: Http, renamed: (profile: OwnProfile) => void) {
    this.#http = http;
    this.#renamed = renamed;
  }

  async me(): Promise<OwnProfile> {
    return this.#http.request('GET', '/users/me');
  }

  async updateMe(profile: InOurNames<ProfilePatch>): Promise<OwnProfile> {
    const now = await this.#http.request<OwnProfile>('PATCH', '/users/me', { body: inWireNames<ProfilePatch>(profile) });
    this.#renamed(now);
    return now;
  }

  /** The directory, by name or username. */
  async list(query: { search?: string; limit?: number; cursor?: string } = {}): Promise<Page<UserSummary>> {
    return this.#http.request('GET', '/users', { query });
  }

  async get(id: string): Promise<UserSummary> {
    return this.#http.request('GET', `/users/${encodeURIComponent(id)}`);
  }

  /** Between the two: no direct messages, presence, typing or receipts from now on. */
  async block(id: string): Promise<void> {
    await this.#http.request('PUT', `/users/me/blocks/${encodeURIComponent(id)}`);
  }

  async unblock(id: string): Promise<void> {
    await this.#http.request('DELETE', `/users/me/blocks/${encodeURIComponent(id)}`);
  }

  async blocks(query: { limit?: number; cursor?: string } = {}): Promise<Page<Block>> {
    return this.#http.request('GET', '/users/me/blocks', { query });
  }
}
