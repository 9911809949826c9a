//! Writes of people in a unit of work: what a host application says about its people.

use async_trait::async_trait;

use super::StorageError;
use crate::{SessionId, Timestamp, User, UserId};

/// What ended by which sockets close.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    /// A person's account.
    Account(UserId),
    /// One of a person's sign-ins.
    SignIn(UserId, SessionId),
}

/// Writes of people. They are locked last, after conversations and participants, in the order of
/// their ids.
#[async_trait]
pub trait PeopleWrites {
    /// Stores those who are not known yet, with one statement; answers who they are. Of any number
    /// at once, one stores a person.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_people(&mut self, people: &[User]) -> Result<Vec<UserId>, StorageError>;

    /// Those who are known, by id, locked until the unit ends.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_people(&mut self, ids: &[UserId]) -> Result<Vec<User>, StorageError>;

    /// Stores what became of locked people, with one statement.
    ///
    /// # Errors
    /// When the store fails.
    async fn save_people(&mut self, people: &[User]) -> Result<(), StorageError>;

    /// Ends all sign-ins of these people that nobody has ended, also those that can be refreshed no
    /// more, since their last access token may still be good. Answers which it ended.
    ///
    /// # Errors
    /// When the store fails.
    async fn end_sign_ins(
        &mut self,
        people: &[UserId],
        now: Timestamp,
    ) -> Result<Vec<SessionId>, StorageError>;
}
