// When a browser may have a network again, or a person who looks: the moments to see whether the connection lives.
export class Waking {
    #around = globalThis;
    #wake;
    #begun = false;
    constructor(wake) {
        this.#wake = wake;
    }
    begin() {
        if (this.#begun)
            return;
        this.#begun = true;
        this.#around.addEventListener?.('online', this.#wake);
        this.#around.document?.addEventListener('visibilitychange', this.#looked);
    }
    /** Nothing here holds on to the client any more. */
    end() {
        this.#begun = false;
        this.#around.removeEventListener?.('online', this.#wake);
        this.#around.document?.removeEventListener('visibilitychange', this.#looked);
    }
    /** Timers of a page that nobody sees run late, and a machine that slept has lost its connections. */
    #looked = () => {
        if (this.#around.document?.visibilityState === 'visible')
            this.#wake();
    };
}
