// Which revision of each conversation is known, and what follows for what comes in. Pure bookkeeping: this is where
// "once and in order" is decided.
export class Tracker {
    #seen = new Map();
    /** Which messages were told, by conversation: all up to a number, and some above it. */
    #told = new Map();
    /** Judges an event; `next` counts it as known. */
    judge(conversationId, revision) {
        const seen = this.#seen.get(conversationId);
        if (seen === undefined)
            return 'unknown';
        if (revision <= seen)
            return 'seen';
        if (revision > seen + 1)
            return 'gap';
        this.#seen.set(conversationId, revision);
        return 'next';
    }
    /** The conversation's whole state is known as of this revision, when its newest message had that number. */
    reset(conversationId, revision, newestSeq) {
        this.#seen.set(conversationId, revision);
        this.#told.set(conversationId, { upTo: newestSeq, above: new Set() });
    }
    forget(conversationId) {
        this.#seen.delete(conversationId);
        this.#told.delete(conversationId);
    }
    /**
     * Whether a message is told for the first time; counts it as told. Changes come in order of revision: one that was
     * edited since comes behind younger ones.
     */
    isNew(conversationId, seq) {
        const told = this.#told.get(conversationId) ?? { upTo: 0, above: new Set() };
        this.#told.set(conversationId, told);
        if (seq <= told.upTo || told.above.has(seq))
            return false;
        told.above.add(seq);
        while (told.above.delete(told.upTo + 1))
            told.upTo += 1;
        return true;
    }
    /**
     * The messages of an answer that are not known yet, in order; counts them as known. Those above the answer's own
     * revision are left out: the head was read before the rows, so there may be holes between them; they come again.
     */
    take(conversationId, changes) {
        const seen = this.revision(conversationId);
        this.#seen.set(conversationId, Math.max(seen, changes.revision));
        return changes.messages
            .filter(({ revision }) => revision > seen && revision <= changes.revision)
            .sort((a, b) => a.revision - b.revision);
    }
    /** 0 where nothing is known. */
    revision(conversationId) {
        return this.#seen.get(conversationId) ?? 0;
    }
    has(conversationId) {
        return this.#seen.has(conversationId);
    }
    /** Everything, as `sync` wants it. */
    known() {
        return Object.fromEntries(this.#seen);
    }
}
