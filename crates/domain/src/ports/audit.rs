//! The audit log: who did what, from where.

use async_trait::async_trait;

use super::StorageError;
use crate::{
    AuditCursor, AuditEntry, AuditFilter, AuditHead, AuditSeal, NewAuditEntry, SealedEntry, UserId,
};

/// The stored entries. Those of a change are written in its unit of work, see [`AuditWrites`].
///
/// Entries are chained after their transactions, by whoever seals: so no two writers ever wait for
/// each other here.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Adds an entry about what changed nothing: an operation that was refused, a failed sign-in.
    ///
    /// # Errors
    /// When the store fails.
    async fn record(&self, entry: &NewAuditEntry) -> Result<(), StorageError>;

    /// Entries that fit, newest first (of one time, the largest id first), after that place. Costs
    /// the same wherever the place lies.
    ///
    /// # Errors
    /// When the store fails.
    async fn list(
        &self,
        filter: &AuditFilter,
        after: Option<AuditCursor>,
        limit: u16,
    ) -> Result<Vec<AuditEntry>, StorageError>;

    /// Entries that are not sealed yet, by id.
    ///
    /// # Errors
    /// When the store fails.
    async fn unsealed(&self, limit: u16) -> Result<Vec<AuditEntry>, StorageError>;

    /// How many are not sealed yet.
    ///
    /// # Errors
    /// When the store fails.
    async fn count_unsealed(&self) -> Result<u64, StorageError>;

    /// Where the chain ends, as it was noted apart from the entries.
    ///
    /// # Errors
    /// When the store fails.
    async fn head(&self) -> Result<AuditHead, StorageError>;

    /// Gives entries their places after `before`, in the order of their numbers, and notes the new
    /// head. False when the chain does not end there any more or one of them is sealed already or
    /// gone: then nothing changes. Of any number at once with one `before`, one MUST succeed.
    ///
    /// # Errors
    /// When the store fails.
    async fn seal(&self, before: &AuditHead, seals: &[AuditSeal]) -> Result<bool, StorageError>;

    /// Sealed entries by number, above `after`.
    ///
    /// # Errors
    /// When the store fails.
    async fn sealed(&self, after: i64, limit: u16) -> Result<Vec<SealedEntry>, StorageError>;
}

/// Writes of the audit log.
#[async_trait]
pub trait AuditWrites {
    /// Adds an entry, which becomes true with the rest of the unit.
    ///
    /// # Errors
    /// When the store fails.
    async fn record(&mut self, entry: &NewAuditEntry) -> Result<(), StorageError>;

    /// Forgets where that person came from and what else was noted of what they did, and what was
    /// noted of what was done to them. That it was done stays, and the chain holds.
    ///
    /// # Errors
    /// When the store fails.
    async fn erase_personal(&mut self, user: &UserId) -> Result<(), StorageError>;
}
