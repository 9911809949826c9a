// Messages over REST: answers go into the store.
import { inWireNames } from './names.js';
export class Messages {
    #http;
    #store;
    constructor(http, store) {
        this.#http = http;
        this.#store = store;
    }
    /** Takes the page before the oldest message held into the store; answers whether there may be more. */
    async older(conversationId, limit = 50) {
        if (this.#store.room(conversationId) && !this.#store.hasOlder(conversationId))
            return false;
        const before = this.#store.room(conversationId)?.first;
        await this.history(conversationId, { limit, ...(before !== undefined && { before }) });
        return this.#store.hasOlder(conversationId);
    }
    /** A page of history, oldest first. It goes into the store where it adjoins what is held. */
    async history(conversationId, query = {}) {
        const order = query.after !== undefined && query.before === undefined ? 'asc' : undefined;
        const path = `/conversations/${encodeURIComponent(conversationId)}/messages`;
        const page = await this.#http.request('GET', path, { query: { ...query, order } });
        const messages = page.items.map(this.#store.received).sort((a, b) => a.seq - b.seq);
        const hasMore = page.next_cursor !== null;
        const reachesBeginning = query.after === undefined && query.around === undefined && !hasMore;
        this.#store.change(conversationId, (room) => room.takePage(messages, reachesBeginning));
        return { messages, hasMore };
    }
    async get(id) {
        return this.#take(await this.#http.request('GET', path(id)));
    }
    async edit(id, content) {
        return this.#take(await this.#http.request('PATCH', path(id), { body: { content } }));
    }
    /** For everybody: a tombstone stays. */
    async delete(id) {
        await this.#http.request('DELETE', path(id));
    }
    async react(id, emoji) {
        return this.#take(await this.#http.request('PUT', `${path(id)}/reactions/${encodeURIComponent(emoji)}`));
    }
    async unreact(id, emoji) {
        return this.#take(await this.#http.request('DELETE', `${path(id)}/reactions/${encodeURIComponent(emoji)}`));
    }
    /** Who has read it, and who has received it, without its sender. */
    async receipts(id) {
        return this.#http.request('GET', `${path(id)}/receipts`);
    }
    /** Over all that one may see, newest first. */
    async search(query) {
        const page = await this.#http.request('GET', '/search/messages', { query: inWireNames({ ...query }) });
        return { ...page, items: page.items.map(this.#store.received) };
    }
    #take(message) {
        return this.#store.message(message);
    }
}
function path(id) {
    return `/messages/${encodeURIComponent(id)}`;
}
