// Telling the server how far this device has received and its person has read: in as few requests as it takes,
// repeated until the server has it.
import { ChinwagError } from './errors.js';
import { pause, spread } from './random.js';
const BUSY_PAUSE_MS = 500;
/** Messages that come one after the other are acknowledged together. */
const GATHER_MS = 100;
export class Acknowledgements {
    #link;
    #store;
    #onError;
    /** What the server has to be told, by conversation. */
    #read = new Map();
    #delivered = new Map();
    #telling = false;
    constructor(link, store, onError) {
        this.#link = link;
        this.#store = store;
        this.#onError = onError;
    }
    delivered(conversationId, seq) {
        raise(this.#delivered, conversationId, seq);
        void this.#tell();
    }
    read(conversationId, seq) {
        raise(this.#read, conversationId, seq);
        void this.#tell();
    }
    /** What is left from before an end goes out with the next connection. */
    connected() {
        if (this.#next())
            void this.#tell();
    }
    async #tell() {
        if (this.#telling)
            return;
        this.#telling = true;
        try {
            await pause(GATHER_MS);
            for (let next = this.#next(); next; next = this.#next())
                await this.#tellOne(...next);
        }
        catch {
            // The connection was ended for good. What is left goes out with the next one, if there is one.
        }
        finally {
            this.#telling = false;
        }
    }
    /** What people see comes first; who has read something has received it. */
    #next() {
        for (const [conversationId, seq] of this.#read)
            return ['read', conversationId, seq];
        for (const [conversationId, seq] of this.#delivered)
            return ['delivered', conversationId, seq];
        return undefined;
    }
    async #tellOne(type, conversationId, seq) {
        await this.#link.online();
        try {
            const membership = await this.#link.request(`conversation.${type}`, { conversation_id: conversationId, seq });
            this.#store.settings(conversationId, membership);
        }
        catch (error) {
            if (!(error instanceof ChinwagError))
                throw error;
            if (error.temporary) {
                if (error.problem)
                    await pause(spread(error.retryAfterMs ?? BUSY_PAUSE_MS));
                return;
            }
            // Who is in it no more need not be told.
            if (error.status !== 404)
                this.#onError(error);
        }
        lower(type === 'read' ? this.#read : this.#delivered, conversationId, seq);
        if (type === 'read')
            lower(this.#delivered, conversationId, seq);
    }
}
function raise(pointers, id, seq) {
    pointers.set(id, Math.max(pointers.get(id) ?? 0, seq));
}
function lower(pointers, id, seq) {
    if ((pointers.get(id) ?? 0) <= seq)
        pointers.delete(id);
}
