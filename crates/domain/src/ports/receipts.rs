//! How far people have received and read.

use async_trait::async_trait;

use super::StorageError;
use crate::{ConversationId, Mark, ReceiptKind, Seq, Timestamp, UserId};

/// When somebody's pointer first stood at or above a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// Who.
    pub user_id: UserId,
    /// Received or read.
    pub kind: ReceiptKind,
    /// When.
    pub at: Timestamp,
}

/// Receipts of conversations.
#[async_trait]
pub trait Receipts: Send + Sync {
    /// Moves a pointer forward, together with whatever else is waiting: of
    /// several marks of one pointer only the highest is written, and a row only
    /// where the pointer moved. Answers after the commit: whether it moved.
    /// Reading moves the delivered pointer too. Nothing happens for people who
    /// are not present. Publishes nothing.
    ///
    /// # Errors
    /// When the store fails.
    async fn mark(&self, mark: Mark) -> Result<bool, StorageError>;

    /// For each person present but `except` whose history reaches back to `seq`:
    /// the first time that a mark of that kind (for delivery: of either kind)
    /// stood at or above it. Ordered by time, then person.
    ///
    /// # Errors
    /// When the store fails.
    async fn of_message(
        &self,
        conversation_id: ConversationId,
        seq: Seq,
        except: &UserId,
    ) -> Result<Vec<ReceiptRow>, StorageError>;
}
