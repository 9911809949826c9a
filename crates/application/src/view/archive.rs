//! The archive that a person is handed of themselves. It is written in pieces, so that its whole is
//! described here and never built.

use chinwag_domain::{
    Attachment, ConversationId, ConversationType, Edit, Emoji, MessageId, Mute, Participant,
    ParticipantRole, Seq, Timestamp, ports::PartTaken,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{DeviceView, MessageView, OwnProfile, SessionView};
use crate::BlockView;

/// Everything that is kept of a person.
#[derive(JsonSchema)]
#[schemars(rename = "Archive")]
#[allow(dead_code)] // describes what `ExportOwnData` writes
pub struct ArchiveView {
    #[serde(flatten)]
    head: ArchiveHead,
    /// Files that no message shows.
    uploads: Vec<Attachment>,
    conversations: Vec<WholePart>,
}

#[derive(JsonSchema)]
#[schemars(rename = "ArchivedConversation")]
#[allow(dead_code)]
struct WholePart {
    #[serde(flatten)]
    part: ArchivedPart,
    /// Those that the person sent.
    messages: Vec<ArchivedMessage>,
}

/// What comes before the conversations.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ArchiveHead {
    /// `chinwag.export/1`
    pub format: &'static str,
    pub exported_at: Timestamp,
    /// The account.
    pub created_at: Timestamp,
    pub profile: OwnProfile,
    pub sessions: Vec<SessionView>,
    pub devices: Vec<DeviceView>,
    pub blocks: Vec<BlockView>,
}

/// A conversation as the person may know it: of one they are not in any more, that they were.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ArchivedPart {
    id: ConversationId,
    #[serde(rename = "type")]
    kind: ConversationType,
    name: Option<String>,
    created_at: Timestamp,
    deleted_at: Option<Timestamp>,
    membership: ArchivedMembership,
    /// What the person said by emoji.
    pub reactions: Vec<ArchivedReaction>,
}

#[derive(Serialize, JsonSchema)]
struct ArchivedMembership {
    role: ParticipantRole,
    joined_at: Timestamp,
    left_at: Option<Timestamp>,
    read_seq: Seq,
    delivered_seq: Seq,
    cleared_seq: Seq,
    muted: bool,
    muted_until: Option<Timestamp>,
    hidden: bool,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct ArchivedReaction {
    pub message_id: MessageId,
    pub emoji: Emoji,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct ArchivedMessage {
    #[serde(flatten)]
    pub message: MessageView,
    pub edits: Vec<ArchivedEdit>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct ArchivedEdit {
    /// What it said until then.
    previous: Option<String>,
    at: Timestamp,
}

impl From<Edit> for ArchivedEdit {
    fn from(Edit { previous, at }: Edit) -> Self {
        Self { previous, at }
    }
}

impl From<&PartTaken> for ArchivedPart {
    fn from(PartTaken { conversation, participant }: &PartTaken) -> Self {
        let present = participant.left_at.is_none() && conversation.deleted_at.is_none();
        Self {
            id: conversation.id,
            kind: conversation.kind,
            name: conversation.settings.name.clone().filter(|_| present),
            created_at: conversation.created_at,
            deleted_at: conversation.deleted_at,
            membership: participant.into(),
            reactions: Vec::new(),
        }
    }
}

impl From<&Participant> for ArchivedMembership {
    fn from(participant: &Participant) -> Self {
        let (muted, muted_until) = match participant.mute {
            Mute::Off => (false, None),
            Mute::Until(at) => (true, Some(at)),
            Mute::Forever => (true, None),
        };
        Self {
            role: participant.role,
            joined_at: participant.joined_at,
            left_at: participant.left_at,
            read_seq: participant.read_seq,
            delivered_seq: participant.delivered_seq,
            cleared_seq: participant.cleared_seq,
            muted,
            muted_until,
            hidden: participant.hidden_at.is_some(),
        }
    }
}
