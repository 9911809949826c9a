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
    /** By the clock of this device, from the server's word of how long they last. */
    #goodUntil;
    #ended = false;
    #refreshing;
    constructor(base, tokens, storage, goodUntil) {
        this.#base = base;
        this.#tokens = tokens;
        this.#storage = storage;
        this.#goodUntil = goodUntil;
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
        // Nobody knows how old they are: the first use exchanges them.
        return tokens && new Account(baseOf(url), tokens, storage, 0);
    }
    get user() {
        return this.#tokens.user;
    }
    /** A token that is good now; `null` once the sign-in has ended. */
    token = async () => {
        if (!this.#ended && Date.now() >= this.#goodUntil)
            await this.#refreshOnce();
        return this.#ended ? null : this.#tokens.access_token;
    };
    /** Ends the sign-in, here in any case, and at the server if it can be reached. */
    async logout() {
        const { access_token } = this.#tokens;
        this.#end();
        await exchange(new URL('api/v1/auth/logout', this.#base), { method: 'POST', headers: { authorization: `Bearer ${access_token}` } });
    }
    static async #begin(url, path, body, storage = NOWHERE) {
        const base = baseOf(url);
        const tokens = await post(base, path, body);
        storage.save(tokens);
        return new Account(base, tokens, storage, goodUntil(tokens));
    }
    async #refreshOnce() {
        this.#refreshing ??= exclusively(() => this.#refresh()).finally(() => {
            this.#refreshing = undefined;
        });
        await this.#refreshing;
    }
    /** A refresh token is good once, and using it twice ends the sign-in: another tab may have been here before. */
    async #refresh() {
        const kept = this.#storage.load();
        const mine = this.#tokens.refresh_token;
        if (kept && kept.user.id === this.user.id && kept.refresh_token !== mine)
            this.#tokens = kept;
        try {
            this.#tokens = await post(this.#base, '/auth/refresh', { refresh_token: this.#tokens.refresh_token });
        }
        catch (error) {
            if (!(error instanceof ChinwagError) || (error.status !== 401 && error.status !== 403))
                throw error;
            return this.#end();
        }
        this.#goodUntil = goodUntil(this.#tokens);
        this.#storage.save(this.#tokens);
    }
    #end() {
        this.#ended = true;
        this.#storage.save(null);
    }
}
const NOWHERE = { load: () => null, save: () => { } };
function goodUntil({ expires_in }) {
    return Date.now() + expires_in * 1_000 * (1 - EARLY);
}
/** One tab at a time, where there are tabs. */
function exclusively(call) {
    const locks = globalThis.navigator?.locks;
    return locks ? locks.request('chinwag.refresh', call) : call();
}
async function post(base, path, body) {
    const headers = { 'content-type': 'application/json' };
    const response = await exchange(new URL(`api/v1${path}`, base), { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok)
        throw ChinwagError.refused(await problemOf(response));
    return (await response.json());
}
