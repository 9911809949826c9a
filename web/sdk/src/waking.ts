// When a browser may have a network again, or a person who looks: the moments to see whether the connection lives.

/** The parts of a browser that are used; elsewhere they are not there. */
interface Surroundings {
  addEventListener?: (type: 'online', listener: () => void) => void;
  removeEventListener?: (type: 'online', listener: () => void) => void;
  document?: Pick<Document, 'addEventListener' | 'removeEventListener' | 'visibilityState'>;
}

export class Waking {
  readonly #around: Surroundings = globalThis;
  readonly #wake: () => void;
  #begun = false;

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#around.addEventListener?.('online', this.#wake);
    this.#around.document?.addEventListener('visibilitychange', this.#looked);
  }

  /** Nothing here holds on to the client any more. */
  end(): void {
    this.#begun = false;
    this.#around.removeEventListener?.('online', this.#wake);
    this.#around.document?.removeEventListener('visibilitychange', this.#looked);
  }

  /** Timers of a page that nobody sees run late, and a machine that slept has lost its connections. */
  readonly #looked = (): void => {
    if (this.#around.document?.visibilityState === 'visible') this.#wake();
  };
}
