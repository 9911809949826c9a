// People over REST.
import { inWireNames } from './names.js';
export class Users {
    #http;
    /** Told of one's own profile when it has changed. */
    #renamed;
    constructor(http, renamed) {
        this.#http = http;
        this.#renamed = renamed;
    }
    async me() {
        return this.#http.request('GET', '/users/me');
    }
    async updateMe(profile) {
        const now = await this.#http.request('PATCH', '/users/me', { body: inWireNames(profile) });
        this.#renamed(now);
        return now;
    }
    /** The directory, by name or username. */
    async list(query = {}) {
        return this.#http.request('GET', '/users', { query });
    }
    async get(id) {
        return this.#http.request('GET', `/users/${encodeURIComponent(id)}`);
    }
    /** Between the two: no direct messages, presence, typing or receipts from now on. */
    async block(id) {
        await this.#http.request('PUT', `/users/me/blocks/${encodeURIComponent(id)}`);
    }
    async unblock(id) {
        await this.#http.request('DELETE', `/users/me/blocks/${encodeURIComponent(id)}`);
    }
    async blocks(query = {}) {
        return this.#http.request('GET', '/users/me/blocks', { query });
    }
}
