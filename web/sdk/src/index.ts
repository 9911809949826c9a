// The client of the chinwag chat server: what applications import.

import type { ChatMessage, ChinwagOptions, ConnectionState, Events, HistoryPage, Outgoing, Page, Sent, UploadOptions } from './types.js';
import type * as wire from './wire.js';

export * from './types.js';
export { ChinwagError, type ErrorCode } from './errors.js';
export type * from './wire.js';

/** Turns the wire's names of a request into those of this language: `participant_ids` is `participantIds`. */
export type NewConversation =
  | { type: 'direct'; participantIds: [string] }
  | {
      type: 'group';
      participantIds: string[];
      name: string;
      description?: string;
      avatarUrl?: string;
      category?: string;
      permissions?: wire.Permissions;
      history?: 'all' | 'since_join';
    };

export declare class Chinwag {
  constructor(options: ChinwagOptions);

  /** Conversations and messages in order, each once; changes are told to subscribers. */
  readonly store: Store;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly users: Users;
  readonly presence: PresenceApi;
  /** Oneself, once the first connection stands. */
  readonly me: wire.UserSummary | null;
  readonly state: ConnectionState;

  /** Connects, and stays connected until `close()`. Settles at the first success, or when it is of no use. */
  connect(): Promise<void>;
  /** Ends the connection. What was not sent stays, and goes out after another `connect()`. */
  close(): void;
  /** Calls `listener` with every event of that name. Answers a function that ends it. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void;

  /** Shows the message at once and sends it, over as many connections as it takes; once only, and in order. */
  send(message: Outgoing): Sent;
  /** Sends a failed message again, under the same `clientId`. */
  retry(clientId: string): Sent;
  /** Forgets a failed message. */
  discard(clientId: string): void;

  /** Everything up to `seq` (the newest unless given) has been read. Kept and repeated until the server has it. */
  read(conversationId: string, seq?: number): void;
  /** To be called with every keystroke: says so at most every 3 s, and after 2 s without, that it has ended. */
  typing(conversationId: string, typing?: boolean): void;
  /** Says that the person looks at this conversation now; the answer ends it. Renewed after a reconnect. */
  open(conversationId: string): () => void;

  /** Brings a file to the server, to be sent as an attachment. */
  upload(file: Blob, options?: UploadOptions): Promise<wire.Attachment>;
  /** An address of an attachment that works without a header, for an hour: for `<img src>`. */
  mediaUrl(attachment: wire.Attachment): Promise<string>;
  /** How much is unread, and where. */
  unread(): Promise<wire.Unread>;
  /** Any other request over REST, below `/api/v1`: `chat.request('GET', '/users/me/export')`. */
  request<T>(method: string, path: string, options?: { body?: unknown; query?: Record<string, unknown> }): Promise<T>;
}

/** What changed in the store since the last call, in one go per task. */
export interface StoreChange {
  /** Conversations that came, went or changed, or whose messages or writers did. */
  conversationIds: ReadonlySet<string>;
  /** People whose presence changed. */
  userIds: ReadonlySet<string>;
}

/** What a client knows. Answers are immutable, and the same object until something in them changes. */
export interface Store {
  /** All conversations that are not hidden, newest activity first. */
  conversations(options?: { hidden?: boolean }): readonly wire.Conversation[];
  conversation(id: string): wire.Conversation | undefined;
  /**
   * The newest messages without a gap, oldest first, those still pending last. `messages.older` extends it.
   */
  messages(conversationId: string): readonly ChatMessage[];
  /** Whether there may be older messages than those held. */
  hasOlder(conversationId: string): boolean;
  /** Who writes there now. */
  typing(conversationId: string): readonly Pick<wire.UserSummary, 'id' | 'name' | 'username'>[];
  /** What is known of a person; see `chat.presence.subscribe`. */
  presence(userId: string): wire.Presence | undefined;
  /** The sum of what is unread in conversations that are neither hidden nor muted. */
  readonly unread: number;
  subscribe(listener: (change: StoreChange) => void): () => void;
}

export interface Conversations {
  /** A page of one's conversations, newest activity first. All are in the store, too. */
  list(query?: { search?: string; type?: 'direct' | 'group'; hidden?: boolean; limit?: number; cursor?: string }): Promise<Page<wire.Conversation>>;
  /** One with its participants. */
  get(id: string): Promise<wire.Conversation>;
  create(conversation: NewConversation): Promise<wire.Conversation>;
  /** The direct conversation with a person, which is made where there is none. */
  direct(userId: string): Promise<wire.Conversation>;
  update(id: string, settings: { name?: string; description?: string | null; avatarUrl?: string | null; category?: string | null; permissions?: Partial<wire.Permissions> }): Promise<wire.Conversation>;
  /** One's own settings. */
  settings(id: string, settings: { muted?: boolean; mutedUntil?: string | null; hidden?: boolean }): Promise<wire.Membership>;
  delete(id: string): Promise<void>;
  leave(id: string): Promise<void>;
  /** Takes all messages so far out of one's own sight. */
  clear(id: string): Promise<void>;
  addParticipants(id: string, userIds: string[], role?: 'admin' | 'member'): Promise<wire.Participant[]>;
  removeParticipant(id: string, userId: string): Promise<void>;
  setRole(id: string, userId: string, role: 'admin' | 'member'): Promise<wire.Participant>;
}

export interface Messages {
  /** Takes the page before the oldest message of the store into it; whether there is more. For infinite scroll. */
  older(conversationId: string, limit?: number): Promise<boolean>;
  /** A page of history. It goes into the store where it adjoins what is there. */
  history(conversationId: string, query?: { before?: number; after?: number; around?: number; limit?: number }): Promise<HistoryPage>;
  get(id: string): Promise<ChatMessage>;
  edit(id: string, content: string): Promise<ChatMessage>;
  delete(id: string): Promise<void>;
  react(id: string, emoji: string): Promise<ChatMessage>;
  unreact(id: string, emoji: string): Promise<ChatMessage>;
  receipts(id: string): Promise<wire.Receipts>;
  /** Over all that one may see, newest first. */
  search(query: { q: string; conversationId?: string; from?: string; to?: string; senderId?: string; kind?: wire.MessageKind; limit?: number; cursor?: string }): Promise<Page<ChatMessage>>;
}

export interface Users {
  me(): Promise<wire.OwnProfile>;
  updateMe(profile: { name?: string; avatarUrl?: string | null }): Promise<wire.OwnProfile>;
  list(query?: { search?: string; limit?: number; cursor?: string }): Promise<Page<wire.UserSummary>>;
  get(id: string): Promise<wire.UserSummary>;
  block(id: string): Promise<void>;
  unblock(id: string): Promise<void>;
  blocks(query?: { limit?: number; cursor?: string }): Promise<Page<{ user: wire.UserSummary; blocked_at: string }>>;
}

export interface PresenceApi {
  /** Follows these people (up to 500 in all), over reconnects too; the answer ends it. */
  subscribe(userIds: string[]): () => void;
  /** Once, for people one shares a conversation with. */
  query(userIds: string[]): Promise<wire.Presence[]>;
}

/** Tokens of a local account, where they are kept over the end of the program. */
export interface TokenStorage {
  load(): wire.Tokens | null;
  save(tokens: wire.Tokens | null): void;
}

/** A sign-in of a server with local accounts. `new Chinwag({ url, token: account.token })`. */
export declare class Account {
  static register(url: string, account: { username: string; password: string; name?: string }, storage?: TokenStorage): Promise<Account>;
  static login(url: string, credentials: { username: string; password: string }, storage?: TokenStorage): Promise<Account>;
  static guest(url: string, name: string, storage?: TokenStorage): Promise<Account>;
  /** The sign-in that is in the storage; `null` where there is none. */
  static resume(url: string, storage: TokenStorage): Account | null;
  readonly user: wire.OwnProfile;
  /** A token that is good now, refreshed where needed: the provider that `Chinwag` wants. */
  readonly token: () => Promise<string | null>;
  /** Ends the sign-in, here and at the server. */
  logout(): Promise<void>;
}
