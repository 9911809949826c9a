//! A message: placed in its conversation, edited, reacted to, or gone.

use serde::{Deserialize, Serialize};

use crate::{
    ClientId, ConversationId, Draft, Emoji, MessageId, Place, RequestHash, Revision, Seq,
    Timestamp, UserId, UserSummary,
};

/// What is handed to the log: everything but the place.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    /// UUIDv7.
    pub id: MessageId,
    /// Where to.
    pub conversation_id: ConversationId,
    /// From whom; whether they take part is checked under the conversation's lock.
    pub sender_id: UserId,
    /// Makes the send idempotent.
    pub client_id: Option<ClientId>,
    /// Tells a retry from another message under the same `client_id`.
    pub request_hash: RequestHash,
    /// Kept beside the server's time, never used for order.
    pub client_created_at: Option<Timestamp>,
    /// What is said.
    pub body: Draft,
    /// Now.
    pub created_at: Timestamp,
}

/// That a message was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserId,
}

/// How many people reacted with one emoji.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReactionTally {
    /// With what.
    pub emoji: Emoji,
    /// How many people.
    pub count: u32,
    /// Whether the person for whom it was loaded is among them.
    pub me: bool,
}

/// The wording before an edit; edits are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What it said until then.
    pub previous: Option<String>,
    /// When it was changed.
    pub at: Timestamp,
}

/// A stored message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Names it.
    pub id: MessageId,
    /// Where it stands.
    pub conversation_id: ConversationId,
    /// Its number among the messages.
    pub seq: Seq,
    /// The revision of its last change.
    pub revision: Revision,
    /// Who sent it, or did what a system message tells.
    pub sender: UserSummary,
    /// As the client gave it.
    pub client_id: Option<ClientId>,
    /// As the client gave it.
    pub client_created_at: Option<Timestamp>,
    /// What it says; of a deleted one only the kind is left.
    pub body: Draft,
    /// In the order in which the emoji came up.
    pub reactions: Vec<ReactionTally>,
    /// Stored.
    pub created_at: Timestamp,
    /// Words changed last.
    pub edited_at: Option<Timestamp>,
    /// Gone.
    pub tombstone: Option<Tombstone>,
}

impl Message {
    /// A draft that got its place.
    pub fn placed(new: NewMessage, sender: UserSummary, place: Place) -> Self {
        Self {
            id: new.id,
            conversation_id: new.conversation_id,
            seq: place.seq,
            revision: place.revision,
            sender,
            client_id: new.client_id,
            client_created_at: new.client_created_at,
            body: new.body,
            reactions: Vec::new(),
            created_at: new.created_at,
            edited_at: None,
            tombstone: None,
        }
    }

    /// Changes the words; gives back what they were.
    pub fn edit(&mut self, content: String, revision: Revision, now: Timestamp) -> Edit {
        self.revision = revision;
        self.edited_at = Some(now);
        Edit { previous: self.body.content.replace(content), at: now }
    }

    /// Leaves a tombstone: id, seq, sender and times stay, what was said goes.
    pub fn delete(&mut self, by: UserId, revision: Revision, now: Timestamp) {
        self.revision = revision;
        self.body = Draft { kind: self.body.kind, ..Draft::default() };
        self.reactions.clear();
        self.tombstone = Some(Tombstone { at: now, by });
    }

    /// Whether it counts as unread for others: neither deleted nor written by the server.
    pub fn counts(&self) -> bool {
        self.tombstone.is_none() && self.body.system.is_none()
    }

    /// How far it has come with the others.
    pub fn status(&self, others: Option<Pointers>) -> MessageStatus {
        match others {
            Some(others) if others.read >= self.seq => MessageStatus::Read,
            Some(others) if others.delivered >= self.seq => MessageStatus::Delivered,
            _ => MessageStatus::Sent,
        }
    }
}

/// How far the slowest of the other participants present has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pointers {
    /// Every other participant has read up to here.
    pub read: Seq,
    /// Every other participant has received up to here.
    pub delivered: Seq,
}

/// How far a message has come; for its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageStatus {
    /// Stored.
    Sent,
    /// Every other participant's device has it.
    Delivered,
    /// Every other participant has read it.
    Read,
}
