// What a connection is told once and the next one must be told again: whose presence to follow, which conversations
// the person looks at.
/** Things wanted, each as often as somebody wants it. */
class Wanted {
    #counts = new Map();
    /** Those that nobody wanted before. */
    add(ids) {
        const fresh = ids.filter((id) => !this.#counts.has(id));
        for (const id of ids)
            this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
        return fresh;
    }
    /** Those that nobody wants any more. */
    drop(ids) {
        for (const id of ids)
            this.#counts.set(id, (this.#counts.get(id) ?? 1) - 1);
        const gone = ids.filter((id) => this.#counts.get(id) === 0);
        for (const id of gone)
            this.#counts.delete(id);
        return gone;
    }
    has(id) {
        return this.#counts.has(id);
    }
    all() {
        return [...this.#counts.keys()];
    }
}
export class Following {
    #options;
    #people = new Wanted();
    #open = new Wanted();
    constructor(options) {
        this.#options = options;
    }
    /** Follows the presence of these people; the answer ends it. */
    people(userIds) {
        const ids = [...new Set(userIds)];
        this.#subscribe(this.#people.add(ids));
        return once(() => {
            const gone = this.#people.drop(ids);
            if (gone.length > 0)
                this.#tell('presence.unsubscribe', { user_ids: gone });
        });
    }
    /** Says that the person looks at this conversation; the answer ends it. */
    conversation(id) {
        for (const conversation_id of this.#open.add([id]))
            this.#tell('conversation.open', { conversation_id });
        return once(() => {
            for (const conversation_id of this.#open.drop([id]))
                this.#tell('conversation.close', { conversation_id });
        });
    }
    /** Whether the person looks at it. */
    isOpen(conversationId) {
        return this.#open.has(conversationId);
    }
    /** Another connection stands: it is told all of it. */
    connected() {
        this.#subscribe(this.#people.all());
        for (const conversation_id of this.#open.all())
            this.#tell('conversation.open', { conversation_id });
    }
    #subscribe(user_ids) {
        if (user_ids.length === 0)
            return;
        this.#tell('presence.subscribe', { user_ids }, ({ items }) => items.forEach(this.#options.onPresence));
    }
    /** Without a connection nothing is said: the next one is told all of it. */
    #tell(type, data, take = () => { }) {
        const { link } = this.#options;
        if (link.state.state !== 'online')
            return;
        link.request(type, data).then(take, (error) => {
            if (error.code !== 'offline')
                this.#options.onError(error);
        });
    }
}
function once(call) {
    let called = false;
    return () => {
        if (!called)
            call();
        called = true;
    };
}
