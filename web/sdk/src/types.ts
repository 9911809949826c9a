// What applications give and get beside the objects of the wire.

import type { ChinwagError } from './errors.js';
import type { Conversation, Problem, Writer } from './objects.js';
import type { OutboxStore } from './outbox/kept.js';
import type {
  Attachment,
  Message,
  MessageKind,
  MessageStatus,
  Participant,
  Presence,
  UserSummary,
} from './wire.js';

/**
 * How a token is come by. `stale` is the one that expires or was refused, where there was one: the same again is of no
 * use. `null` says that nobody is signed in any more: the connection ends for good.
 */
export type TokenProvider = (stale?: string) => string | null | Promise<string | null>;

export interface ChinwagOptions {
  /** The server's address, such as `https://chat.example.org`. In a page of the server: `location.origin`. */
  url: string;
  /**
   * Asked for a token at the first connection, before the token in use expires, and when the server says that it
   * has expired. One that throws is asked again later.
   */
  token: TokenProvider;
  /**
   * Keeps messages on their way over the end of the program, for one person alone: `new WebStorageOutbox(localStorage,
   * 'chinwag.outbox.' + userId)`. Without one they are in memory.
   */
  outbox?: OutboxStore;
  /** The constructor of sockets where there is no global one (Node before 22): that of the package `ws`. */
  WebSocket?: WebSocketConstructor;
  /** The first delay before connecting again; doubled with every failure. 500 ms. */
  firstDelayMs?: number;
  /** The longest delay before connecting again. 30 s. */
  longestDelayMs?: number;
  /** How long the server may take to answer before the connection counts as dead. 10 s. */
  answerWithinMs?: number;
}

/** The part of the browser's `WebSocket` that is used. */
export interface WebSocketLike {
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
}

export type WebSocketConstructor = new (url: string, protocols: string) => WebSocketLike;

/**
 * - `connecting`: a connection is being made, or what was missed is being fetched;
 * - `online`: connected and caught up;
 * - `offline`: there is no connection; it comes back by itself after `retryInMs`;
 * - `closed`: it does not come back by itself, because `close()` was called or because of `reason`.
 */
export type ConnectionState = 'connecting' | 'online' | 'offline' | 'closed';

export interface StateChange {
  state: ConnectionState;
  /** For people who read logs. */
  reason?: string;
  /** The close code of the socket, where it was closed with one. */
  code?: number;
  /** Until the next attempt; with `offline`. */
  retryInMs?: number;
  /** What ended the connection for good; with `closed`, where it was not `close()`. */
  error?: ChinwagError;
}

/** A message as the store holds it: one of the server's, or one of one's own that is still on its way. */
export interface ChatMessage extends Omit<Message, 'status'> {
  /** Stays the same from the first showing on, also when a pending message becomes a stored one. */
  key: string;
  /**
   * Of own messages: `pending` until the server has it (`seq`, `revision` are 0 and `id` is empty until then),
   * `failed` when the server refused it (see `error`), then how far it has come.
   */
  status?: 'pending' | 'failed' | MessageStatus;
  /** Why the server refused it; with `failed`. */
  error?: Problem;
}

export interface Events {
  state: StateChange;
  /** One's own profile is another. */
  me: UserSummary;
  /** A conversation is new or has changed. `reset`: too much was missed, its messages begin anew. */
  conversation: { conversation: Conversation; reset: boolean };
  /** A message is new or has changed. `notify`: whether to make a noise about it. */
  message: { message: ChatMessage; isNew: boolean; notify: boolean };
  /** One is in this conversation no more, or it was deleted. */
  removed: { conversationId: string };
  typing: { conversationId: string; user: Writer; typing: boolean };
  presence: Presence;
  receipt: { conversationId: string; userId: string; seq: number; kind: 'read' | 'delivered' };
  participant: { conversationId: string; participant: Participant; kind: 'joined' | 'left' | 'updated' };
  /** Somebody looks at a conversation now, or no longer. */
  viewing: { conversationId: string; user: UserSummary; open: boolean };
  /** What went wrong in the background; nothing is lost, it is tried again. */
  error: ChinwagError;
  /** Every event of the server as it came, also those that this version does not know. */
  event: ServerEvent;
}

/** An event of the server. */
export interface ServerEvent {
  type: string;
  conversation_id?: string;
  revision?: number;
  notify?: boolean;
  data: any;
  at?: string;
}

/** Where a message goes, and what it says. */
export type Outgoing = ({ conversationId: string } | { recipientId: string }) & {
  content?: string;
  /** `text` unless given; attachments decide it by their kinds. */
  kind?: Exclude<MessageKind, 'system'>;
  /** The id of the message that this one answers. */
  replyTo?: string;
  /** Uploads (`chat.upload`), or files elsewhere. */
  attachments?: (Attachment | { url: string; name: string })[];
  location?: { latitude: number; longitude: number; live?: boolean };
  meeting?: { place: string; scheduledAt: string };
  /** Ids of the people named in it. */
  mentions?: string[];
  /** Data of the application, up to 4 KiB of JSON. */
  metadata?: unknown;
  /** Makes the send idempotent; random unless given. To be given where a send survives the program. */
  clientId?: string;
};

/** A message on its way. */
export interface Sent {
  clientId: string;
  /** As shown at once, pending. */
  message: ChatMessage;
  /** The stored message, once the server has it; fails when the server refuses it for good. */
  done: Promise<ChatMessage>;
}

export interface UploadOptions {
  /** The name to show; that of a `File` unless given. */
  name?: string;
  /** The type of a `Blob` unless given. */
  mimeType?: string;
  onProgress?: (progress: { sent: number; total: number }) => void;
  signal?: AbortSignal;
}

/** A page of history, oldest first. */
export interface HistoryPage {
  messages: ChatMessage[];
  /** Whether there is more on the far side of the page: older ones, or newer ones with `after`. */
  hasMore: boolean;
}

/** A page of any other list. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
