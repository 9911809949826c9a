//! Conversations, participants, and what changed in them.

use std::collections::HashSet;

use chinwag_domain::{
    Conversation, ConversationId, ConversationType, HistoryPolicy, Membership, Mute, Participant,
    ParticipantRole, Permissions, Revision, Seq, Timestamp, UserId, UserSummary,
    ports::ConversationSummary,
};
use serde::Serialize;

use super::MessageView;

/// Which page of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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

/// A person's own settings and pointers in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // the protocol's names
pub struct MembershipView {
    pub role: ParticipantRole,
    pub read_seq: Seq,
    pub delivered_seq: Seq,
    pub cleared_seq: Seq,
    pub muted: bool,
    pub muted_until: Option<Timestamp>,
    pub hidden: bool,
}

impl MembershipView {
    /// As of `now`, since a mute may have run out.
    pub fn new(participant: &Participant, now: Timestamp) -> Self {
        Self {
            role: participant.role,
            read_seq: participant.read_seq,
            delivered_seq: participant.delivered_seq,
            cleared_seq: participant.cleared_seq,
            muted: participant.mute.is_on(now),
            muted_until: match participant.mute {
                Mute::Until(at) if at > now => Some(at),
                _ => None,
            },
            hidden: participant.hidden_at.is_some(),
        }
    }
}

/// A participant as everybody in the conversation sees them.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)] // the protocol's names
pub struct ParticipantView {
    pub user: UserSummary,
    pub role: ParticipantRole,
    pub joined_at: Timestamp,
    pub left_at: Option<Timestamp>,
    pub read_seq: Seq,
    pub delivered_seq: Seq,
}

impl ParticipantView {
    /// As one person sees another: where a block stands, not how far they have come.
    pub(crate) fn seen_by(viewer: &Membership, participant: &Participant) -> Self {
        let mut view = Self::from(participant);
        if viewer.blocked && participant.user.id != *viewer.user_id() {
            (view.read_seq, view.delivered_seq) = (Seq::ZERO, Seq::ZERO);
        }
        view
    }
}

impl From<&Participant> for ParticipantView {
    fn from(participant: &Participant) -> Self {
        Self {
            user: participant.user.clone(),
            role: participant.role,
            joined_at: participant.joined_at,
            left_at: participant.left_at,
            read_seq: participant.read_seq,
            delivered_seq: participant.delivered_seq,
        }
    }
}

/// The other person of a direct conversation.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)] // the protocol's names
pub struct OtherPerson {
    #[serde(flatten)]
    pub user: UserSummary,
    pub online: bool,
    pub last_seen_at: Option<Timestamp>,
}

impl OtherPerson {
    /// Where a block stands, the other looks offline.
    pub(super) fn of(
        other: Option<(UserSummary, Option<Timestamp>)>,
        online: &HashSet<UserId>,
        blocked: bool,
    ) -> Option<Self> {
        let (user, last_seen_at) = other?;
        let online = !blocked && online.contains(&user.id);
        Some(Self { user, online, last_seen_at: last_seen_at.filter(|_| !blocked) })
    }
}

/// What a detail has beyond a summary.
#[derive(Debug, Clone, Serialize)]
struct Detail {
    #[serde(skip_serializing_if = "Option::is_none")]
    participants: Option<Vec<ParticipantView>>,
    description: Option<String>,
    permissions: Permissions,
    history: HistoryPolicy,
}

/// What a summary has that depends on who looks.
#[derive(Debug, Clone, Serialize)]
struct Personal {
    last_message: Option<MessageView>,
    unread_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant: Option<OtherPerson>,
    membership: MembershipView,
}

/// A conversation: a summary or a detail, for one viewer or for all at once.
#[derive(Debug, Clone, Serialize)]
pub struct ConversationView {
    /// Which.
    pub id: ConversationId,
    #[serde(rename = "type")]
    kind: ConversationType,
    name: Option<String>,
    avatar_url: Option<String>,
    category: Option<String>,
    created_at: Timestamp,
    /// Its last change.
    pub revision: Revision,
    last_seq: Seq,
    participant_count: u32,
    #[serde(flatten)]
    personal: Option<Personal>,
    #[serde(flatten)]
    detail: Option<Detail>,
}

impl ConversationView {
    fn bare(conversation: &Conversation) -> Self {
        let settings = &conversation.settings;
        Self {
            id: conversation.id,
            kind: conversation.kind,
            name: settings.name.clone(),
            avatar_url: settings.avatar_url.clone(),
            category: settings.category.clone(),
            created_at: conversation.created_at,
            revision: conversation.revision,
            last_seq: conversation.last_seq,
            participant_count: conversation.participant_count,
            personal: None,
            detail: None,
        }
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
