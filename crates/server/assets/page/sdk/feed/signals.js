// What passes: who writes, who looks, who is here, how far others have read. None of it has a revision.
/** Somebody of whom nothing more is heard has stopped writing, whatever the server says. */
const WRITES_FOR_MS = 6_000;
export class Signals {
    #store;
    #emitter;
    #loadPeople;
    #loading = new Set();
    /** When writing ends by itself, by conversation and person. */
    #ends = new Map();
    constructor(store, emitter, loadPeople) {
        this.#store = store;
        this.#emitter = emitter;
        this.#loadPeople = loadPeople;
    }
    /** Takes a signal; false when the event is none. */
    take({ type, conversation_id: id, data }) {
        switch (type) {
            case 'presence.changed':
                this.presence(data);
                return true;
            case 'typing.started':
                this.#writes(data);
                return true;
            case 'typing.stopped':
                this.#stops(data.conversation_id, data.user.id);
                return true;
            case 'receipt.read':
            case 'receipt.delivered':
                this.#receipt(type === 'receipt.read' ? 'read' : 'delivered', data);
                return true;
            case 'membership.updated':
                this.#settings(id ?? '', data);
                return true;
            case 'participant.opened':
            case 'participant.closed':
                this.#looks(data, type === 'participant.opened');
                return true;
            default:
                return false;
        }
    }
    presence(presence) {
        this.#store.seen(presence);
        this.#emitter.emit('presence', presence);
    }
    /** Who has sent writes no more. */
    wrote({ conversation_id, sender }) {
        this.#stops(conversation_id, sender.id);
    }
    disconnected() {
        for (const { conversationId, user } of [...this.#ends.values()])
            this.#stops(conversationId, user.id);
    }
    #looks({ conversation_id: conversationId, user }, open) {
        this.#emitter.emit('viewing', { conversationId, user, open });
    }
    #writes({ conversation_id: conversationId, user, expires_in_ms: forMs = WRITES_FOR_MS }) {
        const key = `${conversationId} ${user.id}`;
        const known = this.#ends.get(key);
        clearTimeout(known?.timer);
        this.#ends.set(key, { timer: setTimeout(() => this.#stops(conversationId, user.id), forMs), conversationId, user });
        if (known)
            return;
        this.#store.writers(conversationId, [...this.#store.typing(conversationId), user]);
        this.#emitter.emit('typing', { conversationId, user, typing: true });
    }
    #stops(conversationId, userId) {
        const key = `${conversationId} ${userId}`;
        const known = this.#ends.get(key);
        if (!known)
            return;
        clearTimeout(known.timer);
        this.#ends.delete(key);
        this.#store.writers(conversationId, this.#store.typing(conversationId).filter(({ id }) => id !== userId));
        this.#emitter.emit('typing', { conversationId, user: known.user, typing: false });
    }
    #receipt(kind, { conversation_id: conversationId, user_id: userId, seq }) {
        const room = this.#store.room(conversationId);
        if (!room)
            return;
        this.#store.change(conversationId, () => room.receipt({ kind, userId, seq }));
        if (!room.knowsPeople && userId !== this.#store.meId)
            void this.#people(conversationId);
        this.#emitter.emit('receipt', { conversationId, userId, seq, kind });
    }
    async #people(conversationId) {
        if (this.#loading.has(conversationId))
            return;
        this.#loading.add(conversationId);
        await this.#loadPeople(conversationId);
        this.#loading.delete(conversationId);
    }
    #settings(conversationId, membership) {
        const conversation = this.#store.change(conversationId, (room) => room.settings(membership));
        if (conversation)
            this.#emitter.emit('conversation', { conversation, reset: false });
    }
}
