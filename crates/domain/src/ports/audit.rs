//! The audit log: who did what, from where.

use async_trait::async_trait;

use super::StorageError;
use crate::NewAuditEntry;

/// Writes of the audit log.
#[async_trait]
pub trait AuditWrites {
    /// Adds an entry, which becomes true with the rest of the unit.
    ///
    /// # Errors
    /// When the store fails.
    async fn record(&mut self, entry: &NewAuditEntry) -> Result<(), StorageError>;
}
