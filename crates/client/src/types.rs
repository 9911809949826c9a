//! The protocol's objects as the client reads them. Members that it does not know are kept in `extra`.
//!
//! Times stay the RFC 3339 text that the server sent; the client compares nothing by them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// A person as shown in messages and lists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserSummary {
    pub id: String,
    #[serde(default)]
    pub username: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub avatar_url: Option<String>,
    /// With `online`, `last_seen_at` and `role` where the answer has them.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The answer to signing in with a local account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedIn {
    pub user: UserSummary,
    pub access_token: String,
    pub refresh_token: String,
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: u64,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A message, a system message or the tombstone of a deleted one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: Uuid,
    pub conversation_id: Uuid,
    pub seq: u64,
    pub revision: u64,
    pub sender: UserSummary,
    #[serde(default)]
    pub client_id: Option<String>,
    pub kind: String,
    #[serde(default)]
    pub content: Option<String>,
    /// Of own messages, and never in a live event.
    #[serde(default)]
    pub status: Option<String>,
    pub created_at: String,
    #[serde(default)]
    pub edited_at: Option<String>,
    #[serde(default)]
    pub deleted_at: Option<String>,
    #[serde(default)]
    pub deleted_by: Option<String>,
    /// `true` in the answer to a send that had been stored before.
    #[serde(default)]
    pub duplicate: Option<bool>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The caller's own settings and pointers in a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Membership {
    pub role: String,
    pub read_seq: u64,
    pub delivered_seq: u64,
    pub cleared_seq: u64,
    pub muted: bool,
    #[serde(default)]
    pub muted_until: Option<String>,
    pub hidden: bool,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A conversation: a summary, or a detail that also has `participants`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: Uuid,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub name: Option<String>,
    pub revision: u64,
    pub last_seq: u64,
    #[serde(default)]
    pub last_message: Option<Message>,
    #[serde(default)]
    pub unread_count: Option<u64>,
    /// The other person of a direct conversation.
    #[serde(default)]
    pub participant: Option<UserSummary>,
    #[serde(default)]
    pub participant_count: Option<u64>,
    #[serde(default)]
    pub membership: Option<Membership>,
    #[serde(default)]
    pub participants: Vec<Participant>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A person's place in a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Participant {
    pub user: UserSummary,
    pub role: String,
    pub joined_at: String,
    #[serde(default)]
    pub left_at: Option<String>,
    pub read_seq: u64,
    pub delivered_seq: u64,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    #[serde(default)]
    pub next_cursor: Option<String>,
    #[serde(default)]
    pub page: Option<u64>,
    #[serde(default)]
    pub total: Option<u64>,
    #[serde(default)]
    pub total_pages: Option<u64>,
}

/// Whether a person is here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Presence {
    pub user_id: String,
    pub online: bool,
    #[serde(default)]
    pub last_seen_at: Option<String>,
}

/// One person's mark on a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reader {
    pub user_id: String,
    pub at: String,
}

/// Who has read a message and to whom it was delivered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipts {
    pub read: Vec<Reader>,
    pub delivered: Vec<Reader>,
}

/// What is unread, in all and per conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unread {
    pub total: u64,
    pub conversations: Vec<UnreadConversation>,
}

/// What is unread in one conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnreadConversation {
    pub conversation_id: Uuid,
    pub unread_count: u64,
    #[serde(default)]
    pub last_message: Option<Message>,
    #[serde(default)]
    pub participant: Option<UserSummary>,
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What changed in one conversation after a revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// Ask from here next time.
    pub revision: u64,
    #[serde(default)]
    pub messages: Vec<Message>,
    #[serde(default)]
    pub participants: Vec<Participant>,
    #[serde(default)]
    pub conversation: Option<Value>,
    #[serde(default)]
    pub has_more: bool,
    /// What the client knows of this conversation is too old to be brought up to date: load it afresh.
    #[serde(default)]
    pub reset: bool,
}

/// One conversation in a [`SyncAnswer`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SyncedConversation {
    pub id: Uuid,
    #[serde(flatten)]
    pub changes: Changes,
}

/// The answer for a client that comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SyncAnswer {
    pub conversations: Vec<SyncedConversation>,
    /// Conversations that the caller is no participant of any more.
    #[serde(default)]
    pub removed: Vec<Uuid>,
    #[serde(default)]
    pub next_cursor: Option<String>,
}
