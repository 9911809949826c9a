//! All that is kept of one person: for handing it to them, and for erasing it.

use async_trait::async_trait;

use super::StorageError;
use crate::{
    Conversation, ConversationId, Edit, Emoji, Media, MediaId, Message, MessageId, Participant,
    Seq, UserId,
};

/// A person's part in a conversation, which may be over, as may the conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct PartTaken {
    /// Where.
    pub conversation: Conversation,
    /// As what, and until when.
    pub participant: Participant,
}

/// A message and what it said before.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// As it is now.
    pub message: Message,
    /// Oldest first.
    pub edits: Vec<Edit>,
}

/// Who was mentioned where, in a stretch of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Mentions {
    /// The messages, by seq; there may be none in this stretch and some in the next.
    pub messages: Vec<Message>,
    /// Up to where the stretch went: to go on above that. `None` at the end of the conversation.
    pub looked: Option<Seq>,
}

/// Reads of what one person left, also where they are gone and in deleted conversations.
#[async_trait]
pub trait PersonalData: Send + Sync {
    /// Where the person takes part or did, by id of the conversation, after that one.
    ///
    /// # Errors
    /// When the store fails.
    async fn parts_of(
        &self,
        user: &UserId,
        after: Option<ConversationId>,
        limit: u16,
    ) -> Result<Vec<PartTaken>, StorageError>;

    /// The person's messages in a conversation above that seq, by seq: neither tombstones nor what
    /// the server wrote.
    ///
    /// # Errors
    /// When the store fails.
    async fn said_by(
        &self,
        id: ConversationId,
        user: &UserId,
        above: Seq,
        limit: u16,
    ) -> Result<Vec<Said>, StorageError>;

    /// The person's reactions in a conversation to messages after that one, by message, up to about
    /// `limit`; all to one message come together.
    ///
    /// # Errors
    /// When the store fails.
    async fn reactions_of(
        &self,
        id: ConversationId,
        user: &UserId,
        after: Option<MessageId>,
        limit: u16,
    ) -> Result<Vec<(MessageId, Emoji)>, StorageError>;

    /// The person's uploads that are whole and that no message shows, by id, after that one.
    ///
    /// # Errors
    /// When the store fails.
    async fn unshown_uploads_of(
        &self,
        user: &UserId,
        after: Option<MediaId>,
        limit: u16,
    ) -> Result<Vec<Media>, StorageError>;

    /// Other people's messages that mention the person, in the stretch of a conversation above that
    /// seq; neither tombstones nor what the server wrote. At most `limit` messages MUST be read whole,
    /// and the stretch MUST be short enough for one statement, whatever the messages say.
    ///
    /// # Errors
    /// When the store fails.
    async fn mentions_of(
        &self,
        id: ConversationId,
        user: &UserId,
        above: Seq,
        limit: u16,
    ) -> Result<Mentions, StorageError>;
}

/// Writes that make the store forget a person. All may be done again.
#[async_trait]
pub trait ErasureWrites {
    /// As [`super::ConversationWrites::lock_conversation`], but a deleted one too.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_whatever(
        &mut self,
        id: ConversationId,
    ) -> Result<Option<Conversation>, StorageError>;

    /// Forgets how the person's tombstones with these seqs (both bounds included) were sent, in a
    /// locked conversation: what the client called them, and what tells a repetition.
    ///
    /// # Errors
    /// When the store fails.
    async fn forget_how_sent(
        &mut self,
        id: ConversationId,
        user: &UserId,
        seqs: (Seq, Seq),
    ) -> Result<(), StorageError>;

    /// Forgets when the person received and read what in a locked conversation. The pointers stay.
    ///
    /// # Errors
    /// When the store fails.
    async fn forget_receipts(
        &mut self,
        id: ConversationId,
        user: &UserId,
    ) -> Result<(), StorageError>;

    /// Forgets what the person signs in with and on, their devices and blocks (of and by them), and
    /// what jobs carry about them ([`crate::forget_person`]); the jobs stay. Their files are doomed
    /// and [nameless](crate::FileName::erased).
    ///
    /// # Errors
    /// When the store fails.
    async fn forget_person(&mut self, user: &UserId) -> Result<(), StorageError>;
}
