// Whether a reaction is one's own. Live events do not say, since they are the same for everybody: it may be one's own from
// another device. Such a message is read again while its conversation is open, a moment later and once for all changes.
import { spread } from '../random.js';
/** The answer to one's own request says it, and comes within this time as a rule. */
const A_MOMENT_MS = 400;
/** In a larger group a reaction would make too many people ask. */
const FEW = 30;
/** So many messages of a conversation that is not open are remembered. */
const MOST = 50;
export class OwnReactions {
    #options;
    /** By conversation: messages as they were before it became unclear. */
    #unclear = new Map();
    #due = new Map();
    constructor(options) {
        this.#options = options;
    }
    /** A live version of a message is taken over the one that is known. */
    changed(known, { conversation_id: id, reactions }) {
        const people = this.#options.store.conversation(id)?.participant_count ?? 0;
        if (people > FEW || !mayBeOwn(known.reactions, reactions))
            return;
        const unclear = this.#unclear.get(id) ?? new Map();
        this.#unclear.set(id, unclear);
        if (!unclear.has(known.id))
            unclear.set(known.id, known);
        for (const oldest of [...unclear.keys()].slice(0, Math.max(0, unclear.size - MOST)))
            unclear.delete(oldest);
        if (this.#options.isOpen(id))
            this.opened(id);
    }
    /** Somebody looks at it now. */
    opened(conversationId) {
        if (!this.#unclear.has(conversationId) || this.#due.has(conversationId))
            return;
        this.#due.set(conversationId, setTimeout(() => void this.#clear(conversationId), spread(A_MOMENT_MS)));
    }
    /** Another connection brings what is asked for then. */
    disconnected() {
        for (const timer of this.#due.values())
            clearTimeout(timer);
        this.#due.clear();
    }
    async #clear(conversationId) {
        this.#due.delete(conversationId);
        const unclear = this.#unclear.get(conversationId) ?? new Map();
        this.#unclear.delete(conversationId);
        const room = this.#options.store.room(conversationId);
        for (const before of unclear.values()) {
            const now = room?.find(before.id);
            if (now && mayBeOwn(before.reactions, now.reactions))
                await this.#options.read(before.id);
        }
    }
}
/** Whether one's own may have come or gone between the two: one more where there was none, or one less where there was. */
function mayBeOwn(before, after) {
    return after.some(({ emoji, count, me }) => {
        const known = before.find((one) => one.emoji === emoji);
        const mine = known?.me ?? false;
        if ((me ?? mine) !== mine)
            return false;
        return mine ? count < (known?.count ?? 0) : count > (known?.count ?? 0);
    });
}
