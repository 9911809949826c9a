// A sign-in of a server that keeps accounts itself: its tokens, and the next ones in time.
import { ChinwagError } from './errors.js';
import { baseOf, exchange, problemOf } from './rest/http.js';
/** A token is exchanged while this part of its life is left. */
const EARLY = 0.2;
/** `new Chinwag({ url, token: account.token })` stays signed in with it. */
export class Account {
    #base;
    #storage;
    #tokens;
    #ended = false;
    #refreshing;
    constructor(base, tokens, storage) {
        this.#base = base;
        this.#tokens = tokens;
        this.#storage = storage;
    }
    static register(url, account, storage) {
        return Account.#begin(url, '/auth/register', account, storage);
    }
    static login(url, credentials, storage) {
        return Account.#begin(url, '/auth/login', credentials, storage);
    }
    /** By a name alone, where the server lets guests in. */
    static guest(url, name, storage) {
        return Account.#begin(url, '/auth/guest', { name }, storage);
    }
    /** The sign-in that is kept in the storage; `null` where there is none. */
    static resume(url, storage) {
        const tokens = storage.load();
        return tokens && new Account(baseOf(url), tokens, storage);
    }
    get user() {
        return this.#tokens.user;
    }
    /** A token that is good now, and another one than `stale`; `null` once the sign-in has ended. */
    token = async (stale) => {
        if (!this.#ended && !this.#isGood(stale))
            await this.#refreshOnce(stale);
        return this.#ended ? null : this.#tokens.access_token;
    };
    /** Ends the sign-in, here in any case, and at the server if it can be reached. */
    async logout() {
        this.#tokens = this.#kept() ?? this.#tokens;
        const tokens = this.#tokens;
        this.#end();
        // A token that has expired ends nothing.
        const { access_token } = this.#isGood(undefined) ? tokens : await post(this.#base, '/auth/refresh', { refresh_token: tokens.refresh_token });
        await exchange(new URL('api/v1/auth/logout', this.#base), { method: 'POST', headers: { authorization: `Bearer ${access_token}` } });
    }
    /** Ends the sign-in here alone, where the server has ended it. Tokens of another sign-in stay. */
    forget() {
        this.#ended = true;
        if (this.#kept()?.refresh_token === this.#tokens.refresh_token)
            this.#storage.save(null);
    }
    static async #begin(url, path, body, storage = NOWHERE) {
        const base = baseOf(url);
        const tokens = dated(await post(base, path, body));
        storage.save(tokens);
        return new Account(base, tokens, storage);
    }
    /** Tokens of which nobody knows how old they are, are exchanged. */
    #isGood(stale) {
        return Date.now() < (this.#tokens.goodUntil ?? 0) && this.#tokens.access_token !== stale;
    }
    async #refreshOnce(stale) {
        this.#refreshing ??= exclusively(() => this.#refresh(stale)).finally(() => {
            this.#refreshing = undefined;
        });
        await this.#refreshing;
    }
    /** A refresh token is good once, and using it twice ends the sign-in: another tab may have been here before. */
    async #refresh(stale) {
        const kept = this.#kept();
        if (kept && kept.refresh_token !== this.#tokens.refresh_token) {
            this.#tokens = kept;
            if (this.#isGood(stale))
                return;
        }
        try {
            this.#tokens = dated(await post(this.#base, '/auth/refresh', { refresh_token: this.#tokens.refresh_token }));
        }
        catch (error) {
            if (!(error instanceof ChinwagError) || (error.status !== 401 && error.status !== 403))
                throw error;
            return this.#end();
        }
        this.#storage.save(this.#tokens);
    }
    #end() {
        this.#ended = true;
        if (this.#kept())
            this.#storage.save(null);
    }
    /** What is kept of this person: somebody else may have signed in since. */
    #kept() {
        const kept = this.#storage.load();
        return kept?.user.id === this.user.id ? kept : null;
    }
}
const NOWHERE = { load: () => null, save: () => { } };
/** From the server's word of how long they last. */
function dated(tokens) {
    return { ...tokens, goodUntil: Date.now() + tokens.expires_in * 1_000 * (1 - EARLY) };
}
/** One tab at a time, where there are tabs that know of each other: a browser that keeps nothing for a site refuses it locks. */
async function exclusively(call) {
    const locks = globalThis.navigator?.locks;
    if (!locks)
        return call();
    let begun = false;
    const once = () => {
        begun = true;
        return call();
    };
    try {
        await locks.request('chinwag.refresh', once);
    }
    catch (error) {
        if (begun)
            throw error;
        await call();
    }
}
async function post(base, path, body) {
    const headers = { 'content-type': 'application/json' };
    const response = await exchange(new URL(`api/v1${path}`, base), { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok)
        throw ChinwagError.refused(await problemOf(response));
    return (await response.json());
}
