//! Who wants nothing to do with whom. A block stands between two people,
//! whichever of them made it.

use std::collections::HashSet;

use async_trait::async_trait;

use super::StorageError;
use crate::{ConversationId, DirectKey, Limit, Page, Timestamp, UserCursor, UserId, UserSummary};

/// Reads of blocks. What is committed MUST be seen at once: nothing here may be remembered.
#[async_trait]
pub trait Blocks: Send + Sync {
    /// Whom that person has blocked, and since when, by id, smallest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn list(
        &self,
        blocker: &UserId,
        after: Option<&UserCursor>,
        limit: Limit,
    ) -> Result<Page<(UserSummary, Timestamp), UserCursor>, StorageError>;

    /// Those of `others` between whom and that person a block stands.
    ///
    /// # Errors
    /// When the store fails.
    async fn between(
        &self,
        user: &UserId,
        others: &[UserId],
    ) -> Result<HashSet<UserId>, StorageError>;

    /// Those of `others` who have blocked that person.
    ///
    /// # Errors
    /// When the store fails.
    async fn by(&self, user: &UserId, others: &[UserId]) -> Result<HashSet<UserId>, StorageError>;
}

/// Writes of blocks.
#[async_trait]
pub trait BlockWrites {
    /// Lets nobody else block, or begin a conversation, between these two until the unit ends;
    /// answers their conversation. MUST be asked before any other lock is taken.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_pair(&mut self, pair: &DirectKey)
    -> Result<Option<ConversationId>, StorageError>;

    /// Blocks somebody; false when that was so. Their conversation MUST be locked.
    ///
    /// # Errors
    /// When the store fails.
    async fn block(
        &mut self,
        blocker: &UserId,
        blocked: &UserId,
        at: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Takes a block back; false when there was none.
    ///
    /// # Errors
    /// When the store fails.
    async fn unblock(&mut self, blocker: &UserId, blocked: &UserId) -> Result<bool, StorageError>;

    /// Whether a block stands between these two.
    ///
    /// # Errors
    /// When the store fails.
    async fn blocked_between(&mut self, one: &UserId, other: &UserId)
    -> Result<bool, StorageError>;
}
