// Requests over REST: the token, problems, and when to try again.
import { ChinwagError } from '../errors.js';
import { Gate, retryAfterMs } from './gate.js';
const ANSWER_WITHIN_MS = 30_000;
/** A request that meets a busy server is repeated so often. */
const ATTEMPTS = 5;
/** A request that a rate limit holds back is given up after so long. */
const HELD_BACK_MS = 60_000;
const BUSY_PAUSE_MS = 500;
export class Http {
    #base;
    #tokens;
    #gate = new Gate();
    constructor(url, tokens) {
        this.#base = baseOf(url);
        this.#tokens = tokens;
    }
    /** What the server answers. 401 once leads to another token, a busy server to a pause. */
    async request(method, path, options = {}) {
        let renewed = false;
        const until = Date.now() + HELD_BACK_MS;
        for (let attempt = 1;; attempt += 1) {
            await this.#gate.pass();
            const token = await this.#tokens.current();
            const response = await exchange(this.#url(path, options.query), init(method, token, options), options.signal);
            this.#gate.heed(response.headers);
            if (response.ok)
                return (await answerOf(response));
            const problem = await problemOf(response);
            if (response.status === 401 && !renewed) {
                renewed = true;
                this.#tokens.reject(token);
            }
            else if (response.status === 429 ? Date.now() < until : mayRepeat(response.status, method) && attempt < ATTEMPTS) {
                this.#gate.close(problem.retry_after_ms ?? retryAfterMs(response.headers) ?? BUSY_PAUSE_MS * 2 ** Math.min(attempt, ATTEMPTS));
            }
            else {
                throw ChinwagError.refused(problem);
            }
        }
    }
    #url(path, query = {}) {
        const url = new URL(`api/v1${path}`, this.#base);
        for (const [name, value] of Object.entries(query)) {
            if (value !== undefined)
                url.searchParams.set(name, String(value));
        }
        return url;
    }
}
/** The server's address with a slash at its end, so that paths can be appended. */
export function baseOf(url) {
    return new URL(url.endsWith('/') ? url : `${url}/`);
}
/** One exchange with the server, without a second try. Throws only `ChinwagError`. */
export async function exchange(url, init, signal, withinMs = ANSWER_WITHIN_MS) {
    const controller = new AbortController();
    let timedOut = false;
    const timer = setTimeout(() => {
        timedOut = true;
        controller.abort();
    }, withinMs);
    const abort = () => controller.abort();
    signal?.addEventListener('abort', abort);
    if (signal?.aborted)
        abort();
    try {
        const response = await fetch(url, { ...init, signal: controller.signal });
        // The body is part of the exchange: it breaks off and lasts as the rest does.
        const body = await response.arrayBuffer();
        const empty = response.status === 204 || response.status === 205 || response.status === 304;
        return new Response(empty ? null : body, response);
    }
    catch (cause) {
        if (signal?.aborted)
            throw new ChinwagError('aborted', 'the request was given up', { cause });
        if (timedOut)
            throw new ChinwagError('timeout', 'no answer in time', { temporary: true, cause });
        throw new ChinwagError('offline', 'the server cannot be reached', { temporary: true, cause });
    }
    finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
    }
}
/** The problem of an answer that is none of the 2xx. */
export async function problemOf(response) {
    try {
        const problem = (await response.json());
        if (typeof problem.code === 'string')
            return problem;
    }
    catch {
        // Something between here and the server answered in its own words.
    }
    const temporary = response.status === 429 || response.status >= 502;
    return { type: 'about:blank', title: response.statusText, status: response.status, detail: '', code: 'unexpected', temporary };
}
function init(method, token, options) {
    const headers = { authorization: `Bearer ${token}` };
    if (options.body === undefined)
        return { method, headers };
    headers['content-type'] = 'application/json';
    return { method, headers, body: JSON.stringify(options.body) };
}
async function answerOf(response) {
    if (response.status === 204)
        return undefined;
    try {
        return await response.json();
    }
    catch (cause) {
        throw new ChinwagError('unexpected', 'the answer is not JSON', { cause });
    }
}
/** After 503 only that may be repeated which changes nothing by being done twice. */
function mayRepeat(status, method) {
    return status === 503 && method !== 'POST' && method !== 'PATCH';
}
