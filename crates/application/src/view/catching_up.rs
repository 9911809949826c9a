//! What somebody missed: changes, the answer to `sync`, and what is unread.

use std::collections::HashSet;

use chinwag_domain::{ConversationId, Revision, UserId, ports::ConversationSummary};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{ConversationSummaryView, ConversationView, MessageView, OtherPerson, ParticipantView};

/// What changed in a conversation after a revision.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Changes")]
#[allow(missing_docs)] // the protocol's names
pub struct ChangesView {
    /// How far this answer reaches; ask on from there.
    pub revision: Revision,
    /// Messages that are new or changed, in the order of their revision.
    pub messages: Vec<MessageView>,
    /// Everybody whose part changed, with `left_at`; and how far all have read.
    pub participants: Vec<ParticipantView>,
    #[schemars(with = "ConversationSummaryView")]
    pub conversation: ConversationView,
    /// Whether there is more after `revision`.
    pub has_more: bool,
    /// What the client knows from before is void.
    pub reset: bool,
}

/// One conversation in the answer to `sync`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[allow(missing_docs)] // the protocol's names
pub struct SyncEntry {
    pub id: ConversationId,
    #[serde(flatten)]
    pub changes: ChangesView,
}

/// The answer to `sync`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "SyncAnswer")]
#[allow(missing_docs)] // the protocol's names
pub struct SyncView {
    // Already written, since the size was counted.
    #[schemars(with = "Vec<SyncEntry>")]
    pub conversations: Vec<Box<RawValue>>,
    /// Conversations that one is not in any more.
    pub removed: Vec<String>,
    /// Where the answer goes on; null at its end.
    pub next_cursor: Option<String>,
}

/// One conversation with something unread.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[allow(missing_docs)] // the protocol's names
pub struct UnreadEntry {
    pub conversation_id: ConversationId,
    pub unread_count: u64,
    pub last_message: Option<MessageView>,
    /// The other person of a direct conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant: Option<OtherPerson>,
}

/// What a person has not read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Unread")]
#[allow(missing_docs)] // the protocol's names
pub struct UnreadView {
    /// Exact, over all conversations.
    pub total: u64,
    /// At most 100.
    pub conversations: Vec<UnreadEntry>,
}

impl UnreadEntry {
    pub(crate) fn new(summary: ConversationSummary, online: &HashSet<UserId>) -> Self {
        let viewer = summary.membership.participant.user.id.clone();
        let blocked = summary.membership.blocked;
        let others = summary.others.filter(|_| !blocked);
        Self {
            conversation_id: summary.membership.conversation.id,
            unread_count: summary.unread,
            last_message: summary
                .last_message
                .map(|message| MessageView::of(message, &viewer, others)),
            participant: OtherPerson::of(summary.other, online, blocked),
        }
    }
}
