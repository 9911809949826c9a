// The client of the chinwag chat server: what applications import.

export { Account, type KeptTokens, type TokenStorage } from './account.js';
export { Chinwag } from './chinwag.js';
export { ChinwagError, type ErrorCode } from './errors.js';
export type { Conversation, Problem, Writer } from './objects.js';
export { type KeptMessage, type OutboxStore, type WebStorage, WebStorageOutbox } from './outbox/kept.js';
export type { ConversationQuery, Conversations, GroupSettings, NewConversation, OwnSettings } from './rest/conversations.js';
export type { Method, RequestOptions } from './rest/http.js';
export type { HistoryQuery, Messages, MessageSearch } from './rest/messages.js';
export type { Users } from './rest/users.js';
export type { Store, StoreChange } from './store/store.js';
export type * from './types.js';
export type {
  Attachment,
  AttachmentKind,
  Block,
  Location,
  Meeting,
  MeetingStatus,
  Membership,
  Message,
  MessageKind,
  MessageStatus,
  OtherPerson,
  OwnProfile,
  Participant,
  ParticipantRole,
  Permission,
  Permissions,
  Presence,
  Reaction,
  ReceiptEntry,
  Receipts,
  SystemAction,
  SystemNote,
  Tokens,
  Unread,
  UnreadEntry,
  UserSummary,
} from './wire.js';
