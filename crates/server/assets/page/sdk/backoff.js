// How long to wait before connecting again.
/** A connection that stood so long was one. */
const STEADY_MS = 5_000;
/** Delays anywhere below a bound that doubles up to a limit: a crowd that was cut off together comes back apart. */
export class Backoff {
    #firstMs;
    #longestMs;
    #random;
    #failures = 0;
    #told;
    constructor(firstMs, longestMs, random = Math.random) {
        this.#firstMs = firstMs;
        this.#longestMs = longestMs;
        this.#random = random;
    }
    /** The next bound is the first again. */
    reset() {
        this.#failures = 0;
    }
    /** A connection stood so long. One that is lost again at once is as good as none: a crowd of those would not come apart. */
    stood(ms) {
        if (ms >= STEADY_MS)
            this.reset();
    }
    /** The server's own word, for the next time only; it has spread it already. */
    tell(delayMs) {
        this.#told = delayMs;
    }
    next() {
        const told = this.#told;
        if (told !== undefined) {
            this.#told = undefined;
            return told;
        }
        const bound = Math.min(this.#longestMs, this.#firstMs * 2 ** this.#failures);
        this.#failures += 1;
        return Math.round(bound * this.#random());
    }
}
