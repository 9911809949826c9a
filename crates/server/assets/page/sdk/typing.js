// Says that the person writes, seldom enough, and that it has ended.
/** While somebody writes it is said again after so long; the server forgets it after 6 s. */
export const AGAIN_AFTER_MS = 3_000;
/** Who has touched no key for so long has stopped. */
export const STOPS_AFTER_MS = 2_000;
export class TypingNotices {
    #tell;
    #writing = new Map();
    constructor(tell) {
        this.#tell = tell;
    }
    /** A key was touched. */
    touch(conversationId) {
        const known = this.#writing.get(conversationId);
        clearTimeout(known?.stop);
        const writing = known ?? { stop: undefined, again: undefined };
        writing.stop = setTimeout(() => this.stop(conversationId), STOPS_AFTER_MS);
        this.#writing.set(conversationId, writing);
        if (writing.again !== undefined)
            return;
        this.#tell('typing.start', conversationId);
        writing.again = setTimeout(() => {
            writing.again = undefined;
        }, AGAIN_AFTER_MS);
    }
    /** It has ended: the text was taken away, or left. */
    stop(conversationId) {
        if (this.#forget(conversationId))
            this.#tell('typing.stop', conversationId);
    }
    /** It has ended by sending, which the server knows. */
    sent(conversationId) {
        this.#forget(conversationId);
    }
    /** The connection is gone, and with it what was said. */
    disconnected() {
        for (const conversationId of [...this.#writing.keys()])
            this.#forget(conversationId);
    }
    #forget(conversationId) {
        const writing = this.#writing.get(conversationId);
        if (!writing)
            return false;
        clearTimeout(writing.stop);
        clearTimeout(writing.again);
        return this.#writing.delete(conversationId);
    }
}
