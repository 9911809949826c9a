// Keeps to the server's rate limits, so that a queue of requests does not run into them one by one.
/** Holds requests back while the server wants none. */
export class Gate {
    #opensAt = 0;
    /** How long to wait now, in milliseconds. */
    get waitMs() {
        return Math.max(0, this.#opensAt - Date.now());
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
