// Messages on their way: shown at once, sent in order per conversation, repeated until the server has answered.
import { ChinwagError } from './errors.js';
import { pause, randomId, spread } from './random.js';
import { attachmentInput, kindOf } from './rest/attachments.js';
/** How long to wait with a server that is busy and does not say how long. */
const BUSY_PAUSE_MS = 500;
export class Outbox {
    #link;
    #store;
    #lanes = new Map();
    #failed = new Map();
    constructor(link, store) {
        this.#link = link;
        this.#store = store;
    }
    send(outgoing, sender) {
        const clientId = outgoing.clientId ?? randomId();
        const conversationId = this.#conversationOf(outgoing);
        const message = draft(outgoing, clientId, sender, conversationId);
        const lane = conversationId || `to ${outgoing.recipientId}`;
        return this.#enqueue({ lane, request: requestOf(outgoing, message), message });
    }
    /** Sends what was refused once more, as the same message. */
    retry(clientId) {
        const entry = this.#failed.get(clientId);
        if (!entry)
            throw new ChinwagError('not_found', 'no message of this id has failed');
        this.#failed.delete(clientId);
        const { error: _, ...message } = entry.message;
        return this.#enqueue({ ...entry, message: { ...message, status: 'pending' } });
    }
    discard(clientId) {
        const entry = this.#failed.get(clientId);
        this.#failed.delete(clientId);
        if (entry)
            this.#store.settled(entry.message.conversation_id, clientId);
    }
    #enqueue(entry) {
        const { lane, message } = entry;
        const done = new Promise((resolve, reject) => {
            const waiting = this.#lanes.get(lane);
            const complete = { ...entry, resolve, reject };
            if (waiting)
                waiting.push(complete);
            else {
                this.#lanes.set(lane, [complete]);
                void this.#drain(lane);
            }
        });
        // Who shows the store's messages need not ask for this one; who asks hears of the failure all the same.
        done.catch(() => { });
        this.#show(message);
        return { clientId: message.key, message, done };
    }
    async #drain(lane) {
        const waiting = this.#lanes.get(lane) ?? [];
        for (let entry = waiting[0]; entry; entry = waiting[0]) {
            try {
                const stored = await this.#deliver(entry);
                this.#store.settled(entry.message.conversation_id, entry.message.key);
                entry.resolve(this.#store.message(stored));
            }
            catch (error) {
                this.#fail(entry, error);
            }
            waiting.shift();
        }
        this.#lanes.delete(lane);
    }
    /** Over as many connections as it takes. A time-out says nothing: the same request says it once more. */
    async #deliver(entry) {
        for (;;) {
            await this.#link.online();
            try {
                const { duplicate: _, ...message } = await this.#link.request('message.send', entry.request);
                return message;
            }
            catch (error) {
                if (!(error instanceof ChinwagError) || !error.temporary)
                    throw error;
                if (error.problem)
                    await pause(spread(error.retryAfterMs ?? BUSY_PAUSE_MS));
            }
        }
    }
    #fail(entry, error) {
        const problem = error.problem ?? { type: 'about:blank', title: error.message, status: 0, detail: error.message, code: error.code, temporary: false };
        const message = { ...entry.message, status: 'failed', error: problem };
        this.#failed.set(message.key, { ...entry, message });
        this.#show(message);
        entry.reject(error);
    }
    /** Where it is not known yet which conversation it goes into, there is no place to show it. */
    #show(message) {
        if (message.conversation_id !== '')
            this.#store.pending(message);
    }
    #conversationOf(outgoing) {
        return 'conversationId' in outgoing ? outgoing.conversationId : (this.#store.directWith(outgoing.recipientId) ?? '');
    }
}
/** A message as it is shown until the server has it. */
function draft(outgoing, clientId, sender, conversationId) {
    const now = new Date().toISOString();
    const message = {
        key: clientId,
        id: '',
        conversation_id: conversationId,
        seq: 0,
        revision: 0,
        sender,
        client_id: clientId,
        client_created_at: now,
        kind: outgoing.kind ?? kindOf(outgoing.attachments ?? []),
        content: outgoing.content ?? null,
        attachments: (outgoing.attachments ?? []).map(shown),
        reply_to: outgoing.replyTo ?? null,
        mentions: outgoing.mentions ?? [],
        reactions: [],
        status: 'pending',
        created_at: now,
        edited_at: null,
        deleted_at: null,
        deleted_by: null,
    };
    if (outgoing.metadata !== undefined)
        message.metadata = outgoing.metadata;
    if (outgoing.location)
        message.location = { live: false, ...outgoing.location };
    if (outgoing.meeting)
        message.meeting = { place: outgoing.meeting.place, scheduled_at: outgoing.meeting.scheduledAt, status: 'pending' };
    return message;
}
function requestOf(outgoing, message) {
    const { client_id, client_created_at, kind, mentions } = message;
    return {
        ...('conversationId' in outgoing ? { conversation_id: outgoing.conversationId } : { recipient_id: outgoing.recipientId }),
        client_id,
        client_created_at,
        kind: kind,
        mentions,
        attachments: (outgoing.attachments ?? []).map(attachmentInput),
        ...(outgoing.content !== undefined && { content: outgoing.content }),
        ...(outgoing.replyTo !== undefined && { reply_to: outgoing.replyTo }),
        ...(outgoing.location && { location: message.location }),
        ...(outgoing.meeting && { meeting: { place: outgoing.meeting.place, scheduled_at: outgoing.meeting.scheduledAt } }),
        ...(outgoing.metadata !== undefined && { metadata: outgoing.metadata }),
    };
}
function shown(attachment) {
    if ('kind' in attachment)
        return attachment;
    return { id: null, kind: 'other', mime_type: null, size: null, uploaded_at: null, ...attachment };
}
