// The newest messages of one conversation, without a gap, in order of `seq`, each once.
import { merged } from './merge.js';
export class MessageWindow {
    #messages = [];
    #reachesBeginning = false;
    get messages() {
        return this.#messages;
    }
    /** The oldest number held. */
    get first() {
        return this.#messages[0]?.seq;
    }
    get last() {
        return this.#messages.at(-1)?.seq ?? 0;
    }
    /** Whether there are older messages, as far as is known. */
    get hasOlder() {
        return !this.#reachesBeginning && this.first !== 1;
    }
    find(id) {
        return this.#messages.findLast((message) => message.id === id);
    }
    /**
     * Takes a message that is new or changed. What lies apart, before the window or, where that is empty, before the
     * newest message of the conversation, stays outside, since there would be a gap.
     */
    put(message, newestSeq) {
        const place = this.#placeOf(message.seq);
        const known = this.#messages[place];
        if (known?.seq === message.seq) {
            this.#messages[place] = merged(known, message);
            return 'changed';
        }
        if (message.seq < (this.first ?? newestSeq + 1) - 1)
            return 'outside';
        this.#messages.splice(place, 0, message);
        return 'new';
    }
    /**
     * Takes a page of history, oldest first, where it adjoins the window. `reachesBeginning`: nothing comes before it.
     * A page that lies apart is not taken.
     */
    takePage(page, reachesBeginning, newestSeq) {
        // From the newest on, so that each adjoins what is there.
        for (const message of page.toReversed())
            this.put(message, newestSeq);
        const first = page[0]?.seq ?? this.first;
        if (reachesBeginning && first === this.first)
            this.#reachesBeginning = true;
    }
    /** Forgets everything up to that number, as its person wants: nothing comes before the rest. */
    clear(seq) {
        const rest = this.#messages.filter((message) => message.seq > seq);
        const changed = rest.length < this.#messages.length;
        this.#messages = rest;
        this.#reachesBeginning ||= changed;
        return changed;
    }
    /** Replaces messages, from the newest back until `change` answers `undefined`. */
    update(change) {
        let changed = false;
        for (let place = this.#messages.length - 1; place >= 0; place -= 1) {
            const message = this.#messages[place];
            const next = change(message);
            if (!next)
                break;
            changed ||= next !== message;
            this.#messages[place] = next;
        }
        return changed;
    }
    /** Where a message with that number stands or would stand. */
    #placeOf(seq) {
        let [low, high] = [0, this.#messages.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.#messages[middle].seq < seq)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
