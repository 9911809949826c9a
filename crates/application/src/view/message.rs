//! A message, for one viewer or for all at once.

use std::borrow::Cow;

use chinwag_domain::{
    Attachment, ClientId, ConversationId, Emoji, Location, Meeting, MeetingStatus, Message,
    MessageId, MessageKind, MessageStatus, Pointers, Revision, Seq, SystemNote, Timestamp, UserId,
    UserSummary,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

/// A message as the protocol writes it.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// What is stored.
    pub message: Message,
    viewer: Viewer,
}

#[derive(Debug, Clone, Copy)]
enum Viewer {
    /// Nothing that depends on who looks.
    Anybody,
    /// For one person; the status of own messages.
    One(Option<MessageStatus>),
}

impl MessageView {
    /// For live events: without any field that depends on the viewer.
    pub fn live(message: Message) -> Self {
        Self { message, viewer: Viewer::Anybody }
    }

    /// For the person who asked; `others` matters for own messages alone.
    pub fn of(message: Message, viewer: &UserId, others: Option<Pointers>) -> Self {
        let own = message.sender.id == *viewer && message.body.system.is_none();
        let status = own.then(|| message.status(others));
        Self { message, viewer: Viewer::One(status) }
    }
}

#[derive(Serialize, JsonSchema)]
struct Reaction<'a> {
    emoji: &'a Emoji,
    /// How many people.
    count: u32,
    /// Whether the viewer is among them; not in live events.
    #[serde(skip_serializing_if = "Option::is_none")]
    me: Option<bool>,
}

/// A meeting without what only the server needs.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Meeting")]
struct Appointment<'a> {
    place: &'a str,
    scheduled_at: Timestamp,
    status: MeetingStatus,
}

impl<'a> From<&'a Meeting> for Appointment<'a> {
    fn from(meeting: &'a Meeting) -> Self {
        let Meeting { place, scheduled_at, status, proposed_by: _ } = meeting;
        Self { place, scheduled_at: *scheduled_at, status: *status }
    }
}

/// A message. A tombstone keeps id, seq, sender, times and `deleted_by`.
#[derive(Serialize, JsonSchema)]
struct Wire<'a> {
    id: MessageId,
    conversation_id: ConversationId,
    /// Its place in the conversation: 1, 2, 3 … without gaps.
    seq: Seq,
    /// That of its last change.
    revision: Revision,
    /// Who sent it, or did what a system message tells.
    sender: &'a UserSummary,
    client_id: Option<&'a ClientId>,
    client_created_at: Option<Timestamp>,
    kind: MessageKind,
    /// Exactly as sent: text, never markup.
    content: Option<&'a str>,
    attachments: &'a [Attachment],
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meeting: Option<Appointment<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a SystemNote>,
    /// A message of the same conversation.
    reply_to: Option<MessageId>,
    mentions: &'a [UserId],
    reactions: Vec<Reaction<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// The application's own.
    metadata: Option<&'a serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// Of own messages; not in live events.
    status: Option<MessageStatus>,
    created_at: Timestamp,
    edited_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    deleted_by: Option<&'a UserId>,
}

impl JsonSchema for MessageView {
    fn schema_name() -> Cow<'static, str> {
        "Message".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Wire::json_schema(generator)
    }
}

impl Serialize for MessageView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let message = &self.message;
        let body = &message.body;
        let (personal, status) = match self.viewer {
            Viewer::Anybody => (false, None),
            Viewer::One(status) => (true, status),
        };
        let reactions = message.reactions.iter().map(|tally| Reaction {
            emoji: &tally.emoji,
            count: tally.count,
            me: personal.then_some(tally.me),
        });
        Wire {
            id: message.id,
            conversation_id: message.conversation_id,
            seq: message.seq,
            revision: message.revision,
            sender: &message.sender,
            client_id: message.client_id.as_ref(),
            client_created_at: message.client_created_at,
            kind: body.kind,
            content: body.content.as_deref(),
            attachments: &body.attachments,
            location: body.location,
            meeting: body.meeting.as_ref().map(Appointment::from),
            system: body.system.as_ref(),
            reply_to: body.reply_to,
            mentions: &body.mentions,
            reactions: reactions.collect(),
            metadata: body.metadata.as_ref(),
            status,
            created_at: message.created_at,
            edited_at: message.edited_at,
            deleted_at: message.tombstone.as_ref().map(|tombstone| tombstone.at),
            deleted_by: message.tombstone.as_ref().map(|tombstone| &tombstone.by),
        }
        .serialize(serializer)
    }
}
