// A queue that is taken from one by one, and that ends.

export class Queue<T> {
  #items: T[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  push(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  /** Nothing comes after this; what is there can still be taken. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The next item, or `undefined` at the end. For one taker at a time. */
  async next(): Promise<T | undefined> {
    while (this.#items.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#items.shift();
  }
}
