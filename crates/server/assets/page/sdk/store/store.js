// What a client knows: conversations in order of activity, their messages in order, each once. Changes are told in
// one go per task. Nothing here asks the server.
import { guarded } from '../emitter.js';
import { received } from './merge.js';
import { Pending, placeOf } from './pending.js';
import { Room } from './room.js';
const NOBODY = [];
const NOTHING = [];
export class ClientStore {
    meId;
    #rooms = new Map();
    #pending = new Pending();
    #writers = new Map();
    #presence = new Map();
    #listeners = new Set();
    /** Answers that were given and still hold. */
    #views = new Map();
    #lists = {};
    #change;
    conversations({ hidden = false } = {}) {
        return (this.#lists[hidden ? 'hidden' : 'shown'] ??= [...this.#rooms.values()]
            .map(({ conversation }) => conversation)
            .filter(({ membership }) => membership.hidden === hidden)
            .sort(byActivity));
    }
    conversation(id) {
        return this.#rooms.get(id)?.conversation;
    }
    messages(where) {
        const place = typeof where === 'string' ? where : (this.directWith(where.recipientId) ?? placeOf(where.recipientId));
        const view = this.#views.get(place);
        if (view)
            return view;
        const stored = this.#rooms.get(place)?.messages ?? NOTHING;
        const pending = this.#pending.in(place);
        if (stored.length + pending.length === 0)
            return NOTHING;
        const next = [...stored, ...pending];
        this.#views.set(place, next);
        return next;
    }
    directWith(userId) {
        for (const { conversation } of this.#rooms.values())
            if (conversation.participant?.id === userId)
                return conversation.id;
        return undefined;
    }
    get waiting() {
        return this.#pending.all().filter(({ status }) => status === 'pending').length;
    }
    hasOlder(conversationId) {
        return this.#rooms.get(conversationId)?.hasOlder ?? false;
    }
    typing(conversationId) {
        return this.#writers.get(conversationId) ?? NOBODY;
    }
    presence(userId) {
        return this.#presence.get(userId);
    }
    get unread() {
        const now = Date.now();
        const shown = this.conversations().filter(({ membership: { muted, muted_until } }) => !muted || (muted_until !== null && Date.parse(muted_until) <= now));
        return shown.reduce((sum, { unread_count }) => sum + unread_count, 0);
    }
    subscribe(listener) {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
    }
    // --- what the client takes in -------------------------------------------------------------------------------
    room(id) {
        return this.#rooms.get(id);
    }
    /** Begins a conversation anew: nothing of what was known of it counts any more. */
    reset(conversation) {
        const room = new Room(conversation, this.meId, this.received);
        this.#rooms.set(conversation.id, room);
        if (conversation.participant)
            this.#joined(conversation.participant.id, conversation.id);
        for (const message of room.messages)
            this.#arrived(message);
        this.#touch(conversation.id);
        return room.conversation;
    }
    /** Changes a conversation, if it is known. */
    change(id, change) {
        const room = this.#rooms.get(id);
        if (!room)
            return undefined;
        change(room);
        this.#touch(id);
        return room.conversation;
    }
    /**
     * Takes a conversation from an answer that came beside the events. One that is of another moment than what is known
     * says nothing but what events do not say.
     */
    put(conversation) {
        const { participants, ...summary } = conversation;
        const known = this.change(conversation.id, (room) => {
            if (conversation.revision === room.conversation.revision)
                room.update(summary);
            if (participants)
                room.people(participants, 'all');
        });
        return known ?? this.reset(conversation);
    }
    settings(id, membership, unread) {
        this.change(id, (room) => room.settings(membership, unread));
    }
    /** Takes a message of the server, from wherever it came. */
    message(message) {
        let stored = this.received(message);
        this.#arrived(stored);
        this.change(message.conversation_id, (room) => {
            stored = room.put(stored);
        });
        return stored;
    }
    /** A message of the server as the store holds it. */
    received = (message) => received(message, this.meId);
    remove(id) {
        this.#rooms.delete(id);
        this.#writers.delete(id);
        this.#touch(id);
    }
    /** Takes an own message that is on its way, or its new state; `recipientId`: to whom, where that is how it is sent. */
    pending(message, recipientId) {
        const known = message.conversation_id || (recipientId && this.directWith(recipientId));
        // Another program may have sent it already.
        if (known && this.#rooms.get(known)?.messages.some(({ key }) => key === message.key))
            return;
        const place = this.#pending.put({ ...message, conversation_id: known || '' }, known || placeOf(recipientId ?? ''));
        this.#touch(place, recipientId);
    }
    /** An own message is on its way no more. */
    settled(key) {
        const place = this.#pending.drop(key);
        if (place !== undefined)
            this.#touch(place);
    }
    writers(conversationId, writers) {
        if (writers.length > 0)
            this.#writers.set(conversationId, writers);
        else
            this.#writers.delete(conversationId);
        this.#touch(conversationId);
    }
    seen(presence) {
        this.#presence.set(presence.user_id, presence);
        this.#changes().userIds.add(presence.user_id);
    }
    /** A message of one's own that has arrived is no longer on its way. */
    #arrived(message) {
        if (message.key !== message.id)
            this.settled(message.key);
    }
    /** There is a conversation with that person now: what was on its way to them is in it. */
    #joined(userId, conversationId) {
        this.#pending.settle(userId, conversationId);
        this.#views.delete(placeOf(userId));
    }
    /** `place`: a conversation, or where messages to a person without one are. */
    #touch(place, userId) {
        this.#views.delete(place);
        this.#lists = {};
        if (userId !== undefined)
            this.#changes().userIds.add(userId);
        if (this.#rooms.has(place) || userId === undefined)
            this.#changes().conversationIds.add(place);
    }
    #changes() {
        if (!this.#change) {
            this.#change = { conversationIds: new Set(), userIds: new Set() };
            queueMicrotask(() => {
                const change = this.#change;
                this.#change = undefined;
                for (const listener of [...this.#listeners])
                    guarded(() => listener(change));
            });
        }
        return this.#change;
    }
}
function byActivity(a, b) {
    const [at, bt] = [a.last_message?.created_at ?? a.created_at, b.last_message?.created_at ?? b.created_at];
    return at < bt ? 1 : at > bt ? -1 : a.id < b.id ? 1 : -1;
}
