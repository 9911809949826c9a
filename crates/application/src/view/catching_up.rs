//! What somebody missed: changes, the answer to `sync`, and what is unread.

use std::collections::HashSet;

use chinwag_domain::{ConversationId, Revision, UserId, ports::ConversationSummary};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{ConversationView, MessageView, OtherPerson, ParticipantView};

/// What changed in a conversation after a revision.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)] // the protocol's names
pub struct ChangesView {
    pub revision: Revision,
    pub messages: Vec<MessageView>,
    pub participants: Vec<ParticipantView>,
    pub conversation: ConversationView,
    pub has_more: bool,
    /// What the client knows from before is void.
    pub reset: bool,
}

/// One conversation in the answer to `sync`.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)] // the protocol's names
pub struct SyncEntry {
    pub id: ConversationId,
    #[serde(flatten)]
    pub changes: ChangesView,
}

/// The answer to `sync`.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)] // the protocol's names
pub struct SyncView {
    /// Each a [`SyncEntry`], already written, since its size was counted.
    pub conversations: Vec<Box<RawValue>>,
    pub removed: Vec<String>,
    pub next_cursor: Option<String>,
}

/// One conversation with something unread.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)] // the protocol's names
pub struct UnreadEntry {
    pub conversation_id: ConversationId,
    pub unread_count: u64,
    pub last_message: Option<MessageView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant: Option<OtherPerson>,
}

/// What a person has not read.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)] // the protocol's names
pub struct UnreadView {
    pub total: u64,
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
