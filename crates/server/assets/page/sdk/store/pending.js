// One's own messages that are on their way, by where they go: into a conversation, or to a person with whom there is none
// yet.
const NOTHING = [];
/** The place of messages to a person with whom there is no conversation yet. No conversation has an id like that. */
export function placeOf(recipientId) {
    return `to ${recipientId}`;
}
export class Pending {
    #places = new Map();
    in(place) {
        return this.#places.get(place) ?? NOTHING;
    }
    /** Takes one, or its new state; answers where it stands. */
    put(message, place) {
        const known = this.#find(message.key);
        const at = known ?? place;
        const there = this.in(at);
        const index = there.findIndex(({ key }) => key === message.key);
        this.#places.set(at, index < 0 ? [...there, message] : there.with(index, { ...message, conversation_id: there[index]?.conversation_id ?? '' }));
        return at;
    }
    /** It is on its way no more; answers where it stood. */
    drop(key) {
        const place = this.#find(key);
        if (place === undefined)
            return undefined;
        const rest = this.in(place).filter((message) => message.key !== key);
        if (rest.length > 0)
            this.#places.set(place, rest);
        else
            this.#places.delete(place);
        return place;
    }
    /** There is a conversation with that person now. */
    settle(recipientId, conversationId) {
        const waiting = this.in(placeOf(recipientId));
        if (waiting.length === 0)
            return;
        this.#places.delete(placeOf(recipientId));
        const moved = waiting.map((message) => ({ ...message, conversation_id: conversationId }));
        this.#places.set(conversationId, [...this.in(conversationId), ...moved]);
    }
    /** All that wait. */
    all() {
        return [...this.#places.values()].flat();
    }
    #find(key) {
        for (const [place, messages] of this.#places)
            if (messages.some((message) => message.key === key))
                return place;
        return undefined;
    }
}
