// Conversations over REST: answers go into the store.
import { inWireNames } from './names.js';
export class Conversations {
    #http;
    #store;
    /** Brings what was asked for into the store. */
    #adopt;
    constructor(http, store, adopt) {
        this.#http = http;
        this.#store = store;
        this.#adopt = adopt;
    }
    /** A page of one's conversations, newest activity first. For searching: all of them are in the store. */
    async list(query = {}) {
        return this.#http.request('GET', '/conversations', { query: { ...query } });
    }
    /** One with its participants. */
    async get(id) {
        return this.#adopt(await this.#http.request('GET', path(id)));
    }
    /** Starts one. A direct one that exists is answered as it is. */
    async create(conversation) {
        return this.#adopt(await this.#http.request('POST', '/conversations', { body: inWireNames(conversation) }));
    }
    /** The direct conversation with a person, which is started where there is none. */
    async direct(userId) {
        return this.create({ type: 'direct', participantIds: [userId] });
    }
    async update(id, settings) {
        return this.#http.request('PATCH', path(id), { body: inWireNames(settings) });
    }
    /** Changes what concerns oneself alone. */
    async settings(id, settings) {
        return this.#settled(id, await this.#http.request('PATCH', `${path(id)}/membership`, { body: inWireNames(settings) }));
    }
    /** Ends a group, for everybody. */
    async delete(id) {
        await this.#http.request('DELETE', path(id));
    }
    async leave(id) {
        await this.#http.request('POST', `${path(id)}/leave`);
    }
    /** Takes all messages so far out of one's own sight. */
    async clear(id) {
        return this.#settled(id, await this.#http.request('POST', `${path(id)}/clear`));
    }
    async addParticipants(id, userIds, role) {
        const body = { user_ids: userIds, ...(role && { role }) };
        return (await this.#http.request('POST', `${path(id)}/participants`, { body })).items;
    }
    async removeParticipant(id, userId) {
        await this.#http.request('DELETE', `${path(id)}/participants/${encodeURIComponent(userId)}`);
    }
    async setRole(id, userId, role) {
        return this.#http.request('PATCH', `${path(id)}/participants/${encodeURIComponent(userId)}`, { body: { role } });
    }
    #settled(id, membership) {
        this.#store.settings(id, membership);
        return membership;
    }
}
function path(id) {
    return `/conversations/${encodeURIComponent(id)}`;
}
