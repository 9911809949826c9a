// Where messages on their way are kept, so that they survive the program.
/** Keeps nothing beyond the program. */
export const FORGETFUL = { load: () => [], put: () => { }, remove: () => { } };
/** As wide as the largest number, so that names sort as numbers do. */
const DIGITS = 16;
/**
 * Keeps them in `localStorage`, which has them even when the tab is closed in the same moment. Each has an entry of its
 * own, named `<name>/<number>.<clientId>`: tabs that write at the same time take nothing from each other. The numbers
 * count up, so that the order does not hang on a clock.
 */
export class WebStorageOutbox {
    #storage;
    #prefix;
    /** `name` is of the person: `chinwag.outbox.<user id>`. */
    constructor(storage, name) {
        this.#storage = storage;
        this.#prefix = `${name}/`;
    }
    load() {
        const found = [];
        for (const name of this.#names()) {
            try {
                found.push(JSON.parse(this.#storage.getItem(name) ?? ''));
            }
            catch {
                // Another tab has just sent it, or somebody wrote there who should not.
            }
        }
        return found;
    }
    put(kept) {
        const names = this.#names();
        const last = Number(names.at(-1)?.slice(this.#prefix.length, this.#prefix.length + DIGITS) ?? 0);
        const name = names.find((one) => this.#clientIdIn(one) === kept.clientId) ?? `${this.#prefix}${String(last + 1).padStart(DIGITS, '0')}.${kept.clientId}`;
        this.#storage.setItem(name, JSON.stringify(kept));
    }
    remove(clientId) {
        for (const name of this.#names()) {
            if (this.#clientIdIn(name) === clientId)
                this.#storage.removeItem(name);
        }
    }
    /** Forgets all of it. */
    clear() {
        for (const name of this.#names())
            this.#storage.removeItem(name);
    }
    #clientIdIn(name) {
        return name.slice(this.#prefix.length + DIGITS + 1);
    }
    #names() {
        const all = Array.from({ length: this.#storage.length }, (_, at) => this.#storage.key(at) ?? '');
        return all.filter((name) => name.startsWith(this.#prefix)).sort();
    }
}
