// The objects of the wire, as the protocol writes them.

export interface UserSummary {
  id: string;
  username: string | null;
  name: string;
  avatar_url: string | null;
}

export interface OwnProfile extends UserSummary {
  role: 'admin' | 'supervisor' | 'member';
  last_seen_at: string | null;
}

export interface OtherPerson extends UserSummary {
  online: boolean;
  last_seen_at: string | null;
}

export type AttachmentKind = 'image' | 'gif' | 'video' | 'audio' | 'document' | 'other';

export interface Attachment {
  id: string | null;
  url: string;
  kind: AttachmentKind;
  mime_type: string | null;
  name: string;
  size: number | null;
  width?: number;
  height?: number;
  uploaded_at: string | null;
}

export type MessageKind = 'text' | 'image' | 'video' | 'audio' | 'file' | 'location' | 'meeting' | 'system';

export type MessageStatus = 'sent' | 'delivered' | 'read';

export interface Location {
  latitude: number;
  longitude: number;
  live: boolean;
}

export interface Meeting {
  place: string;
  scheduled_at: string;
  status: 'pending' | 'confirmed' | 'rejected' | 'rescheduled' | 'canceled' | 'expired' | 'completed';
}

export interface SystemNote {
  action: string;
  user_ids: string[];
}

export interface Reaction {
  emoji: string;
  count: number;
  me?: boolean;
}

export interface Message {
  id: string;
  conversation_id: string;
  seq: number;
  revision: number;
  sender: UserSummary;
  client_id: string | null;
  client_created_at: string | null;
  kind: MessageKind;
  content: string | null;
  attachments: Attachment[];
  location?: Location;
  meeting?: Meeting;
  system?: SystemNote;
  reply_to: string | null;
  mentions: string[];
  reactions: Reaction[];
  metadata?: unknown;
  status?: MessageStatus;
  created_at: string;
  edited_at: string | null;
  deleted_at: string | null;
  deleted_by: string | null;
}

export interface Membership {
  role: 'admin' | 'member';
  read_seq: number;
  delivered_seq: number;
  cleared_seq: number;
  muted: boolean;
  muted_until: string | null;
  hidden: boolean;
}

export interface Participant {
  user: UserSummary;
  role: 'admin' | 'member';
  joined_at: string;
  left_at: string | null;
  read_seq: number;
  delivered_seq: number;
}

export type Permission = 'admin' | 'member';

export interface Permissions {
  add_members: Permission;
  remove_members: Permission;
  edit: Permission;
  delete_messages: Permission;
}

export interface Conversation {
  id: string;
  type: 'direct' | 'group';
  name: string | null;
  avatar_url: string | null;
  category: string | null;
  created_at: string;
  revision: number;
  last_seq: number;
  participant_count: number;
  last_message: Message | null;
  unread_count: number;
  participant?: OtherPerson;
  membership: Membership;
  participants?: Participant[];
  description?: string | null;
  permissions?: Permissions;
  history?: 'all' | 'since_join';
}

export interface Presence {
  user_id: string;
  online: boolean;
  last_seen_at: string | null;
}

export interface Receipts {
  read: { user_id: string; at: string }[];
  delivered: { user_id: string; at: string }[];
}

export interface FieldError {
  pointer: string;
  detail: string;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id?: string;
  temporary: boolean;
  errors?: FieldError[];
  retry_after_ms?: number;
}

export interface Tokens {
  user: OwnProfile;
  access_token: string;
  refresh_token: string;
  token_type: string;
  expires_in: number;
}

export interface Changes {
  revision: number;
  messages: Message[];
  participants: Participant[];
  conversation: Conversation;
  has_more: boolean;
  reset: boolean;
}

export interface SyncEntry extends Changes {
  id: string;
}

export interface SyncAnswer {
  conversations: SyncEntry[];
  removed: string[];
  next_cursor: string | null;
}

export interface Unread {
  total: number;
  conversations: {
    conversation_id: string;
    unread_count: number;
    last_message: Message | null;
    participant?: OtherPerson;
  }[];
}

export interface UploadSlot {
  media_id: string;
  url: string;
  expires_at: string;
}

export interface MediaLink {
  url: string;
  expires_at: string;
}
