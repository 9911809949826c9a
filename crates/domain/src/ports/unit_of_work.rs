//! Several changes that become true together.
//!
//! A [`UnitOfWork`] is one transaction. Dropped, it is as if it had never been.
//! Locks are always taken in one order: conversations by id, then
//! participants, then users. While a unit is open there MUST be no
//! call over the network and no [`super::MessageLog::append`].

use async_trait::async_trait;

use super::{AuditWrites, ErasureWrites, JobWrites, PeopleWrites, StorageError, WebhookWrites};
use crate::{
    Conversation, ConversationId, Edit, Emoji, Event, Message, MessageId, Participant, UserId,
};

/// What became of a new direct conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectInserted {
    /// It is new.
    New,
    /// The pair had one.
    Existing(ConversationId),
}

/// Begins units of work.
#[async_trait]
pub trait UnitsOfWork: Send + Sync {
    /// Begins one.
    ///
    /// # Errors
    /// When the store fails.
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StorageError>;
}

/// One transaction and everything that can be written in it.
#[async_trait]
pub trait UnitOfWork:
    ConversationWrites
    + ParticipantWrites
    + MessageWrites
    + JobWrites
    + AuditWrites
    + WebhookWrites
    + PeopleWrites
    + super::BlockWrites
    + ErasureWrites
    + Send
{
    /// Has an event published after the commit, in the order of these calls,
    /// even when the caller of [`UnitOfWork::commit`] has gone away meanwhile;
    /// never without the commit. The jobs that follow from a durable one
    /// ([`super::FollowUps`]) are stored with the unit.
    fn publish(&mut self, event: Event);

    /// Makes it true, then publishes.
    ///
    /// # Errors
    /// When the store fails; `Unavailable` when the outcome is not known.
    async fn commit(self: Box<Self>) -> Result<(), StorageError>;
}

/// Writes of conversations.
#[async_trait]
pub trait ConversationWrites {
    /// The conversation, locked until the unit ends, as it is after the lock
    /// was given. Deleted ones are absent.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_conversation(
        &mut self,
        id: ConversationId,
    ) -> Result<Option<Conversation>, StorageError>;

    /// A new group.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_group(&mut self, conversation: &Conversation) -> Result<(), StorageError>;

    /// A new direct conversation, unless the pair has one. Of any number at
    /// once, one is new.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_direct(
        &mut self,
        conversation: &Conversation,
    ) -> Result<DirectInserted, StorageError>;

    /// Stores settings and counters of a locked conversation.
    ///
    /// # Errors
    /// When the store fails.
    async fn save_conversation(&mut self, conversation: &Conversation) -> Result<(), StorageError>;
}

/// Writes of participants, under the lock of their conversation.
#[async_trait]
pub trait ParticipantWrites {
    /// Somebody's row, present or gone.
    ///
    /// # Errors
    /// When the store fails.
    async fn participant(
        &mut self,
        id: ConversationId,
        user: &UserId,
    ) -> Result<Option<Participant>, StorageError>;

    /// Everybody present, in order of joining (then by id).
    ///
    /// # Errors
    /// When the store fails.
    async fn present(&mut self, id: ConversationId) -> Result<Vec<Participant>, StorageError>;

    /// New rows.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_participants(
        &mut self,
        participants: &[Participant],
    ) -> Result<(), StorageError>;

    /// Stores a row, new or not. The pointers only ever move forward.
    ///
    /// The rows of a unit MUST be saved by conversation, then by person: receipts lock them too,
    /// without the conversation, and in another order two writers could wait for each other.
    ///
    /// # Errors
    /// When the store fails.
    async fn save_participant(&mut self, participant: &Participant) -> Result<(), StorageError>;
}

/// Writes of messages, under the lock of their conversation.
#[async_trait]
pub trait MessageWrites {
    /// The message as it is now, tallies as `viewer` sees them.
    ///
    /// # Errors
    /// When the store fails.
    async fn message(
        &mut self,
        id: MessageId,
        viewer: &UserId,
    ) -> Result<Option<Message>, StorageError>;

    /// A message that the unit numbered itself ([`Conversation::next_message`]).
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_message(&mut self, message: &Message) -> Result<(), StorageError>;

    /// Stores words, tombstone and revision, and the edit. A tombstone's
    /// text, edits and reactions are gone from the store.
    ///
    /// # Errors
    /// When the store fails.
    async fn save_message(
        &mut self,
        message: &Message,
        edit: Option<&Edit>,
    ) -> Result<(), StorageError>;

    /// Adds a reaction; false when it was there.
    ///
    /// # Errors
    /// When the store fails.
    async fn add_reaction(
        &mut self,
        message: &Message,
        user: &UserId,
        emoji: &Emoji,
    ) -> Result<bool, StorageError>;

    /// Takes a reaction back; false when it was not there.
    ///
    /// # Errors
    /// When the store fails.
    async fn remove_reaction(
        &mut self,
        message: &Message,
        user: &UserId,
        emoji: &Emoji,
    ) -> Result<bool, StorageError>;
}
