// Messages on their way: shown at once, sent in order per conversation, repeated until the server has answered, and kept
// until then.
import { ChinwagError } from '../errors.js';
import { pause, randomId, spread } from '../random.js';
import { draft, requestOf } from './draft.js';
/** How long to wait with a server that is busy and does not say how long. */
const BUSY_PAUSE_MS = 500;
export class Outbox {
    #link;
    #store;
    #kept;
    #onError;
    #lanes = new Map();
    #failed = new Map();
    /** Whether what an earlier program left was taken up. */
    #restored = false;
    constructor(options) {
        this.#link = options.link;
        this.#store = options.store;
        this.#kept = options.kept;
        this.#onError = options.onError;
    }
    send(outgoing, sender) {
        const clientId = outgoing.clientId ?? randomId();
        const message = draft(outgoing, clientId, sender, this.#conversationOf(outgoing));
        const request = requestOf(outgoing, message);
        return this.#begin({ lane: this.#laneOf(request), request, message });
    }
    /** Sends what was refused once more, as the same message. */
    retry(clientId) {
        const entry = this.#failed.get(clientId);
        if (!entry)
            throw new ChinwagError('not_found', 'no message of this id has failed');
        this.#failed.delete(clientId);
        const { error: _, ...message } = entry.message;
        return this.#begin({ ...entry, message: { ...message, status: 'pending' } });
    }
    discard(clientId) {
        if (this.#failed.delete(clientId))
            this.#forget(clientId);
    }
    /**
     * Takes up what an earlier program has left, or another one that runs beside this. Both may send it: the server keeps
     * it once, by its `clientId`. To be called whenever it is known who one is, before anything is sent.
     */
    async restore(me) {
        const kept = await this.#quietly(() => this.#kept.load());
        const here = new Set([...this.#lanes.values()].flat().map(({ message }) => message.key));
        // What was written before the first connection has no sender yet.
        for (const entry of [...this.#lanes.values()].flat().filter(({ message }) => message.sender.id === ''))
            this.#sign(entry, me);
        const left = (kept ?? []).filter(({ clientId, message }) => !here.has(clientId) && !this.#failed.has(clientId) && (message.sender.id || me.id) === me.id);
        for (const { request, message } of this.#restored ? left : left.toReversed()) {
            const entry = { lane: this.#laneOf(request), request, message: { ...message, sender: me } };
            if (message.status === 'failed')
                this.#failed.set(message.key, { ...entry, ...NOBODY_ASKS });
            // Nothing was sent so far: what was left comes before what was written since.
            else
                this.#enqueue({ ...entry, ...NOBODY_ASKS }, this.#restored ? 'last' : 'first');
        }
        for (const { message, request } of left)
            this.#show({ ...message, sender: me }, request);
        this.#restored = true;
    }
    #begin(entry) {
        const { message, request } = entry;
        const done = new Promise((resolve, reject) => this.#enqueue({ ...entry, resolve, reject }, 'last'));
        // Who shows the store's messages need not ask for this one; who asks hears of the failure all the same.
        done.catch(() => { });
        this.#show(message, request);
        void this.#quietly(() => this.#kept.put({ clientId: message.key, request, message }));
        return { clientId: message.key, message, done };
    }
    #enqueue(entry, place) {
        const waiting = this.#lanes.get(entry.lane);
        if (waiting) {
            if (place === 'first')
                waiting.unshift(entry);
            else
                waiting.push(entry);
            return;
        }
        this.#lanes.set(entry.lane, [entry]);
        void this.#drain(entry.lane);
    }
    async #drain(lane) {
        const waiting = this.#lanes.get(lane) ?? [];
        while (waiting.length > 0) {
            const end = await this.#link.online().then(() => undefined, (error) => error);
            const entry = waiting[0];
            if (end)
                this.#fail(entry, end, 'unsent');
            else
                await this.#deliver(entry);
            waiting.shift();
        }
        this.#lanes.delete(lane);
    }
    /** Over as many connections as it takes. A time-out says nothing: the same request says it once more. */
    async #deliver(entry) {
        for (;;) {
            try {
                await this.#link.online();
            }
            catch (error) {
                return this.#fail(entry, error, 'unsent');
            }
            try {
                const { duplicate: _, ...message } = await this.#link.request('message.send', entry.request);
                this.#forget(entry.message.key);
                return entry.resolve(this.#store.message(message));
            }
            catch (error) {
                if (!(error instanceof ChinwagError) || !error.temporary)
                    return this.#fail(entry, error, 'refused');
                if (error.problem)
                    await pause(spread(error.retryAfterMs ?? BUSY_PAUSE_MS));
            }
        }
    }
    /** What is unsent because the connection has ended for good is kept as it is, for another program. */
    #fail(entry, error, why) {
        const problem = error.problem ?? { type: 'about:blank', title: error.message, status: 0, detail: error.message, code: error.code, temporary: false };
        const message = { ...entry.message, status: 'failed', error: problem };
        if (why === 'refused' && this.#isNowhere(entry)) {
            this.#forget(message.key);
        }
        else {
            this.#failed.set(message.key, { ...entry, message });
            this.#show(message, entry.request);
            if (why === 'refused')
                void this.#quietly(() => this.#kept.put({ clientId: message.key, request: entry.request, message }));
        }
        entry.reject(error);
    }
    /** Of a conversation that one is in no more nobody sees what has failed. */
    #isNowhere({ request }) {
        return request.conversation_id != null && !this.#store.conversation(request.conversation_id);
    }
    #forget(clientId) {
        this.#store.settled(clientId);
        void this.#quietly(() => this.#kept.remove(clientId));
    }
    #sign(entry, me) {
        entry.message = { ...entry.message, sender: me };
        this.#show(entry.message, entry.request);
    }
    #show(message, { recipient_id }) {
        this.#store.pending(message, recipient_id ?? undefined);
    }
    #conversationOf(outgoing) {
        return 'conversationId' in outgoing ? outgoing.conversationId : (this.#store.directWith(outgoing.recipientId) ?? '');
    }
    /** To one person goes one lane, whether or not their conversation is known yet. */
    #laneOf({ conversation_id, recipient_id }) {
        const person = recipient_id ?? this.#store.conversation(conversation_id ?? '')?.participant?.id;
        const known = conversation_id ?? this.#store.directWith(recipient_id ?? '');
        if (known && this.#lanes.has(known))
            return known;
        return person === undefined ? (conversation_id ?? '') : `to ${person}`;
    }
    /** A store that fails costs what is on its way when the program ends, and nothing before. */
    async #quietly(call) {
        try {
            return await call();
        }
        catch (cause) {
            this.#onError(new ChinwagError('unexpected', 'messages on their way could not be kept', { temporary: true, cause }));
            return undefined;
        }
    }
}
/** Of what was left by another program, nobody here waits for the end. */
const NOBODY_ASKS = { resolve: () => { }, reject: () => { } };
