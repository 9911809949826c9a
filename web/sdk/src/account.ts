// A sign-in of a server that keeps accounts itself: its tokens, and the next ones in time.

import { ChinwagError } from './errors.js';
import { baseOf, exchange, problemOf } from './rest/http.js';
import type { OwnProfile, Tokens } from './wire.js';

/** The tokens of a sign-in, as they are kept. */
export interface KeptTokens extends Tokens {
  /** Until when the access token is used: milliseconds since 1970 by the clock of this device. */
  goodUntil?: number;
}

/** Where the tokens of a sign-in are kept over the end of the program. Tabs that use the same sign-in share one. */
export interface TokenStorage {
  load(): KeptTokens | null;
  save(tokens: KeptTokens | null): void;
}

/** A token is exchanged while this part of its life is left. */
const EARLY = 0.2;

/** `new Chinwag({ url, token: account.token })` stays signed in with it. */
export class Account {
  readonly #base: URL;
  readonly #storage: TokenStorage;
  #tokens: KeptTokens;
  #ended = false;
  #refreshing: Promise<void> | undefined;

  private constructor(base: URL, tokens: KeptTokens, storage: TokenStorage) {
    this.#base = base;
    this.#tokens = tokens;
    this.#storage = storage;
  }

  static register(url: string, account: { username: string; password: string; name?: string }, storage?: TokenStorage): Promise<Account> {
    return Account.#begin(url, '/auth/register', account, storage);
  }

  static login(url: string, credentials: { username: string; password: string }, storage?: TokenStorage): Promise<Account> {
    return Account.#begin(url, '/auth/login', credentials, storage);
  }

  /** By a name alone, where the server lets guests in. */
  static guest(url: string, name: string, storage?: TokenStorage): Promise<Account> {
    return Account.#begin(url, '/auth/guest', { name }, storage);
  }

  /** The sign-in that is kept in the storage; `null` where there is none. */
  static resume(url: string, storage: TokenStorage): Account | null {
    const tokens = storage.load();
    return tokens && new Account(baseOf(url), tokens, storage);
  }

  get user(): OwnProfile {
    return this.#tokens.user;
  }

  /** A token that is good now, and another one than `stale`; `null` once the sign-in has ended. */
  readonly token = async (stale?: string): Promise<string | null> => {
    if (!this.#ended && !this.#isGood(stale)) await this.#refreshOnce(stale);
    return this.#ended ? null : this.#tokens.access_token;
  };

  /** Ends the sign-in, here in any case, and at the server if it can be reached. */
  async logout(): Promise<void> {
    this.#tokens = this.#kept() ?? this.#tokens;
    const tokens = this.#tokens;
    this.#end();
    // A token that has expired ends nothing.
    const { access_token } = this.#isGood(undefined) ? tokens : await post(this.#base, '/auth/refresh', { refresh_token: tokens.refresh_token });
    await exchange(new URL('api/v1/auth/logout', this.#base), { method: 'POST', headers: { authorization: `Bearer ${access_token}` } });
  }

  /** Ends the sign-in here alone, where the server has ended it. Tokens of another sign-in stay. */
  forget(): void {
    this.#ended = true;
    if (this.#kept()?.refresh_token === this.#tokens.refresh_token) this.#storage.save(null);
  }

  static async #begin(url: string, path: string, body: object, storage: TokenStorage = NOWHERE): Promise<Account> {
    const base = baseOf(url);
    const tokens = dated(await post(base, path, body));
    storage.save(tokens);
    return new Account(base, tokens, storage);
  }

  /** Tokens of which nobody knows how old they are, are exchanged. */
  #isGood(stale: string | undefined): boolean {
    return Date.now() < (this.#tokens.goodUntil ?? 0) && this.#tokens.access_token !== stale;
  }

  async #refreshOnce(stale: string | undefined): Promise<void> {
    this.#refreshing ??= exclusively(() => this.#refresh(stale)).finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
  }

  /** A refresh token is good once, and using it twice ends the sign-in: another tab may have been here before. */
  async #refresh(stale: string | undefined): Promise<void> {
    const kept = this.#kept();
    if (kept && kept.refresh_token !== this.#tokens.refresh_token) {
      this.#tokens = kept;
      if (this.#isGood(stale)) return;
    }
    try {
      this.#tokens = dated(await post(this.#base, '/auth/refresh', { refresh_token: this.#tokens.refresh_token }));
    } catch (error) {
      if (!(error instanceof ChinwagError) || (error.status !== 401 && error.status !== 403)) throw error;
      return this.#end();
    }
    this.#storage.save(this.#tokens);
  }

  #end(): void {
    this.#ended = true;
    if (this.#kept()) this.#storage.save(null);
  }

  /** What is kept of this person: somebody else may have signed in since. */
  #kept(): KeptTokens | null {
    const kept = this.#storage.load();
    return kept?.user.id === this.user.id ? kept : null;
  }
}

const NOWHERE: TokenStorage = { load: () => null, save: () => {} };

/** From the server's word of how long they last. */
function dated(tokens: Tokens): KeptTokens {
  return { ...tokens, goodUntil: Date.now() + tokens.expires_in * 1_000 * (1 - EARLY) };
}

/** One tab at a time, where there are tabs that know of each other: a browser that keeps nothing for a site refuses it locks. */
async function exclusively(call: () => Promise<void>): Promise<void> {
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  if (!locks) return call();
  let begun = false;
  const once = () => {
    begun = true;
    return call();
  };
  try {
    await locks.request('chinwag.refresh', once);
  } catch (error) {
    if (begun) throw error;
    await call();
  }
}

async function post(base: URL, path: string, body: object): Promise<Tokens> {
  const headers = { 'content-type': 'application/json' };
  const response = await exchange(new URL(`api/v1${path}`, base), { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw ChinwagError.refused(await problemOf(response));
  return (await response.json()) as Tokens;
}
