//! The `data` of frames that has no view of its own in `chinwag-application`.

use chinwag_application::view::TypingUser;
use chinwag_domain::{Attachment, ConversationId, MessageId, Timestamp, UserId, UserSummary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `{}`
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// A new token.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    pub token: String,
}

/// Several people.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct People {
    /// Up to 500.
    pub user_ids: Vec<UserId>,
}

/// With what to react.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reaction {
    #[schemars(with = "chinwag_domain::Emoji")]
    pub emoji: String,
}

/// A message, and what is to be done with it.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "{T}OfMessage", deny_unknown_fields)]
#[allow(dead_code)] // read in two steps, so that who may not see it hears of that first
pub(crate) struct OfMessage<T> {
    message_id: MessageId,
    #[serde(flatten)]
    rest: T,
}

/// A conversation, and what is to be done with it.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "{T}OfConversation", deny_unknown_fields)]
#[allow(dead_code)] // read in two steps, as above
pub(crate) struct OfConversation<T> {
    conversation_id: ConversationId,
    #[serde(flatten)]
    rest: T,
}

/// Whose socket it is now, and how long.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Identified<'a> {
    pub user: &'a UserSummary,
    /// When the token ends.
    pub expires_at: Timestamp,
}

/// What a client needs to know to begin.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Ready<'a> {
    /// Names this connection in the server's log.
    pub session_id: &'a str,
    pub user: &'a UserSummary,
    /// A socket that is silent for so long is pinged.
    pub heartbeat_ms: u64,
    pub limits: ReadyLimits,
    /// What this server can do.
    pub capabilities: &'a [&'a str],
}

/// Bounds of one socket.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ReadyLimits {
    /// The longest frame that is taken.
    pub frame_bytes: usize,
    /// What may wait to be read by the client.
    pub outbox_bytes: usize,
    /// Sends that may be unanswered at once.
    pub sends_in_flight: usize,
}

/// The token ends soon.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Expiring {
    pub expires_at: Timestamp,
}

/// The server is stopping.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Goodbye {
    /// When to come back: not everybody at once.
    pub reconnect_after_ms: usize,
}

/// Which conversation is gone.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Gone {
    pub id: ConversationId,
}

/// Who looks at a conversation, or no longer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Viewing<'a> {
    pub conversation_id: ConversationId,
    pub user: &'a UserSummary,
}

/// Who writes, or no longer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Typing<'a> {
    pub conversation_id: ConversationId,
    pub user: TypingUser<'a>,
    /// Without another word from them it is over then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in_ms: Option<u32>,
}

/// A file that is whole.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Uploaded<'a> {
    pub attachment: &'a Attachment,
}
