//! Reading conversations and who takes part in them.

use std::collections::HashSet;

use async_trait::async_trait;

use super::StorageError;
use crate::{
    Conversation, ConversationCursor, ConversationFilter, ConversationId, DirectKey, Limit,
    Membership, Message, Mute, Page, Participant, Pointers, Revision, Seq, Timestamp, UserId,
    UserSummary,
};

/// A conversation as one person sees it in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversationSummary {
    /// The conversation and the person's own part.
    pub membership: Membership,
    /// Of a direct conversation: the other person, and when they were last seen.
    pub other: Option<(UserSummary, Option<Timestamp>)>,
    /// The newest message at or above the person's floor.
    pub last_message: Option<Message>,
    /// How far the others have come; loaded when the last message is the person's own.
    pub others: Option<Pointers>,
    /// Exact: messages above [`Participant::read_floor`] that [`Message::counts`]
    /// and that are not the person's own.
    pub unread: u64,
}

/// How far a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Which.
    pub conversation_id: ConversationId,
    /// Its last change.
    pub revision: Revision,
    /// Its last change of people.
    pub members_revision: Revision,
}

/// What a hub must know to deliver to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberView {
    /// Who.
    pub user_id: UserId,
    /// Below it, only the revision is told.
    pub floor: Seq,
    /// No notifications.
    pub mute: Mute,
}

/// One of a person's conversations, for a connection that comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipHead {
    /// How far it is.
    pub head: Head,
    /// The person's (re)joining.
    pub joined_revision: Revision,
    /// How to deliver to the person.
    pub member: MemberView,
}

/// Everybody present, as of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembersSnapshot {
    /// How far the conversation was.
    pub head: Head,
    /// Everybody present; nobody when it is deleted.
    pub members: Vec<MemberView>,
}

/// What a person has not read.
#[derive(Debug, Clone, PartialEq)]
pub struct Unread {
    /// Over all conversations that are not hidden; exact.
    pub total: u64,
    /// Conversations with something unread, newest activity first, at most 100.
    pub conversations: Vec<ConversationSummary>,
}

/// Reads of conversations, participants and memberships. Deleted conversations
/// are absent from all of them.
#[async_trait]
pub trait Conversations: Send + Sync {
    /// A person's part in a conversation, in one query; `None` for who is not
    /// present in it.
    ///
    /// # Errors
    /// When the store fails.
    async fn membership(
        &self,
        id: ConversationId,
        user: &UserId,
    ) -> Result<Option<Membership>, StorageError>;

    /// The direct conversation of a pair.
    ///
    /// # Errors
    /// When the store fails.
    async fn direct(&self, key: &DirectKey) -> Result<Option<ConversationId>, StorageError>;

    /// The person's conversations, newest activity first. At most three queries, whatever
    /// the size of the page.
    ///
    /// # Errors
    /// When the store fails.
    async fn list(
        &self,
        user: &UserId,
        filter: &ConversationFilter,
    ) -> Result<Page<ConversationSummary, ConversationCursor>, StorageError>;

    /// The person's view of these conversations (those it is not in are left
    /// out), in any order.
    ///
    /// # Errors
    /// When the store fails.
    async fn summaries(
        &self,
        user: &UserId,
        ids: &[ConversationId],
    ) -> Result<Vec<ConversationSummary>, StorageError>;

    /// Everybody present, in order of joining (then by id).
    ///
    /// # Errors
    /// When the store fails.
    async fn participants(&self, id: ConversationId) -> Result<Vec<Participant>, StorageError>;

    /// People, present or gone, whose last change is above `since`, by
    /// revision, smallest first, at most `limit`.
    ///
    /// # Errors
    /// When the store fails.
    async fn participants_since(
        &self,
        id: ConversationId,
        since: Revision,
        limit: u16,
    ) -> Result<Vec<Participant>, StorageError>;

    /// All conversations the person is in, hidden ones too, by id.
    ///
    /// # Errors
    /// When the store fails.
    async fn memberships(&self, user: &UserId) -> Result<Vec<MembershipHead>, StorageError>;

    /// Everybody present as of one moment; `None` for an unknown conversation.
    ///
    /// # Errors
    /// When the store fails.
    async fn members(&self, id: ConversationId) -> Result<Option<MembersSnapshot>, StorageError>;

    /// How far these are; deleted ones are left out.
    ///
    /// # Errors
    /// When the store fails.
    async fn heads(&self, ids: &[ConversationId]) -> Result<Vec<Head>, StorageError>;

    /// Who came into which conversation at or after `at` and is present, in any
    /// order: how a node finds out by itself of a joining whose event was lost.
    /// Costs what came in since, however many people there are.
    ///
    /// # Errors
    /// When the store fails.
    async fn joined_since(
        &self,
        at: Timestamp,
    ) -> Result<Vec<(ConversationId, UserId)>, StorageError>;

    /// What the person has not read.
    ///
    /// # Errors
    /// When the store fails.
    async fn unread(&self, user: &UserId) -> Result<Unread, StorageError>;

    /// [`Unread::total`] of the person, in one query.
    ///
    /// # Errors
    /// When the store fails.
    async fn unread_total(&self, user: &UserId) -> Result<u64, StorageError>;

    /// Groups that are not deleted, newest first, whoever is in them: for operators. With `search`, those
    /// whose name contains it (any case); with `after`, those made before that one.
    ///
    /// # Errors
    /// When the store fails.
    async fn groups(
        &self,
        search: Option<&str>,
        after: Option<ConversationId>,
        limit: Limit,
    ) -> Result<Page<Conversation, ConversationId>, StorageError>;

    /// Those of `others` with whom the person shares a conversation now.
    ///
    /// # Errors
    /// When the store fails.
    async fn sharing(
        &self,
        user: &UserId,
        others: &[UserId],
    ) -> Result<HashSet<UserId>, StorageError>;
}
