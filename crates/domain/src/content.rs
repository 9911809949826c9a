//! What a message holds: the parts that its sender decides.

use serde::{Deserialize, Serialize};

use crate::{Location, MediaId, Meeting, MessageId, Timestamp, UserId};

/// Sizes of what people may send.
pub mod limits {
    /// Characters of text in a message.
    pub const CONTENT_CHARS: usize = 8_000;
    /// Attachments of one message.
    pub const ATTACHMENTS: usize = 5;
    /// Bytes of `metadata` as JSON.
    pub const METADATA_BYTES: usize = 4 * 1024;
    /// People mentioned in one message.
    pub const MENTIONS: usize = 50;
    /// Participants above which a group has no typing and no delivered receipts.
    pub const QUIET_GROUP: usize = 300;
    /// People named in one request (creating a group, adding, presence).
    pub const PEOPLE: usize = 500;
    /// Characters of a conversation's or a person's name.
    pub const NAME_CHARS: usize = 100;
    /// Characters of a username.
    pub const USERNAME_CHARS: usize = 64;
    /// Characters of a group's description.
    pub const DESCRIPTION_CHARS: usize = 1_000;
    /// Characters of a URL.
    pub const URL_CHARS: usize = 2_048;
    /// Different emoji on one message by one person.
    pub const REACTIONS_PER_PERSON: usize = 20;
    /// Different emoji on one message: every answer and event holds all of them, and has to fit.
    pub const REACTIONS: usize = 100;
}

/// What a message is, which tells a client how to show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Words.
    #[default]
    Text,
    /// Pictures, with or without words.
    Image,
    /// A film.
    Video,
    /// A recording.
    Audio,
    /// Any other file.
    File,
    /// A place on the map.
    Location,
    /// An appointment.
    Meeting,
    /// Written by the server about the conversation itself.
    System,
}

impl MessageKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Image,
        Self::Video,
        Self::Audio,
        Self::File,
        Self::Location,
        Self::Meeting,
        Self::System,
    ];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::File => "file",
            Self::Location => "location",
            Self::Meeting => "meeting",
            Self::System => "system",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What a file is, by which clients file it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names say it
pub enum AttachmentKind {
    Image,
    Gif,
    Video,
    Audio,
    Document,
    Other,
}

impl AttachmentKind {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Gif => "gif",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Other => "other",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Image, Self::Gif, Self::Video, Self::Audio, Self::Document, Self::Other];
        all.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A file that hangs on a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attachment {
    /// Not of a file elsewhere.
    pub id: Option<MediaId>,
    /// http or https; of an upload its path at this server.
    pub url: String,
    /// How to file it.
    pub kind: AttachmentKind,
    /// Where it is known.
    pub mime_type: Option<String>,
    /// File name to show.
    pub name: String,
    /// Bytes, where they are known.
    pub size: Option<u64>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Not of a file elsewhere.
    pub uploaded_at: Option<Timestamp>,
}

impl Attachment {
    /// The upload of that id, of which nothing else is known yet.
    pub fn named(id: MediaId) -> Self {
        Self {
            id: Some(id),
            ..Self::elsewhere(String::new(), String::new(), AttachmentKind::Other)
        }
    }

    /// A file elsewhere, of which nothing is known but what its sender says.
    pub fn elsewhere(url: String, name: String, kind: AttachmentKind) -> Self {
        Self {
            id: None,
            url,
            kind,
            mime_type: None,
            name,
            size: None,
            width: None,
            height: None,
            uploaded_at: None,
        }
    }
}

/// What a system message tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SystemAction {
    /// The sender added somebody.
    #[serde(rename = "participant.added")]
    Added,
    /// The sender removed somebody.
    #[serde(rename = "participant.removed")]
    Removed,
    /// The sender left.
    #[serde(rename = "participant.left")]
    Left,
}

/// The facts of a system message; its words are the client's, in its language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SystemNote {
    /// What happened.
    pub action: SystemAction,
    /// To whom.
    pub user_ids: Vec<UserId>,
}

/// What a sender wants said: valid, but not yet placed in a conversation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Draft {
    /// How to show it.
    pub kind: MessageKind,
    /// Data, never markup: it comes back exactly as sent.
    pub content: Option<String>,
    /// Up to [`limits::ATTACHMENTS`].
    pub attachments: Vec<Attachment>,
    /// For [`MessageKind::Location`].
    pub location: Option<Location>,
    /// For [`MessageKind::Meeting`].
    pub meeting: Option<Meeting>,
    /// For [`MessageKind::System`].
    pub system: Option<SystemNote>,
    /// A message of the same conversation.
    pub reply_to: Option<MessageId>,
    /// People it is meant for.
    pub mentions: Vec<UserId>,
    /// The client's own, up to [`limits::METADATA_BYTES`] as JSON.
    pub metadata: Option<serde_json::Value>,
}

impl Draft {
    /// A system message.
    pub fn system(action: SystemAction, user_ids: Vec<UserId>) -> Self {
        Self {
            kind: MessageKind::System,
            system: Some(SystemNote { action, user_ids }),
            ..Self::default()
        }
    }

    /// The uploads among its attachments, in their order.
    pub fn media(&self) -> impl Iterator<Item = MediaId> {
        self.attachments.iter().filter_map(|attachment| attachment.id)
    }

    /// Words alone.
    pub fn text(content: impl Into<String>) -> Self {
        Self { content: Some(content.into()), ..Self::default() }
    }
}

/// SHA-256 of a send request, by which a repeated `client_id` with another
/// content is told apart, whatever edits have made of the text since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestHash(pub [u8; 32]);
