// Keeps to the server's rate limits, so that a queue of requests does not run into them one by one.
import { pause } from '../random.js';
/** However long the server wanted none: what waited for it need not take as long again for each. */
const LONGEST_PACE_MS = 100;
/** Holds requests back while the server wants none. */
export class Gate {
    #opensAt = 0;
    /** Those that waited go so far apart. */
    #paceMs = 0;
    #queue = Promise.resolve();
    /** How long to wait now, in milliseconds. */
    get waitMs() {
        return Math.max(0, this.#opensAt - Date.now());
    }
    /** Waits until the server takes requests. Those that waited go one after the other, not all in the same moment. */
    async pass() {
        const before = this.#queue;
        let done = () => { };
        this.#queue = new Promise((resolve) => {
            done = resolve;
        });
        await before;
        const waited = this.waitMs > 0;
        while (this.waitMs > 0)
            await pause(this.waitMs);
        if (waited)
            this.close(this.#paceMs);
        done();
    }
    /** What an answer says of the limits. */
    heed(headers) {
        const left = parameter(headers.get('ratelimit'), 'r');
        if (left !== 0)
            return;
        const policy = headers.get('ratelimit-policy');
        const [quota, windowSeconds] = [parameter(policy, 'q'), parameter(policy, 'w')];
        if (quota && windowSeconds)
            this.close((windowSeconds / quota) * 1_000);
    }
    /** Nothing before so long. */
    close(ms) {
        this.#paceMs = Math.min(ms, LONGEST_PACE_MS);
        this.#opensAt = Math.max(this.#opensAt, Date.now() + ms);
    }
}
/** The milliseconds of `Retry-After`, which is in seconds here. */
export function retryAfterMs(headers) {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}
/** A parameter of the only item in a structured field such as `"requests";r=0;t=3`. */
function parameter(field, name) {
    const found = field?.match(new RegExp(`;\\s*${name}=(\\d+)`));
    return found ? Number(found[1]) : undefined;
}
