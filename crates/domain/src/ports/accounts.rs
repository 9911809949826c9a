//! Local accounts: credentials, sign-ins, refresh tokens.

use async_trait::async_trait;

use super::{Ended, StorageError};
use crate::{NewAuditEntry, Session, SessionId, SessionState, Timestamp, User, UserId};

/// What an account signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Whose.
    pub user: User,
    /// A PHC string (`$argon2id$…`).
    pub password_hash: String,
}

/// An account to be made, signed in at once. Without a credential it is a guest's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// The person.
    pub user: User,
    /// Login name in lower case, which is unique, and the password's PHC string.
    pub credential: Option<(String, String)>,
    /// The first sign-in.
    pub session: Session,
}

/// What became of a presented refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// It was the newest; the new one stands.
    Rotated(Box<Session>, Box<User>),
    /// It had been used before: somebody else has it, so the sign-in is revoked now.
    Reused {
        /// Whose.
        user_id: UserId,
        /// Which.
        session_id: SessionId,
    },
    /// Revoked, run out, or never issued.
    Unknown,
}

/// From when on sign-ins are of no use any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outdated {
    /// Sign-ins that ran out before then, however they ended.
    pub ran_out_before: Timestamp,
    /// Refresh tokens that were exchanged before then.
    pub exchanged_before: Timestamp,
}

/// The entry of the audit log about a refresh token that was used twice, of whose sign-in.
pub type OnReuse<'a> = &'a (dyn Fn(&UserId, SessionId) -> NewAuditEntry + Send + Sync);

/// Reads and writes of local accounts; each call is one transaction, and the entries of the audit
/// log that it is given become true with what it changes, or not at all.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Makes person, credential and first sign-in; false when the login name is taken.
    ///
    /// # Errors
    /// When the store fails.
    async fn register(
        &self,
        account: NewAccount,
        audit: &[NewAuditEntry],
    ) -> Result<bool, StorageError>;

    /// What that login name (lower case) signs in with.
    ///
    /// # Errors
    /// When the store fails.
    async fn credential(&self, login: &str) -> Result<Option<Credential>, StorageError>;

    /// Keeps a new sign-in.
    ///
    /// # Errors
    /// When the store fails.
    async fn open_session(
        &self,
        session: Session,
        audit: &NewAuditEntry,
    ) -> Result<(), StorageError>;

    /// Exchanges a refresh token (by SHA-256) for another, or revokes its
    /// sign-in when it is an old one.
    ///
    /// # Errors
    /// When the store fails.
    async fn rotate(
        &self,
        presented: &[u8],
        replacement: &[u8],
        now: Timestamp,
        expires_at: Timestamp,
        on_reuse: OnReuse<'_>,
    ) -> Result<Rotation, StorageError>;

    /// Whether a sign-in stands; `None` when unknown.
    ///
    /// # Errors
    /// When the store fails.
    async fn session_state(&self, id: SessionId) -> Result<Option<SessionState>, StorageError>;

    /// The person's sign-ins that stand and have not run out, newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn sessions(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StorageError>;

    /// Ends one of the person's sign-ins; false when there is no such that stands.
    ///
    /// # Errors
    /// When the store fails.
    async fn revoke(
        &self,
        user: &UserId,
        id: SessionId,
        now: Timestamp,
        audit: &NewAuditEntry,
    ) -> Result<bool, StorageError>;

    /// Which accounts and sign-ins ended at that time or later, and are still ended.
    ///
    /// # Errors
    /// When the store fails.
    async fn ended_since(&self, since: Timestamp) -> Result<Vec<Ended>, StorageError>;

    /// Forgets sign-ins that are outdated with their refresh tokens, and outdated tokens of others, up
    /// to `limit` sign-ins and as many tokens; how many of both. Another that does the same at the same
    /// time MUST NOT be waited for.
    ///
    /// # Errors
    /// When the store fails.
    async fn sweep(&self, outdated: Outdated, limit: u16) -> Result<u64, StorageError>;
}
