//! Conversations: summaries, details, and what goes to everybody at once.

use std::collections::HashSet;

use chinwag_domain::{
    Conversation, ConversationId, ConversationType, HistoryPolicy, Participant, Permissions,
    Revision, Seq, Timestamp, UserId, ports::ConversationSummary,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{MembershipView, MessageView, OtherPerson, ParticipantView};

/// Which page of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[allow(missing_docs)] // the protocol's names
pub struct Pages {
    pub page: u32,
    pub total: u64,
    pub total_pages: u64,
}

impl Pages {
    pub(crate) fn new(page: u32, total: u64, limit: u16) -> Self {
        Self { page, total, total_pages: total.div_ceil(u64::from(limit)) }
    }
}

/// What a detail has beyond a summary.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Detail {
    /// Everybody present; not in live events.
    #[serde(skip_serializing_if = "Option::is_none")]
    participants: Option<Vec<ParticipantView>>,
    description: Option<String>,
    /// What members may do.
    permissions: Permissions,
    /// What people who join later see.
    history: HistoryPolicy,
}

/// What a summary has that depends on who looks.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Personal {
    /// Null when there is none that one may see.
    last_message: Option<MessageView>,
    unread_count: u64,
    /// The other person of a direct conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    participant: Option<OtherPerson>,
    membership: MembershipView,
}

/// What a conversation is for everybody in it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Bare {
    id: ConversationId,
    #[serde(rename = "type")]
    kind: ConversationType,
    /// Of a group.
    name: Option<String>,
    avatar_url: Option<String>,
    category: Option<String>,
    created_at: Timestamp,
    /// How many durable changes there have been.
    revision: Revision,
    /// The place of its last message; 0 without any.
    last_seq: Seq,
    participant_count: u32,
}

/// A conversation: a summary or a detail, for one viewer or for all at once. Which of them an
/// answer holds is said in the contract by [`ConversationSummaryView`] and its neighbours.
#[derive(Debug, Clone, Serialize)]
pub struct ConversationView {
    #[serde(flatten)]
    bare: Bare,
    #[serde(flatten)]
    personal: Option<Personal>,
    #[serde(flatten)]
    detail: Option<Detail>,
}

/// A conversation in a list, as one person sees it.
#[derive(JsonSchema)]
#[schemars(rename = "ConversationSummary")]
#[allow(dead_code)] // describes `ConversationView::summary`
pub struct ConversationSummaryView {
    #[serde(flatten)]
    bare: Bare,
    #[serde(flatten)]
    personal: Personal,
}

/// A conversation with everybody in it, as one person sees it.
#[derive(JsonSchema)]
#[schemars(rename = "ConversationDetail")]
#[allow(dead_code)] // describes `ConversationView::detail`
pub struct ConversationDetailView {
    #[serde(flatten)]
    bare: Bare,
    #[serde(flatten)]
    personal: Personal,
    #[serde(flatten)]
    detail: Detail,
}

/// A conversation's settings, without anything that depends on who looks.
#[derive(JsonSchema)]
#[schemars(rename = "ConversationSettings")]
#[allow(dead_code)] // describes `ConversationView::live`
pub struct ConversationSettingsView {
    #[serde(flatten)]
    bare: Bare,
    #[serde(flatten)]
    detail: Detail,
}

impl ConversationView {
    /// Which.
    pub fn id(&self) -> ConversationId {
        self.bare.id
    }

    /// Its last change.
    pub fn revision(&self) -> Revision {
        self.bare.revision
    }

    fn bare(conversation: &Conversation) -> Self {
        let settings = &conversation.settings;
        let bare = Bare {
            id: conversation.id,
            kind: conversation.kind,
            name: settings.name.clone(),
            avatar_url: settings.avatar_url.clone(),
            category: settings.category.clone(),
            created_at: conversation.created_at,
            revision: conversation.revision,
            last_seq: conversation.last_seq,
            participant_count: conversation.participant_count,
        };
        Self { bare, personal: None, detail: None }
    }

    /// For live events: the settings, without any field that depends on the viewer.
    pub fn live(conversation: &Conversation) -> Self {
        let mut view = Self::bare(conversation);
        view.detail = Some(Detail {
            participants: None,
            description: conversation.settings.description.clone(),
            permissions: conversation.settings.permissions,
            history: conversation.settings.history,
        });
        view
    }

    /// As it began, with everybody in it: for who is nobody in it.
    pub fn founded(conversation: &Conversation, participants: &[Participant]) -> Self {
        let mut view = Self::live(conversation);
        if let Some(detail) = &mut view.detail {
            detail.participants = Some(participants.iter().map(ParticipantView::from).collect());
        }
        view
    }

    /// A summary for one person; `online` holds who is.
    pub fn summary(summary: ConversationSummary, online: &HashSet<UserId>, now: Timestamp) -> Self {
        let viewer = summary.membership.participant.user.id.clone();
        let blocked = summary.membership.blocked;
        let others = summary.others.filter(|_| !blocked);
        let mut view = Self::bare(&summary.membership.conversation);
        view.personal = Some(Personal {
            last_message: summary
                .last_message
                .map(|message| MessageView::of(message, &viewer, others)),
            unread_count: summary.unread,
            participant: OtherPerson::of(summary.other, online, blocked),
            membership: MembershipView::new(&summary.membership.participant, now),
        });
        view
    }

    /// A detail for one person.
    pub fn detail(
        summary: ConversationSummary,
        participants: &[Participant],
        online: &HashSet<UserId>,
        now: Timestamp,
    ) -> Self {
        let conversation = &summary.membership.conversation;
        let detail = Detail {
            participants: Some(
                participants
                    .iter()
                    .map(|it| ParticipantView::seen_by(&summary.membership, it))
                    .collect(),
            ),
            description: conversation.settings.description.clone(),
            permissions: conversation.settings.permissions,
            history: conversation.settings.history,
        };
        let mut view = Self::summary(summary, online, now);
        view.detail = Some(detail);
        view
    }

    /// A conversation that has just begun, for one of its participants, who
    /// must be among `participants`: told without asking the store.
    pub fn beginning(
        conversation: &Conversation,
        participants: &[Participant],
        viewer: &UserId,
        online: &HashSet<UserId>,
        now: Timestamp,
    ) -> Option<Self> {
        let own = participants.iter().find(|participant| participant.user.id == *viewer)?;
        let other = participants.iter().find(|participant| participant.user.id != *viewer);
        let direct = conversation.kind == ConversationType::Direct;
        let summary = ConversationSummary {
            membership: conversation.clone().as_participant(Some(own.clone()))?,
            other: other.filter(|_| direct).map(|other| (other.user.clone(), None)),
            last_message: None,
            others: None,
            unread: 0,
        };
        Some(Self::detail(summary, participants, online, now))
    }
}
