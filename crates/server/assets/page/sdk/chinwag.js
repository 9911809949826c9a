// The client: where its parts are joined.
import { Acknowledgements } from './acknowledgements.js';
import { Session } from './connection/session.js';
import { Emitter } from './emitter.js';
import { ChinwagError } from './errors.js';
import { Feed } from './feed/feed.js';
import { Following } from './following.js';
import { FORGETFUL } from './outbox/kept.js';
import { Outbox } from './outbox/outbox.js';
import { Conversations } from './rest/conversations.js';
import { baseOf, Http } from './rest/http.js';
import { Messages } from './rest/messages.js';
import { Users } from './rest/users.js';
import { ClientStore } from './store/store.js';
import { Tokens } from './tokens.js';
import { TypingNotices } from './typing.js';
import { upload } from './upload.js';
import { Waking } from './waking.js';
export class Chinwag {
    /** Conversations and messages in order, each once; changes are told to subscribers. */
    store;
    conversations;
    messages;
    users;
    /** Who is here. */
    presence;
    #base;
    #emitter = new Emitter();
    #http;
    #session;
    #feed;
    #outbox;
    #acknowledgements;
    #typing;
    #following;
    #store = new ClientStore();
    #links = new Map();
    #waking = new Waking(() => this.#session.hurry());
    constructor(options) {
        const tokens = new Tokens(options.token);
        const onError = (error) => this.#emitter.emit('error', error);
        this.#base = baseOf(options.url);
        this.#http = new Http(options.url, tokens);
        this.#session = new Session({
            url: options.url,
            WebSocket: options.WebSocket ?? globalWebSocket(),
            tokens,
            firstDelayMs: options.firstDelayMs ?? 500,
            longestDelayMs: options.longestDelayMs ?? 30_000,
            answerWithinMs: options.answerWithinMs ?? 10_000,
            catchUp: async (link, me) => {
                this.#store.meId = me.id;
                await this.#outbox.restore(me);
                await this.#feed.sync(link);
            },
            take: (event, link) => this.#feed.take(event, link),
            onEvent: (event) => this.#emitter.emit('event', event),
            onState: (change) => this.#changed(change),
            onError,
        });
        const link = this.#session;
        this.#acknowledgements = new Acknowledgements(link, this.#store, onError);
        this.#feed = new Feed({
            http: this.#http,
            store: this.#store,
            emitter: this.#emitter,
            received: (conversationId, seq) => this.#acknowledgements.delivered(conversationId, seq),
            isOpen: (conversationId) => this.#following.isOpen(conversationId),
        });
        this.#outbox = new Outbox({ link, store: this.#store, kept: options.outbox ?? FORGETFUL, onError });
        this.#typing = new TypingNotices((type, conversation_id) => {
            // It is about this moment: what cannot be said now need not be said.
            link.request(type, { conversation_id }).catch(() => { });
        });
        this.#following = new Following({ link, onPresence: (presence) => this.#feed.presence(presence), onError });
        this.store = this.#store;
        this.conversations = new Conversations(this.#http, this.#store, (conversation) => this.#feed.adopt(conversation));
        this.messages = new Messages(this.#http, this.#store);
        this.users = new Users(this.#http, (profile) => this.#renamed(profile));
        this.presence = {
            subscribe: (userIds) => this.#following.people(userIds),
            query: async (user_ids) => (await link.request('presence.query', { user_ids })).items,
        };
    }
    /** Oneself, once the first connection stood. */
    get me() {
        return this.#session.me;
    }
    get state() {
        return this.#session.state.state;
    }
    /**
     * Connects, and stays connected until `close()`. Settles with the first success; fails when the connection has
     * ended for good. While it is being tried again, the next attempt is made at once.
     */
    connect() {
        this.#waking.begin();
        return this.#session.connect();
    }
    /** Ends the connection. What was not sent stays, and goes out after another `connect()`. */
    close() {
        this.#session.close();
    }
    /** Calls `listener` with every event of that name. Answers a function that ends it. */
    on(name, listener) {
        return this.#emitter.on(name, listener);
    }
    /**
     * Shows the message at once and sends it, over as many connections as it takes: once, and in order within its
     * conversation. `done` fails only where the server refuses it, or closes the connection for good.
     */
    send(message) {
        const sent = this.#outbox.send(message, this.me ?? NOBODY);
        this.#typing.sent(sent.message.conversation_id);
        return sent;
    }
    /** Sends a message that failed again, under the same `clientId`. */
    retry(clientId) {
        return this.#outbox.retry(clientId);
    }
    /** Forgets a message that failed. */
    discard(clientId) {
        this.#outbox.discard(clientId);
    }
    /** Everything up to `seq`, the newest unless given, has been read. Kept until the server has it. */
    read(conversationId, seq) {
        const conversation = this.#store.conversation(conversationId);
        if (!conversation)
            return;
        const upTo = Math.min(seq ?? conversation.last_seq, conversation.last_seq);
        if (upTo <= conversation.membership.read_seq)
            return;
        this.#store.settings(conversationId, { ...conversation.membership, read_seq: upTo });
        this.#acknowledgements.read(conversationId, upTo);
    }
    /** To be called with every keystroke: says so every 3 s at most, and after 2 s without one, that it has ended. */
    typing(conversationId, typing = true) {
        if (typing && !this.#store.conversation(conversationId))
            return;
        if (typing)
            this.#typing.touch(conversationId);
        else
            this.#typing.stop(conversationId);
    }
    /** Says that the person looks at this conversation now, after reconnects too; the answer ends it. */
    open(conversationId) {
        const end = this.#following.conversation(conversationId);
        this.#feed.opened(conversationId);
        return end;
    }
    /** Brings a file to the server, to be sent as an attachment. */
    upload(file, options) {
        return upload(this.#session, this.#base, file, options);
    }
    /** An address of an attachment that works without a header, for an hour: for `<img src>`. */
    async mediaUrl(attachment) {
        const { id } = attachment;
        if (id === null)
            return attachment.url;
        let link = this.#links.get(id);
        if (!link || Date.parse(link.expires_at) - Date.now() < LINK_LEFT_MS) {
            link = await this.#http.request('GET', `/media/${id}/link`);
            this.#links.set(id, link);
        }
        return new URL(link.url, this.#base).href;
    }
    /** How much is unread, and where. */
    unread() {
        return this.#http.request('GET', '/unread');
    }
    /** Any other request over REST, by its path below `/api/v1`: `chat.request('GET', '/users/me/export')`. */
    request(method, path, options) {
        return this.#http.request(method, path, options);
    }
    /** One's own profile is another. */
    #renamed({ id, username, name, avatar_url }) {
        this.#session.me = { id, username, name, avatar_url };
        this.#emitter.emit('me', this.#session.me);
        // A token tells what one is called; the old one says the old name. Where there is no other, that is so for a while.
        this.#session.refresh().catch(() => { });
    }
    #changed(change) {
        if (change.state === 'closed')
            this.#waking.end();
        if (change.state === 'online') {
            this.#following.connected();
            this.#acknowledgements.connected();
        }
        else if (change.state !== 'connecting') {
            this.#feed.disconnected();
            this.#typing.disconnected();
        }
        this.#emitter.emit('state', change);
    }
}
/** A link is used only while so much of its life is left. */
const LINK_LEFT_MS = 60_000;
/** The sender of messages written before the first connection. */
const NOBODY = { id: '', username: null, name: '', avatar_url: null };
function globalWebSocket() {
    const { WebSocket } = globalThis;
    if (WebSocket)
        return WebSocket;
    throw new TypeError('there is no global WebSocket here: give one in the options, such as that of the package `ws`');
}
