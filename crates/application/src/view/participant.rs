//! Who takes part in a conversation: as everybody sees them, and with what is one's own.

use std::collections::HashSet;

use chinwag_domain::{
    Membership, Mute, Participant, ParticipantRole, Seq, Timestamp, UserId, UserSummary,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A person's own settings and pointers in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Membership")]
#[allow(missing_docs)] // the protocol's names
pub struct MembershipView {
    pub role: ParticipantRole,
    /// Up to and including which message one has read.
    pub read_seq: Seq,
    /// Up to and including which message a device has.
    pub delivered_seq: Seq,
    /// Messages up to here are cleared for oneself.
    pub cleared_seq: Seq,
    pub muted: bool,
    /// Null while muted: for ever.
    pub muted_until: Option<Timestamp>,
    /// Left out of the list.
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
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Participant")]
#[allow(missing_docs)] // the protocol's names
pub struct ParticipantView {
    pub user: UserSummary,
    pub role: ParticipantRole,
    pub joined_at: Timestamp,
    /// Not there any more since.
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
#[derive(Debug, Clone, Serialize, JsonSchema)]
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
