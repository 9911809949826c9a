// The objects of the wire. Written by tools/wire.mjs from docs/openapi.json and docs/asyncapi.json; not to be edited.

/** People to be added. */
export interface AddPeople {
  /** Of all of them; without it `member`. */
  role?: ParticipantRole | null;
  /** Up to 500. */
  user_ids: string[];
}

/** What a person may do in the whole application. Always taken from the current token, never from what is stored. */
export type AppRole = 'member' | 'supervisor' | 'admin';

/** Everything that is kept of a person. */
export interface Archive {
  blocks: Block[];
  conversations: ArchivedConversation[];
  /** The account. */
  created_at: string;
  devices: Device[];
  exported_at: string;
  /** `chinwag.export/1` */
  format: string;
  profile: OwnProfile;
  sessions: Session[];
  /** Files that no message shows. */
  uploads: Attachment[];
}

/** A conversation as the person may know it: of one they are not in any more, that they were. */
export interface ArchivedConversation {
  created_at: string;
  deleted_at: string | null;
  id: string;
  membership: ArchivedMembership;
  /** Those that the person sent. */
  messages: ArchivedMessage[];
  name: string | null;
  /** What the person said by emoji. */
  reactions: ArchivedReaction[];
  type: ConversationType;
}

export interface ArchivedEdit {
  at: string;
  /** What it said until then. */
  previous: string | null;
}

export interface ArchivedMembership {
  cleared_seq: number;
  delivered_seq: number;
  hidden: boolean;
  joined_at: string;
  left_at: string | null;
  muted: boolean;
  muted_until: string | null;
  read_seq: number;
  role: ParticipantRole;
}

/** A message. A tombstone keeps id, seq, sender, times and `deleted_by`. */
export interface ArchivedMessage {
  attachments: Attachment[];
  client_created_at: string | null;
  client_id: string | null;
  /** Exactly as sent: text, never markup. */
  content: string | null;
  conversation_id: string;
  created_at: string;
  deleted_at: string | null;
  deleted_by: string | null;
  edited_at: string | null;
  edits: ArchivedEdit[];
  id: string;
  kind: MessageKind;
  location?: Location;
  meeting?: Meeting;
  mentions: string[];
  /** The application's own. */
  metadata?: unknown;
  reactions: Reaction[];
  /** A message of the same conversation. */
  reply_to: string | null;
  /** That of its last change. */
  revision: number;
  /** Who sent it, or did what a system message tells. */
  sender: UserSummary;
  /** Its place in the conversation: 1, 2, 3 … without gaps. */
  seq: number;
  /** Of own messages; not in live events. */
  status?: MessageStatus;
  system?: SystemNote;
}

export interface ArchivedReaction {
  emoji: string;
  message_id: string;
}

/** A file that hangs on a message. */
export interface Attachment {
  /** Pixels. */
  height?: number;
  /** Not of a file elsewhere. */
  id: string | null;
  /** How to file it. */
  kind: AttachmentKind;
  /** Where it is known. */
  mime_type: string | null;
  /** File name to show. */
  name: string;
  /** Bytes, where they are known. */
  size: number | null;
  /** Not of a file elsewhere. */
  uploaded_at: string | null;
  /** http or https; of an upload its path at this server. */
  url: string;
  /** Pixels. */
  width?: number;
}

/** A file that hangs on a message: an upload by its id, or one elsewhere by its URL. */
export type AttachmentInput = {
  media_id: string;
} | {
  name: string;
  url: string;
};

/** Items without more to come. */
export interface AttachmentItems {
  /** The items. */
  items: Attachment[];
}

/** What a file is, by which clients file it. */
export type AttachmentKind = 'image' | 'gif' | 'video' | 'audio' | 'document' | 'other';

/** One entry. */
export interface AuditEntry {
  /** Such as `message.deleted`. */
  action: string;
  /** Null for who is not known. */
  actor_id: string | null;
  at: string;
  /** An object; null once it was erased. */
  details: Record<string, unknown> | null;
  id: string;
  /** Null where there was none, or once it was erased. */
  ip: string | null;
  target_id: string;
  target_type: string;
}

/** A list or a piece of one. */
export interface AuditEntryList {
  /** The items. */
  items: AuditEntry[];
  /** Where the list goes on; null at its end. */
  next_cursor: string | null;
  page?: number;
  total?: number;
  total_pages?: number;
}

/** Somebody who is blocked. */
export interface Block {
  /** Since when. */
  blocked_at: string;
  /** Who. */
  user: UserSummary;
}

/** A list or a piece of one. */
export interface BlockList {
  /** The items. */
  items: Block[];
  /** Where the list goes on; null at its end. */
  next_cursor: string | null;
  page?: number;
  total?: number;
  total_pages?: number;
}

/** What changed in a conversation after a revision. */
export interface Changes {
  conversation: ConversationSummary;
  /** Whether there is more after `revision`. */
  has_more: boolean;
  /** Messages that are new or changed, in the order of their revision. */
  messages: Message[];
  /** Everybody whose part changed, with `left_at`; and how far all have read. */
  participants: Participant[];
  /** What the client knows from before is void. */
  reset: boolean;
  /** How far this answer reaches; ask on from there. */
  revision: number;
}

/** A socket that is open. */
export interface Connection {
  /** As far as proxies that are trusted tell it. */
  address: string | null;
  connected_at: string;
  /** Conversations that it hears of. */
  conversations: number;
  id: string;
  user: UserSummary;
  /** Bytes that wait for it. */
  waiting_bytes: number;
}

/** A list or a piece of one. */
export interface ConnectionList {
  /** The items. */
  items: Connection[];
  /** Where the list goes on; null at its end. */
  next_cursor: string | null;
  page?: number;
  total?: number;
  total_pages?: number;
}

/** A conversation with everybody in it, as one person sees it. */
export interface ConversationDetail {
  avatar_url: string | null;
  category: string | null;
  created_at: string;
  description: string | null;
  /** What people who join later see. */
  history: HistoryPolicy;
  id: string;
  /** Null when there is none that one may see. */
  last_message: Message | null;
  /** The place of its last message; 0 without any. */
  last_seq: number;
  membership: Membership;
  /** Of a group. */
  name: string | null;
  /** The other person of a direct conversation. */
  participant?: OtherPerson;
  participant_count: number;
  /** Everybody present; not in live events. */
  participants?: Participant[];
  /** What members may do. */
  permissions: Permissions;
  /** How many durable changes there have been. */
  revision: number;
  type: ConversationType;
  unread_count: number;
}

/** A conversation's settings, without anything that depends on who looks. */
export interface ConversationSettings {
  avatar_url: string | null;
  category: string | null;
  created_at: string;
  description: string | null;
  /** What people who join later see. */
  history: HistoryPolicy;
  id: string;
  /** The place of its last message; 0 without any. */
  last_seq: number;
  /** Of a group. */
  name: string | null;
  participant_count: number;
  /** Everybody present; not in live events. */
  participants?: Participant[];
  /** What members may do. */
  permissions: Permissions;
  /** How many durable changes there have been. */
  revision: number;
  type: ConversationType;
}

/** A conversation in a list, as one person sees it. */
export interface ConversationSummary {
  avatar_url: string | null;
  category: string | null;
  created_at: string;
  id: string;
  /** Null when there is none that one may see. */
  last_message: Message | null;
  /** The place of its last message; 0 without any. */
  last_seq: number;
  membership: Membership;
  /** Of a group. */
  name: string | null;
  /** The other person of a direct conversation. */
  participant?: OtherPerson;
  participant_count: number;
  /** How many durable changes there have been. */
  revision: number;
  type: ConversationType;
  unread_count: number;
}

/** A list or a piece of one. */
export interface ConversationSummaryList {
  /** The items. */
  items: ConversationSummary[];
  /** Where the list goes on; null at its end. */
  next_cursor: string | null;
  page?: number;
  total?: number;
  total_pages?: number;
}

/** Between two people, or among any number. */
export type ConversationType = 'direct' | 'group';

/** A sign-in. */
export interface Credentials {
  password: string;
  username: string;
}

/** Where a delivery marker should stand. */
export interface DeliveredRequest {
  /** Up to and including. */
  seq: number;
}

/** A conversation, and what is to be done with it. */
export interface DeliveredRequestOfConversation {
  conversation_id: string;
  /** Up to and including. */
  seq: number;
}

/** A person's device. */
export interface Device {
  device_id: string;
  provider: PushProvider;
  /** The last characters of the token; the whole of it is never shown. */
  token_ending: string;
  updated_at: string;
}

/** Items without more to come. */
export interface DeviceItems {
  /** The items. */
  items: Device[];
}

/** Where a device can be reached. */
export interface DeviceRegistration {
  /** Through whom. */
  provider: PushProvider;
  /** What the provider calls this app on this device. */
  token: string;
}

/** What became of a test notification. */
export interface DeviceTrial {
  delivered: boolean;
  /** In words, with what mends it where that is known. */
  detail: string;
  /** The provider's name for what is wrong, or `not_configured`. */
  error: string | null;
  /** The HTTP status of the provider's answer; null when there was none. */
  provider_status: number | null;
}

/** New words for a message. */
export interface EditRequest {
  content: string;
}

/** A message, and what is to be done with it. */
export interface EditRequestOfMessage {
  content: string;
  message_id: string;
}

/** How many sign-ins ended. */
export interface EndedSignIns {
  /** Those that stood. */
  ended: number;
}

/** The token ends soon. */
export interface Expiring {
  expires_at: string;
}

/** A line that was not taken over. */
export interface FailedLine {
  detail: string;
  /** From 1. */
  line: number;
  pointer: string;
}

/** One field of a request that does not fit. */
export interface FieldError {
  /** What would fit. */
  detail: string;
  /** JSON pointer (RFC 6901) into the body, or the name of a query parameter. */
  pointer: string;
}

/** Which conversation is gone. */
export interface Gone {
  id: string;
}

/** The server is stopping. */
export interface Goodbye {
  /** When to come back: not everybody at once. */
  reconnect_after_ms: number;
}

/** A group from outside: how large and how busy, and nothing of what is said. */
export interface GroupOverview {
  category: string | null;
  created_at: string;
  created_by: string;
  id: string;
  last_message_at: string | null;
  /** Messages that were ever stored, system messages too. */
  message_count: number;
  name: string | null;
  participant_count: number;
}

/** A list or a piece of one. */
export interface GroupOverviewList {
  /** The items. */
  items: GroupOverview[];
  /** Where the list goes on; null at its end. */
  next_cursor: string | null;
  page?: number;
  total?: number;
  total_pages?: number;
}

/** A sign-in by name alone. */
export interface GuestName {
  /** What others see. */
  name: string;
}

/** Whether all is well. */
export interface Health {
  /** `ok` */
  status: string;
}

/** What somebody who joins later may see. */
export type HistoryPolicy = 'all' | 'since_join';

/** The same as a line of many. */
export interface HostedLine {
  /** Whether the account is let in. */
  active?: boolean | null;
  /** http or https. */
  avatar_url?: string | null;
  id: string;
  name?: string | null;
  username?: string | null;
}

/** What an application admin sees of a person. */
export interface HostedProfile {
  /** Whether the account is let in. */
  active: boolean;
  /** Picture, http or https. */
  avatar_url: string | null;
  /** The person. */
  id: string;
  last_seen_at: string | null;
  /** Name to show; never empty. */
  name: string;
  /** That of the token seen last. */
  role: AppRole;
  /** Unique name for signing in (local accounts) or as the host application gave it. */
  username: string | null;
}

/** A list or a piece of one. */
export interface HostedProfileList {
  /** The items. */
  items: HostedProfile[];
  /** Where the list goes on; null at its end. */
  next_cursor: string | null;
  page?: number;
  total?: number;
  total_pages?: number;
}

/** A person's record. Absent: left as it is; null: taken away. */
export interface HostedUser {
  /** Whether the account is let in. */
  active?: boolean | null;
  /** http or https. */
  avatar_url?: string | null;
  name?: string | null;
  username?: string | null;
}

/** Whose socket it is now, and how long. */
export interface Identified {
  /** When the token ends. */
  expires_at: string;
  user: UserSummary;
}

/** What became of an import so far. */
export interface ImportOutcome {
  created: number;
  /** The first hundred of them. */
  failed: FailedLine[];
  failed_count: number;
  unchanged: number;
  updated: number;
}

/** A job, without what is in it. */
export interface Job {
  attempts: number;
  created_at: string;
  /** Not before; of a running one, when another worker may take it. */
  due_at: string;
  id: string;
  kind: string;
  /** Jobs of one lane run one after the other, by position. */
  lane: string | null;
  last_error: string | null;
  position: number | null;
  state: JobState;
}

/** A list or a piece of one. */
export interface JobList {
  /** The items. */
  items: Job[];
  /** Where the list goes on; null at its end. */
  next_cursor: string | null;
  page?: number;
  total?: number;
  total_pages?: number;
}

/** Where a job stands. One that is done is gone. */
export type JobState = 'waiting' | 'running' | 'dead';

/** A place on the map (WGS 84). */
export interface Location {
  /** Degrees, -90 to 90. */
  latitude: number;
  /** Whether its sender goes on moving it. */
  live: boolean;
  /** Degrees, -180 to 180. */
  longitude: number;
}

/** A place on the map (WGS 84). */
export interface LocationInput {
  /** Degrees, -90 to 90. */
  latitude: number;
  /** Whether its sender goes on moving it. */
  live?: boolean;
  /** Degrees, -180 to 180. */
  longitude: number;
}

/** A change to a live place. Absent: left as it is. */
export interface LocationPatch {
  latitude?: number | null;
  /** False is for good. */
  live?: boolean | null;
  longitude?: number | null;
}

/** A file for who has no token. */
export interface MediaLink {
  /** Until when. */
  expires_at: string;
  /** Where it is. */
  url: string;
}

/** A meeting without what only the server needs. */
export interface Meeting {
  place: string;
  scheduled_at: string;
  status: MeetingStatus;
}

/** An appointment to be proposed. */
export interface MeetingInput {
  place: string;
  /** Ahead of now. */
  scheduled_at: string;
}

/** A step with an appointment. */
export interface MeetingPatch {
  /** Another time. */
  scheduled_at?: string | null;
  /** What one side may say; the others come with time. */
  status?: 'confirmed' | 'rejected' | 'rescheduled' | 'canceled' | null;
}

/** Where an appointment stands. */
export type MeetingStatus = 'pending' | 'confirmed' | 'rejected' | 'rescheduled' | 'canceled' | 'expired' | 'completed';

/** A person's own settings and pointers in a conversation. */
export interface Membership {
  /** Messages up to here are cleared for oneself. */
  cleared_seq: number;
  /** Up to and including which message a device has. */
  delivered_seq: number;
  /** Left out of the list. */
  hidden: boolean;
  muted: boolean;
  /** Null while muted: for ever. */
  muted_until: string | null;
  /** Up to and including which message one has read. */
  read_seq: number;
  role: ParticipantRole;
}

/** Changes to one's own settings in a conversation. */
export interface MembershipPatch {
  /** Whether it is left out of the list. */
  hidden?: boolean | null;
  muted?: boolean | null;
  /** Mutes until then; null ends it. */
  muted_until?: string | null;
}

/** A message. A tombstone keeps id, seq, sender, times and `deleted_by`. */
export interface Message {
  attachments: Attachment[];
  client_created_at: string | null;
  client_id: string | null;
  /** Exactly as sent: text, never markup. */
  content: string | null;
  conversation_id: string;
  created_at: string;
  deleted_at: string | null;
  deleted_by: string | null;
  edited_at: string | null;
  id: string;
  kind: MessageKind;
  location?: Location;
  meeting?: Meeting;
  mentions: string[];
  /** The application's own. */
  metadata?: unknown;
  reactions: Reaction[];
  /** A message of the same conversation. */
  reply_to: string | null;
  /** That of its last change. */
  revision: number;
  /** Who sent it, or did what a system message tells. */
  sender: UserSummary;
  /** Its place in the conversation: 1, 2, 3 … without gaps. */
  seq: number;
  /** Of own messages; not in live events. */
  status?: MessageStatus;
  system?: SystemNote;
}

/** What a message is, which tells a client how to show it. */
export type MessageKind = 'text' | 'image' | 'video' | 'audio' | 'file' | 'location' | 'meeting' | 'system';

/** A list or a piece of one. */
export interface MessageList {
  /** The items. */
  items: Message[];
  /** Where the list goes on; null at its end. */
  next_cursor: string | null;
  page?: number;
  total?: number;
  total_pages?: number;
}

/** How far a message has come; for its sender. */
export type MessageStatus = 'sent' | 'delivered' | 'read';

/** A conversation to be started. */
export interface NewConversation {
  /** http or https. */
  avatar_url?: string | null;
  /** Any word of the application's own. */
  category?: string | null;
  description?: string | null;
  /** What people who join later see; without it everything. */
  history?: HistoryPolicy | null;
  /** A group needs one. */
  name?: string | null;
  /** The others; a direct conversation has exactly one, a group up to 500. Naming oneself changes nothing. */
  participant_ids: string[];
  /** Without it everything is for the group's admins. */
  permissions?: PermissionsInput | null;
  type: ConversationType;
}

/** A new webhook. */
export interface NewWebhook {
  /** Names of events; empty or absent: all. */
  events?: ('conversation.created' | 'conversation.updated' | 'conversation.deleted' | 'participant.joined' | 'participant.left' | 'participant.updated' | 'message.created' | 'message.updated' | 'message.deleted')[];
  /** Absent: one is made. */
  secret?: string | null;
  /** https, and public unless the server allows others. */
  url: string;
}

/** `{}` */
export type Nothing = Record<string, never>;

/** A conversation, and what is to be done with it. */
export interface NothingOfConversation {
  conversation_id: string;
}

/** A message, and what is to be done with it. */
export interface NothingOfMessage {
  message_id: string;
}

/** The other person of a direct conversation. */
export interface OtherPerson {
  /** Picture, http or https. */
  avatar_url: string | null;
  /** The person. */
  id: string;
  last_seen_at: string | null;
  /** Name to show; never empty. */
  name: string;
  online: boolean;
  /** Unique name for signing in (local accounts) or as the host application gave it. */
  username: string | null;
}

/** What a person sees of themselves. */
export interface OwnProfile {
  /** Picture, http or https. */
  avatar_url: string | null;
  /** The person. */
  id: string;
  last_seen_at: string | null;
  /** Name to show; never empty. */
  name: string;
  role: AppRole;
  /** Unique name for signing in (local accounts) or as the host application gave it. */
  username: string | null;
}

/** A participant as everybody in the conversation sees them. */
export interface Participant {
  delivered_seq: number;
  joined_at: string;
  /** Not there any more since. */
  left_at: string | null;
  read_seq: number;
  role: ParticipantRole;
  user: UserSummary;
}

/** Items without more to come. */
export interface ParticipantItems {
  /** The items. */
  items: Participant[];
}

/** What a participant may do in a group. */
export type ParticipantRole = 'admin' | 'member';

/** Several people. */
export interface People {
  /** Up to 500. */
  user_ids: string[];
}

/** Who may do something in a group. */
export type Permission = 'admin' | 'member';

/** What a group lets its members do; everything is for admins unless opened. */
export interface Permissions {
  /** Add people. */
  add_members: Permission;
  /** Delete other people's messages. */
  delete_messages: Permission;
  /** Change name, description, picture, category. */
  edit: Permission;
  /** Remove people (never an admin, unless by an admin). */
  remove_members: Permission;
}

/** What a group lets its members do; everything is for admins unless opened. */
export interface PermissionsInput {
  /** Add people. */
  add_members?: Permission;
  /** Delete other people's messages. */
  delete_messages?: Permission;
  /** Change name, description, picture, category. */
  edit?: Permission;
  /** Remove people (never an admin, unless by an admin). */
  remove_members?: Permission;
}

/** Changes to what members may do. Absent: left as it is. */
export interface PermissionsPatch {
  add_members?: Permission | null;
  delete_messages?: Permission | null;
  edit?: Permission | null;
  remove_members?: Permission | null;
}

/** One person's presence. */
export interface Presence {
  /** When the last connection ended; null when never seen, or not known to the viewer. */
  last_seen_at: string | null;
  /** Has at least one live connection, or had one less than five seconds ago. */
  online: boolean;
  /** The person. */
  user_id: string;
}

/** Items without more to come. */
export interface PresenceItems {
  /** The items. */
  items: Presence[];
}

/** A problem as it goes over REST (`application/problem+json`) and in socket replies. */
export interface Problem {
  /** Stable name, to go by. */
  code: 'validation_failed' | 'token_missing' | 'token_expired' | 'token_invalid' | 'session_revoked' | 'account_deactivated' | 'forbidden' | 'blocked' | 'not_found' | 'method_not_allowed' | 'conflict' | 'payload_too_large' | 'unsupported_media_type' | 'rate_limited' | 'overloaded' | 'unavailable' | 'internal';
  /** What was wrong here, and what to do. */
  detail: string;
  /** Fields that do not fit. */
  errors?: FieldError[];
  /** Found again in the server's log. */
  request_id?: string;
  /** How long to wait. */
  retry_after_ms?: number;
  /** HTTP status. */
  status: number;
  /** Whether the same request may succeed later. */
  temporary: boolean;
  /** Short, the same for every problem of the kind. */
  title: string;
  /** A page about this kind of problem, relative to the server. */
  type: string;
}

/** Changes to one's own profile. Absent: left as it is. */
export interface ProfilePatch {
  /** http or https; null takes it away. */
  avatar_url?: string | null;
  name?: string | null;
}

/** Who carries notifications to a device. */
export type PushProvider = 'fcm';

export interface Reaction {
  /** How many people. */
  count: number;
  emoji: string;
  /** Whether the viewer is among them; not in live events. */
  me?: boolean;
}

/** A message, and what is to be done with it. */
export interface ReactionOfMessage {
  emoji: string;
  message_id: string;
}

/** Where a read marker should stand; without `seq` at the end. */
export interface ReadRequest {
  /** Up to and including. */
  seq?: number | null;
}

/** A conversation, and what is to be done with it. */
export interface ReadRequestOfConversation {
  conversation_id: string;
  /** Up to and including. */
  seq?: number | null;
}

/** What a client needs to know to begin. */
export interface Ready {
  /** What this server can do. */
  capabilities: string[];
  /** A socket that is silent for so long is pinged. */
  heartbeat_ms: number;
  limits: ReadyLimits;
  /** Names this connection in the server's log. */
  session_id: string;
  user: UserSummary;
}

/** Bounds of one socket. */
export interface ReadyLimits {
  /** The longest frame that is taken. */
  frame_bytes: number;
  /** What may wait to be read by the client. */
  outbox_bytes: number;
  /** Sends that may be unanswered at once. */
  sends_in_flight: number;
}

/** That somebody received or read up to a place; the payload of `receipt.*`. */
export interface Receipt {
  /** When. */
  at: string;
  /** Where. */
  conversation_id: string;
  /** Everything up to and including this. */
  seq: number;
  /** Whose pointer moved. */
  user_id: string;
}

/** One person's receipt. */
export interface ReceiptEntry {
  at: string;
  user_id: string;
}

/** Who has received and read a message, and when. */
export interface Receipts {
  delivered: ReceiptEntry[];
  read: ReceiptEntry[];
}

/** A refresh token to be exchanged or ended. */
export interface RefreshRequest {
  /** From the last answer; good once. */
  refresh_token: string;
}

/** A new account. */
export interface Registration {
  /** What others see; without it the username. */
  name?: string | null;
  password: string;
  /** What one signs in with. */
  username: string;
}

/** A participant's new role. */
export interface RolePatch {
  role: ParticipantRole;
}

/** The send request of the protocol. Where it goes is in the path over REST and in `conversation_id` or `recipient_id` in a frame. */
export interface SendRequest {
  attachments?: AttachmentInput[];
  /** Kept and given back; never used for order. */
  client_created_at?: string | null;
  /** Makes the send idempotent for ever: the same one again answers the stored message. */
  client_id?: string | null;
  /** A text needs it. It comes back exactly as sent; it is never markup. */
  content?: string | null;
  /** Where to, in a frame; over REST the path says it. */
  conversation_id?: string | null;
  /** Without it `text`, or what the files of a form are. */
  kind?: 'text' | 'image' | 'video' | 'audio' | 'file' | 'location' | 'meeting';
  /** Of kind `location` alone, which needs it. */
  location?: LocationInput | null;
  /** Of kind `meeting` alone, which needs it. */
  meeting?: MeetingInput | null;
  mentions?: string[];
  /** The application's own, up to 4 KiB. */
  metadata?: unknown;
  /** To whom, in its place: the direct conversation is found or made. */
  recipient_id?: string | null;
  /** A message of the same conversation. */
  reply_to?: string | null;
}

/** A message that is stored. */
export interface SentMessage {
  attachments: Attachment[];
  client_created_at: string | null;
  client_id: string | null;
  /** Exactly as sent: text, never markup. */
  content: string | null;
  conversation_id: string;
  created_at: string;
  deleted_at: string | null;
  deleted_by: string | null;
  /** It had been stored before under its `client_id`. */
  duplicate: boolean;
  edited_at: string | null;
  id: string;
  kind: MessageKind;
  location?: Location;
  meeting?: Meeting;
  mentions: string[];
  /** The application's own. */
  metadata?: unknown;
  reactions: Reaction[];
  /** A message of the same conversation. */
  reply_to: string | null;
  /** That of its last change. */
  revision: number;
  /** Who sent it, or did what a system message tells. */
  sender: UserSummary;
  /** Its place in the conversation: 1, 2, 3 … without gaps. */
  seq: number;
  /** Of own messages; not in live events. */
  status?: MessageStatus;
  system?: SystemNote;
}

/** One of a person's sign-ins. */
export interface Session {
  created_at: string;
  /** The one that asks. */
  current: boolean;
  expires_at: string;
  id: string;
  refreshed_at: string;
  user_agent: string | null;
}

/** Items without more to come. */
export interface SessionItems {
  /** The items. */
  items: Session[];
}

/** Changes to a group's settings. Absent: left as it is; null: taken away. */
export interface SettingsPatch {
  /** http or https. */
  avatar_url?: string | null;
  category?: string | null;
  description?: string | null;
  name?: string | null;
  permissions?: PermissionsPatch | null;
}

/** The answer to `sync`. */
export interface SyncAnswer {
  conversations: SyncEntry[];
  /** Where the answer goes on; null at its end. */
  next_cursor: string | null;
  /** Conversations that one is not in any more. */
  removed: string[];
}

/** One conversation in the answer to `sync`. */
export interface SyncEntry {
  conversation: ConversationSummary;
  /** Whether there is more after `revision`. */
  has_more: boolean;
  id: string;
  /** Messages that are new or changed, in the order of their revision. */
  messages: Message[];
  /** Everybody whose part changed, with `left_at`; and how far all have read. */
  participants: Participant[];
  /** What the client knows from before is void. */
  reset: boolean;
  /** How far this answer reaches; ask on from there. */
  revision: number;
}

/** What a client that comes back knows. */
export interface SyncRequest {
  /** The last revision that the client has, by conversation id. */
  conversations?: Record<string, number>;
  /** `next_cursor` of the last answer. */
  cursor?: string | null;
}

/** What a system message tells. */
export type SystemAction = 'participant.added' | 'participant.removed' | 'participant.left';

/** The facts of a system message; its words are the client's, in its language. */
export interface SystemNote {
  /** What happened. */
  action: SystemAction;
  /** To whom. */
  user_ids: string[];
}

/** A new token. */
export interface Token {
  token: string;
}

/** What a sign-in answers. */
export interface Tokens {
  /** For `Authorization: Bearer`. */
  access_token: string;
  /** Seconds that the access token is good for. */
  expires_in: number;
  /** For `POST /auth/refresh`, once. */
  refresh_token: string;
  /** `Bearer`. */
  token_type: string;
  user: OwnProfile;
}

/** Who writes, or no longer. */
export interface Typing {
  conversation_id: string;
  /** Without another word from them it is over then. */
  expires_in_ms?: number;
  user: TypingUser;
}

/** Who writes. */
export interface TypingUser {
  id: string;
  name: string;
  username: string | null;
}

/** What a person has not read. */
export interface Unread {
  /** At most 100. */
  conversations: UnreadEntry[];
  /** Exact, over all conversations. */
  total: number;
}

/** One conversation with something unread. */
export interface UnreadEntry {
  conversation_id: string;
  last_message: Message | null;
  /** The other person of a direct conversation. */
  participant?: OtherPerson;
  unread_count: number;
}

/** Asks for a slot. */
export interface UploadRequest {
  /** Such as image/png. */
  mime_type: string;
  name: string;
  /** Bytes. */
  size: number;
}

/** A place for one upload. */
export interface UploadSlot {
  /** Until when. */
  expires_at: string;
  /** The file's id, before it is there. */
  media_id: string;
  /** Where it goes, by one PUT. */
  url: string;
}

/** A file that is whole. */
export interface Uploaded {
  attachment: Attachment;
}

/** What others see of a person beside a message or in a list. */
export interface UserSummary {
  /** Picture, http or https. */
  avatar_url: string | null;
  /** The person. */
  id: string;
  /** Name to show; never empty. */
  name: string;
  /** Unique name for signing in (local accounts) or as the host application gave it. */
  username: string | null;
}

/** A list or a piece of one. */
export interface UserSummaryList {
  /** The items. */
  items: UserSummary[];
  /** Where the list goes on; null at its end. */
  next_cursor: string | null;
  page?: number;
  total?: number;
  total_pages?: number;
}

/** Who looks at a conversation, or no longer. */
export interface Viewing {
  conversation_id: string;
  user: UserSummary;
}

/** A webhook, without its secret. */
export interface Webhook {
  created_at: string;
  created_by: string;
  /** Empty: everything. */
  events: ('conversation.created' | 'conversation.updated' | 'conversation.deleted' | 'participant.joined' | 'participant.left' | 'participant.updated' | 'message.created' | 'message.updated' | 'message.deleted')[];
  id: string;
  url: string;
}

/** Items without more to come. */
export interface WebhookItems {
  /** The items. */
  items: Webhook[];
}

/** What came of trying a webhook out. */
export interface WebhookTrial {
  /** Whether the receiver answered with a 2xx. */
  delivered: boolean;
  duration_ms: number;
  /** Why there is no answer. */
  error: string | null;
  /** What it answered, if it did. */
  status: number | null;
}

/** A webhook in the answer to its registration, and nowhere else. */
export interface WebhookWithSecret {
  created_at: string;
  created_by: string;
  /** Empty: everything. */
  events: ('conversation.created' | 'conversation.updated' | 'conversation.deleted' | 'participant.joined' | 'participant.left' | 'participant.updated' | 'message.created' | 'message.updated' | 'message.deleted')[];
  id: string;
  /** What deliveries are signed with; shown this once. */
  secret: string;
  url: string;
}
