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
import { baseOf, Http, type Method, type RequestOptions } from './rest/http.js';
import { Messages } from './rest/messages.js';
import { Users } from './rest/users.js';
import { ClientStore, type Store } from './store/store.js';
import { Tokens } from './tokens.js';
import type { ChinwagOptions, ConnectionState, Events, Outgoing, Sent, StateChange, UploadOptions, WebSocketConstructor } from './types.js';
import { TypingNotices } from './typing.js';
import { upload } from './upload.js';
import { Waking } from './waking.js';
import type { Attachment, MediaLink, OwnProfile, Presence, PresenceItems, Unread, UserSummary } from './wire.js';

export class Chinwag {
  /** Conversations and messages in order, each once; changes are told to subscribers. */
  readonly store: Store;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly users: Users;
  /** Who is here. */
  readonly presence: {
    /** Follows these people (up to 500 in all), over reconnects too; the answer ends it. */
    subscribe(userIds: readonly string[]): () => void;
    /** Once, for people one shares a conversation with; others look offline. */
    query(userIds: readonly string[]): Promise<Presence[]>;
  };

  readonly #base: URL;
  readonly #emitter = new Emitter<Events>();
  readonly #http: Http;
  readonly #session: Session;
  readonly #feed: Feed;
  readonly #outbox: Outbox;
  readonly #acknowledgements: Acknowledgements;
  readonly #typing: TypingNotices;
  readonly #following: Following;
  readonly #store = new ClientStore();
  readonly #links = new Map<string, MediaLink>();
  readonly #waking = new Waking(() => this.#session.hurry());

  constructor(options: ChinwagOptions) {
    const tokens = new Tokens(options.token);
    const onError = (error: ChinwagError) => this.#emitter.emit('error', error);
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
      link.request(type, { conversation_id }).catch(() => {});
    });
    this.#following = new Following({ link, onPresence: (presence) => this.#feed.presence(presence), onError });

    this.store = this.#store;
    this.conversations = new Conversations(this.#http, this.#store, (conversation) => this.#feed.adopt(conversation));
    this.messages = new Messages(this.#http, this.#store);
    this.users = new Users(this.#http, (profile) => this.#renamed(profile));
    this.presence = {
      subscribe: (userIds) => this.#following.people(userIds),
      query: async (user_ids) => (await link.request<PresenceItems>('presence.query', { user_ids })).items,
    };
  }

  /** Oneself, once the first connection stood. */
  get me(): UserSummary | null {
    return this.#session.me;
  }

  get state(): ConnectionState {
    return this.#session.state.state;
  }

  /**
   * Connects, and stays connected until `close()`. Settles with the first success; fails when the connection has
   * ended for good. While it is being tried again, the next attempt is made at once.
   */
  connect(): Promise<void> {
    this.#waking.begin();
    return this.#session.connect();
  }

  /** Ends the connection. What was not sent stays, and goes out after another `connect()`. */
  close(): void {
    this.#session.close();
  }

  /** Calls `listener` with every event of that name. Answers a function that ends it. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  /**
   * Shows the message at once and sends it, over as many connections as it takes: once, and in order within its
   * conversation. `done` fails only where the server refuses it, or closes the connection for good.
   */
  send(message: Outgoing): Sent {
    const sent = this.#outbox.send(message, this.me ?? NOBODY);
    this.#typing.sent(sent.message.conversation_id);
    return sent;
  }

  /** Sends a message that failed again, under the same `clientId`. */
  retry(clientId: string): Sent {
    return this.#outbox.retry(clientId);
  }

  /** Forgets a message that failed. */
  discard(clientId: string): void {
    this.#outbox.discard(clientId);
  }

  /** Everything up to `seq`, the newest unless given, has been read. Kept until the server has it. */
  read(conversationId: string, seq?: number): void {
    const conversation = this.#store.conversation(conversationId);
    if (!conversation) return;
    const upTo = Math.min(seq ?? conversation.last_seq, conversation.last_seq);
    if (upTo <= conversation.membership.read_seq) return;
    this.#store.settings(conversationId, { ...conversation.membership, read_seq: upTo });
    this.#acknowledgements.read(conversationId, upTo);
  }

  /** To be called with every keystroke: says so every 3 s at most, and after 2 s without one, that it has ended. */
  typing(conversationId: string, typing = true): void {
    if (typing && !this.#store.conversation(conversationId)) return;
    if (typing) this.#typing.touch(conversationId);
    else this.#typing.stop(conversationId);
  }

  /** Says that the person looks at this conversation now, after reconnects too; the answer ends it. */
  open(conversationId: string): () => void {
    const end = this.#following.conversation(conversationId);
    this.#feed.opened(conversationId);
    return end;
  }

  /** Brings a file to the server, to be sent as an attachment. */
  upload(file: Blob, options?: UploadOptions): Promise<Attachment> {
    return upload(this.#session, this.#base, file, options);
  }

  /** An address of an attachment that works without a header, for an hour: for `<img src>`. */
  async mediaUrl(attachment: Pick<Attachment, 'id' | 'url'>): Promise<string> {
    const { id } = attachment;
    if (id === null) return attachment.url;
    let link = this.#links.get(id);
    if (!link || Date.parse(link.expires_at) - Date.now() < LINK_LEFT_MS) {
      link = await this.#http.request<MediaLink>('GET', `/media/${id}/link`);
      this.#links.set(id, link);
    }
    return new URL(link.url, this.#base).href;
  }

  /** How much is unread, and where. */
  unread(): Promise<Unread> {
    return this.#http.request('GET', '/unread');
  }

  /** Any other request over REST, by its path below `/api/v1`: `chat.request('GET', '/users/me/export')`. */
  request<T>(method: Method, path: string, options?: RequestOptions): Promise<T> {
    return this.#http.request(method, path, options);
  }

  /** One's own profile is another. */
  #renamed({ id, username, name, avatar_url }: OwnProfile): void {
    this.#session.me = { id, username, name, avatar_url };
    this.#emitter.emit('me', this.#session.me);
    // A token tells what one is called; the old one says the old name. Where there is no other, that is so for a while.
    this.#session.refresh().catch(() => {});
  }

  #changed(change: StateChange): void {
    if (change.state === 'closed') this.#waking.end();
    if (change.state === 'online') {
      this.#following.connected();
      this.#acknowledgements.connected();
    } else if (change.state !== 'connecting') {
      this.#feed.disconnected();
      this.#typing.disconnected();
    }
    this.#emitter.emit('state', change);
  }
}

/** A link is used only while so much of its life is left. */
const LINK_LEFT_MS = 60_000;

/** The sender of messages written before the first connection. */
const NOBODY: UserSummary = { id: '', username: null, name: '', avatar_url: null };

function globalWebSocket(): WebSocketConstructor {
  const { WebSocket } = globalThis as { WebSocket?: WebSocketConstructor };
  if (WebSocket) return WebSocket;
  throw new TypeError('there is no global WebSocket here: give one in the options, such as that of the package `ws`');
}
