//! The log of messages: where acknowledged means committed.

use async_trait::async_trait;

use super::StorageError;
use crate::{
    ConversationId, Limit, Message, MessageId, NewMessage, Page, Pointers, Revision, SearchCursor,
    SearchQuery, Seq, UserId, Window,
};

/// A message that is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Appended {
    /// As it is now: a repeated `client_id` answers the stored message with the
    /// edits since, or its tombstone.
    pub message: Message,
    /// It had been stored before under its `client_id`.
    pub duplicate: bool,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// As it is now.
    pub message: Message,
    /// As [`MessageLog::others_pointers`] gives them for its conversation, where it is the
    /// person's own; they matter for no other.
    pub others: Option<Pointers>,
}

/// Why a message was not stored.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The sender does not take part or is deactivated, or there is no such conversation.
    #[error("the sender is no participant of the conversation")]
    NotParticipant,
    /// A block stands between the two of a direct conversation.
    #[error("a block stands between the two")]
    Blocked,
    /// Another request was sent under this `client_id`.
    #[error("the client_id was used for another message")]
    ClientIdReused,
    /// Nothing is known to be stored; the same request may be tried again.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Messages of conversations.
///
/// Reads that take a `viewer` fill [`crate::ReactionTally::me`] for that
/// person; whether the viewer may see a message is for the caller to decide.
#[async_trait]
pub trait MessageLog: Send + Sync {
    /// Stores a message at the end of its conversation.
    ///
    /// An adapter MUST answer only after the commit; number without gaps under
    /// the conversation's lock; check after taking the lock that the sender
    /// takes part and is not deactivated; move the sender's pointers as [`crate::Participant::sent`]
    /// does; store a `client_id` at most once per conversation and sender, for
    /// ever; publish `MessageCreated` on the bus after the commit, in order of
    /// revision, once per stored message (not for duplicates), even when the
    /// caller has gone away meanwhile. It MUST NOT be called while a unit of
    /// work is open.
    ///
    /// # Errors
    /// See [`AppendError`]; one refused message never fails its neighbours.
    async fn append(&self, message: NewMessage) -> Result<Appended, AppendError>;

    /// What was stored under the `client_id` of this message, as `append` would
    /// answer it; `None` when nothing was, or there is no `client_id`. For who
    /// cannot send it any more, since what it needs is gone.
    ///
    /// # Errors
    /// [`AppendError::ClientIdReused`] for another request; when the store fails.
    async fn sent_before(&self, message: &NewMessage) -> Result<Option<Message>, AppendError>;

    /// One message, deleted or not.
    ///
    /// # Errors
    /// When the store fails.
    async fn find(&self, id: MessageId, viewer: &UserId) -> Result<Option<Message>, StorageError>;

    /// A range of a conversation's messages, tombstones included; with
    /// `search`, only those whose text contains it (both as [`crate::fold`] leaves
    /// them; wildcards are text). Costs the same wherever the range lies.
    ///
    /// # Errors
    /// When the store fails.
    async fn range(
        &self,
        conversation_id: ConversationId,
        window: Window,
        search: Option<&str>,
        viewer: &UserId,
    ) -> Result<Vec<Message>, StorageError>;

    /// How many messages above `above` contain `search`.
    ///
    /// # Errors
    /// When the store fails.
    async fn count_matches(
        &self,
        conversation_id: ConversationId,
        above: Seq,
        search: &str,
    ) -> Result<u64, StorageError>;

    /// Looks through all that the person may see: conversations that they are in, hidden or not,
    /// above their floor in each. Tombstones and system messages are never found. The newest come
    /// first, by when they were stored; a piece that begins after a cursor goes on where the one
    /// before ended, whatever was stored meanwhile.
    ///
    /// An adapter MUST look as [`crate::fold`] leaves the letters, take wildcards, quotes and
    /// operators as text, and take a fixed number of statements, however many conversations
    /// there are.
    ///
    /// # Errors
    /// When the store fails.
    async fn search(
        &self,
        user: &UserId,
        query: &SearchQuery,
        after: Option<SearchCursor>,
        limit: Limit,
    ) -> Result<Page<Found, SearchCursor>, StorageError>;

    /// Messages whose last change is above `since` and whose seq is at or
    /// above `floor`, by revision, smallest first, at most `limit`.
    ///
    /// # Errors
    /// When the store fails.
    async fn changed_since(
        &self,
        conversation_id: ConversationId,
        since: Revision,
        floor: Seq,
        limit: u16,
        viewer: &UserId,
    ) -> Result<Vec<Message>, StorageError>;

    /// How far the slowest of the participants present other than `user` has
    /// come; `None` when there is no other.
    ///
    /// # Errors
    /// When the store fails.
    async fn others_pointers(
        &self,
        conversation_id: ConversationId,
        user: &UserId,
    ) -> Result<Option<Pointers>, StorageError>;
}
