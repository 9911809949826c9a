//! People as the store knows them.

use async_trait::async_trait;

use super::StorageError;
use crate::{Limit, Page, ProfileChange, Timestamp, User, UserCursor, UserId};

/// Reads and writes of people.
#[async_trait]
pub trait Users: Send + Sync {
    /// Takes over what a token says: makes the person on first sight, updates
    /// the profile and role where they differ. Answers the stored person. Nothing of somebody
    /// deactivated is updated.
    ///
    /// # Errors
    /// When the store fails.
    async fn provision(&self, user: User) -> Result<User, StorageError>;

    /// One person.
    ///
    /// # Errors
    /// When the store fails.
    async fn find(&self, id: &UserId) -> Result<Option<User>, StorageError>;

    /// Those of `ids` that are known, in any order.
    ///
    /// # Errors
    /// When the store fails.
    async fn find_many(&self, ids: &[UserId]) -> Result<Vec<User>, StorageError>;

    /// People by id, smallest first, whose name, username or id contains
    /// `search` (any case); with `known_to`, only those who share a conversation
    /// with that person, and the person. Deactivated people are left out.
    ///
    /// # Errors
    /// When the store fails.
    async fn directory(
        &self,
        search: Option<&str>,
        known_to: Option<&UserId>,
        after: Option<&UserCursor>,
        limit: Limit,
    ) -> Result<Page<User, UserCursor>, StorageError>;

    /// Everybody by id, smallest first, above `after`, at most `limit`: deactivated people too, but
    /// nobody who was erased.
    ///
    /// # Errors
    /// When the store fails.
    async fn everybody(
        &self,
        after: Option<&UserId>,
        limit: u16,
    ) -> Result<Vec<User>, StorageError>;

    /// As [`Users::directory`], of everybody that there ever was, deactivated and erased people too: for
    /// operators.
    ///
    /// # Errors
    /// When the store fails.
    async fn search_everybody(
        &self,
        search: Option<&str>,
        after: Option<&UserCursor>,
        limit: Limit,
    ) -> Result<Page<User, UserCursor>, StorageError>;

    /// Makes a person's own change, and leaves what it does not name as it is
    /// at that moment. `None` for an unknown person, and for one who is deactivated.
    ///
    /// # Errors
    /// When the store fails.
    async fn update_profile(
        &self,
        id: &UserId,
        change: ProfileChange,
        now: Timestamp,
    ) -> Result<Option<User>, StorageError>;

    /// Notes when the last connection ended; never moves back, and is not noted of who is erased.
    ///
    /// # Errors
    /// When the store fails.
    async fn seen(&self, id: &UserId, at: Timestamp) -> Result<(), StorageError>;
}
