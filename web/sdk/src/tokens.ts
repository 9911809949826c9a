// The token in use, and asking for the next one.

import { ChinwagError } from './errors.js';
import type { TokenProvider } from './types.js';

export class Tokens {
  readonly #provider: TokenProvider;
  #current: string | undefined;
  /** The last one that was not to be used again. */
  #stale: string | undefined;
  #asking: Promise<string> | undefined;

  constructor(provider: TokenProvider) {
    this.#provider = provider;
  }

  /** The token in use; asked for where there is none. */
  async current(): Promise<string> {
    return this.#current ?? (await this.#ask());
  }

  /** Another one than `stale`. Nobody is asked where it came meanwhile, and once for all who want it now. */
  async renew(stale: string): Promise<string> {
    this.reject(stale);
    return this.current();
  }

  /** That token is not to be used again. */
  reject(stale: string): void {
    if (this.#current !== stale) return;
    this.#current = undefined;
    this.#stale = stale;
  }

  #ask(): Promise<string> {
    this.#asking ??= this.#fetch().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #fetch(): Promise<string> {
    let token: string | null;
    try {
      token = await this.#provider(this.#stale);
    } catch (cause) {
      throw new ChinwagError('token_unavailable', 'the token provider failed', { temporary: true, cause });
    }
    if (token === null) throw new ChinwagError('signed_out', 'nobody is signed in any more');
    this.#current = token;
    return token;
  }
}
