// The token in use, and asking for the next one.
import { ChinwagError } from './errors.js';
export class Tokens {
    #provider;
    #current;
    /** The last one that was not to be used again. */
    #stale;
    #asking;
    constructor(provider) {
        this.#provider = provider;
    }
    /** The token in use; asked for where there is none. */
    async current() {
        return this.#current ?? (await this.#ask());
    }
    /** Another one than `stale`. Nobody is asked where it came meanwhile, and once for all who want it now. */
    async renew(stale) {
        this.reject(stale);
        return this.current();
    }
    /** That token is not to be used again. */
    reject(stale) {
        if (this.#current !== stale)
            return;
        this.#current = undefined;
        this.#stale = stale;
    }
    #ask() {
        this.#asking ??= this.#fetch().finally(() => {
            this.#asking = undefined;
        });
        return this.#asking;
    }
    async #fetch() {
        let token;
        try {
            token = await this.#provider(this.#stale);
        }
        catch (cause) {
            throw new ChinwagError('token_unavailable', 'the token provider failed', { temporary: true, cause });
        }
        if (token === null)
            throw new ChinwagError('signed_out', 'nobody is signed in any more');
        this.#current = token;
        return token;
    }
}
