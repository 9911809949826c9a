// One WebSocket: requests that wait for their reply, events, and how it ended. Coming back is the session's.
import { ChinwagError } from '../errors.js';
/** What the server takes in one frame, in bytes. */
const FRAME_BYTES = 128 * 1024;
/** A connection that ended without a farewell. */
const BROKEN = 1006;
/** What waits for the connection to stand waits as requests do, under a name that no request has. */
const OPEN = 'open';
export class Socket {
    #options;
    #socket;
    #waiting = new Map();
    #opened;
    #lastId = 0;
    #closed;
    #gone = new AbortController();
    #heard = true;
    #heartbeat;
    constructor(options) {
        this.#options = options;
        this.#socket = new options.WebSocket(options.url.href, 'chat.v1');
        this.#opened = new Promise((resolve, reject) => {
            const timer = setTimeout(() => this.cut('no connection in time'), options.answerWithinMs);
            this.#waiting.set(OPEN, { resolve, reject, timer });
        });
        this.#socket.addEventListener('open', () => this.#settle({ type: 'reply', id: OPEN, ok: true, data: undefined }));
        this.#socket.addEventListener('close', ({ code, reason }) => this.#end({ code, reason }));
        // A close follows, which says more.
        this.#socket.addEventListener('error', () => { });
        this.#socket.addEventListener('message', ({ data }) => this.#take(data));
    }
    opened() {
        return this.#opened;
    }
    get close() {
        return this.#closed;
    }
    /** Aborted once it is closed. */
    get signal() {
        return this.#gone.signal;
    }
    /** Sends a request and waits for its reply. Silence means that the connection is dead: it is cut. */
    request(type, data) {
        if (this.#closed)
            return Promise.reject(broken(this.#closed));
        const id = String((this.#lastId += 1));
        const frame = JSON.stringify({ id, type, data });
        // A frame that is too big would cost the connection, again and again.
        if (frame.length > FRAME_BYTES / 4 && new TextEncoder().encode(frame).length > FRAME_BYTES) {
            return Promise.reject(new ChinwagError('payload_too_large', 'a request is at most 128 KiB'));
        }
        return new Promise((resolve, reject) => {
            const timer = setTimeout(() => {
                this.#waiting.delete(id);
                this.cut('no answer in time');
                reject(new ChinwagError('timeout', 'no answer in time', { temporary: true }));
            }, this.#options.answerWithinMs);
            this.#waiting.set(id, { resolve, reject, timer });
            this.#socket.send(frame);
        });
    }
    /** Asks for a sign of life after every period in which none came. */
    watch(everyMs) {
        this.#heartbeat = setInterval(() => {
            if (!this.#heard)
                this.check();
            this.#heard = false;
        }, everyMs);
    }
    /** Asks for a sign of life now. */
    check() {
        // A failure is told by the end of the connection.
        this.request('ping', {}).catch(() => { });
    }
    /** Says farewell, and is closed for this side at once: a dead network would make it wait. */
    cut(reason, code = BROKEN) {
        try {
            this.#socket.close(1000);
        }
        catch {
            // Not open yet in an implementation that minds.
        }
        this.#end({ code, reason });
    }
    #take(data) {
        if (this.#closed)
            return;
        this.#heard = true;
        let frame;
        try {
            frame = JSON.parse(String(data));
        }
        catch {
            return this.cut('a frame that is not JSON');
        }
        if (frame.type === 'reply')
            this.#settle(frame);
        else
            this.#options.onEvent(frame);
    }
    #settle(reply) {
        const waiting = this.#waiting.get(reply.id ?? '');
        if (!waiting)
            return;
        this.#waiting.delete(reply.id ?? '');
        clearTimeout(waiting.timer);
        if (reply.ok)
            waiting.resolve(reply.data);
        else
            waiting.reject(ChinwagError.refused(reply.error));
    }
    #end(close) {
        if (this.#closed)
            return;
        this.#closed = close;
        clearInterval(this.#heartbeat);
        this.#options.onClose(close);
        for (const { reject, timer } of this.#waiting.values()) {
            clearTimeout(timer);
            reject(broken(close));
        }
        this.#waiting.clear();
        this.#gone.abort();
    }
}
function broken({ code, reason }) {
    return new ChinwagError('offline', `the connection ended: ${code} ${reason}`.trim(), { temporary: true });
}
