// Where messages on their way are kept, so that they survive the program.

import type { ChatMessage } from '../types.js';
import type { SendRequest } from '../wire.js';

/** A message on its way, or one that the server refused. */
export interface KeptMessage {
  clientId: string;
  /** What is sent, each time the same: so the server knows a message that it has already. */
  request: SendRequest;
  /** As it is shown. */
  message: ChatMessage;
}

/**
 * Keeps messages on their way over the end of the program: those of one person, under any number of programs (tabs) at
 * the same time. All of it is plain JSON; calls take effect in the order in which they are made.
 */
export interface OutboxStore {
  /** Everything, in the order in which it was first put. */
  load(): KeptMessage[] | Promise<KeptMessage[]>;
  /** Keeps one; one that is kept already stays in its place. */
  put(kept: KeptMessage): void | Promise<void>;
  remove(clientId: string): void | Promise<void>;
}

/** Keeps nothing beyond the program. */
export const FORGETFUL: OutboxStore = { load: () => [], put: () => {}, remove: () => {} };

/** The part of `localStorage` that is used. */
export interface WebStorage {
  readonly length: number;
  key(at: number): string | null;
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

/** As wide as the largest number, so that names sort as numbers do. */
const DIGITS = 16;

/**
 * Keeps them in `localStorage`, which has them even when the tab is closed in the same moment. Each has an entry of its
 * own, named `<name>/<number>.<clientId>`: tabs that write at the same time take nothing from each other. The numbers
 * count up, so that the order does not hang on a clock.
 */
export class WebStorageOutbox implements OutboxStore {
  readonly #storage: WebStorage;
  readonly #prefix: string;

  /** `name` is of the person: `chinwag.outbox.<user id>`. */
  constructor(storage: WebStorage, name: string) {
    this.#storage = storage;
    this.#prefix = `${name}/`;
  }

  load(): KeptMessage[] {
    const found: KeptMessage[] = [];
    for (const name of this.#names()) {
      try {
        found.push(JSON.parse(this.#storage.getItem(name) ?? '') as KeptMessage);
      } catch {
        // Another tab has just sent it, or somebody wrote there who should not.
      }
    }
    return found;
  }

  put(kept: KeptMessage): void {
    const names = this.#names();
    const last = Number(names.at(-1)?.slice(this.#prefix.length, this.#prefix.length + DIGITS) ?? 0);
    const name = names.find((one) => this.#clientIdIn(one) === kept.clientId) ?? `${this.#prefix}${String(last + 1).padStart(DIGITS, '0')}.${kept.clientId}`;
    this.#storage.setItem(name, JSON.stringify(kept));
  }

  remove(clientId: string): void {
    for (const name of this.#names()) {
      if (this.#clientIdIn(name) === clientId) this.#storage.removeItem(name);
    }
  }

  /** Forgets all of it. */
  clear(): void {
    for (const name of this.#names()) this.#storage.removeItem(name);
  }

  #clientIdIn(name: string): string {
    return name.slice(this.#prefix.length + DIGITS + 1);
  }

  #names(): string[] {
    const all = Array.from({ length: this.#storage.length }, (_, at) => this.#storage.key(at) ?? '');
    return all.filter((name) => name.startsWith(this.#prefix)).sort();
  }
}
