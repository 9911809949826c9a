//! What tells others that something happened.
//!
//! A [`Durable`] event stands for a stored change: it carries the revision of
//! its conversation, and who missed it can read the change again. A [`Signal`]
//! is a hint about the moment: it is not stored and may be lost, or tells of
//! state that has its own way of being read again.

use crate::{
    Attachment, Conversation, ConversationId, Message, Participant, Presence, Receipt, ReceiptKind,
    Revision, SessionId, Timestamp, UserId, UserSummary,
};

/// Anything that goes over the bus.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant)] // travels behind one Arc; a second pointer would only cost
pub enum Event {
    /// A stored change.
    Durable(Durable),
    /// A hint about the moment.
    Signal(Signal),
}

/// A stored change of one conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Durable {
    /// Where.
    pub conversation_id: ConversationId,
    /// Its place among the changes.
    pub revision: Revision,
    /// The revision at which people last came or went, as of this change: a
    /// hub whose list of people is older must read it again before it delivers.
    pub members_revision: Revision,
    /// When.
    pub at: Timestamp,
    /// What.
    pub change: Change,
}

/// What was changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Somebody started it.
    ConversationCreated {
        /// As of its first revision.
        conversation: Conversation,
        /// Everybody in it.
        participants: Vec<Participant>,
    },
    /// Its settings are others.
    ConversationUpdated(Conversation),
    /// It is gone for everybody.
    ConversationDeleted,
    /// Somebody came.
    ParticipantJoined(Participant),
    /// Somebody left or was removed.
    ParticipantLeft(Participant),
    /// Somebody's role is another.
    ParticipantUpdated(Participant),
    /// Somebody said something, or the server did.
    MessageCreated(Message),
    /// Words or reactions are others.
    MessageUpdated(Message),
    /// A tombstone is left.
    MessageDeleted(Message),
}

/// A hint about the moment.
#[derive(Debug, Clone, PartialEq)]
pub enum Signal {
    /// A pointer moved; for everybody in the conversation.
    Receipt {
        /// Which pointer.
        kind: ReceiptKind,
        /// Whose, and how far.
        receipt: Receipt,
    },
    /// Somebody is writing; for the others in the conversation.
    TypingStarted {
        /// Where.
        conversation_id: ConversationId,
        /// Who.
        user: UserSummary,
        /// When.
        at: Timestamp,
        /// After that long without another, it has stopped.
        expires_in_ms: u32,
    },
    /// Somebody no longer writes; for the others in the conversation.
    TypingStopped {
        /// Where.
        conversation_id: ConversationId,
        /// Who.
        user: UserSummary,
        /// When.
        at: Timestamp,
    },
    /// Somebody looks at the conversation now, or no longer; for the others in it.
    Viewing {
        /// Where.
        conversation_id: ConversationId,
        /// Who.
        user: UserSummary,
        /// Opened, or closed.
        open: bool,
        /// When.
        at: Timestamp,
    },
    /// Own settings (mute, hide, clear) are others; for that person's devices.
    MembershipUpdated {
        /// The person's row.
        participant: Participant,
        /// When.
        at: Timestamp,
    },
    /// Somebody came online or went offline; for those who asked.
    PresenceChanged {
        /// Who, and how.
        presence: Presence,
        /// When.
        at: Timestamp,
    },
    /// An upload into a slot is whole; for the devices of who uploaded it.
    MediaReady {
        /// Who.
        owner_id: UserId,
        /// What it is.
        attachment: Attachment,
        /// When.
        at: Timestamp,
    },
    /// A sign-in ended; its sockets close.
    SessionRevoked {
        /// Whose.
        user_id: UserId,
        /// Which.
        session_id: SessionId,
    },
    /// An account was deactivated; all sockets of the person close.
    AccountDeactivated {
        /// Whose.
        user_id: UserId,
    },
}

impl Durable {
    /// A change of that conversation as it is now (its counters already raised).
    pub fn of(conversation: &Conversation, at: Timestamp, change: Change) -> Self {
        Self {
            conversation_id: conversation.id,
            revision: conversation.revision,
            members_revision: conversation.members_revision,
            at,
            change,
        }
    }
}

impl From<Durable> for Event {
    fn from(event: Durable) -> Self {
        Self::Durable(event)
    }
}

impl From<Signal> for Event {
    fn from(signal: Signal) -> Self {
        Self::Signal(signal)
    }
}
