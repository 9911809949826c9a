// A queue that is taken from one by one, and that ends.
export class Queue {
    #items = [];
    #ended = false;
    #wake;
    push(item) {
        this.#items.push(item);
        this.#wake?.();
    }
    /** Nothing comes after this; what is there can still be taken. */
    end() {
        this.#ended = true;
        this.#wake?.();
    }
    /** The next item, or `undefined` at the end. For one taker at a time. */
    async next() {
        while (this.#items.length === 0 && !this.#ended) {
            await new Promise((resolve) => {
                this.#wake = resolve;
            });
        }
        return this.#items.shift();
    }
}
