//! Entries of the audit log.

use chinwag_domain::{AuditEntry, AuditId, Timestamp};
use serde::Serialize;

/// One entry.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // the protocol's names
pub struct AuditEntryView {
    pub id: AuditId,
    pub at: Timestamp,
    pub actor_id: Option<String>,
    pub action: String,
    pub target_type: String,
    pub target_id: String,
    pub ip: Option<String>,
    /// An object; null once it was erased.
    pub details: Option<serde_json::Value>,
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            actor_id: entry.actor_id,
            action: entry.action,
            target_type: entry.target_type,
            target_id: entry.target_id,
            ip: entry.ip,
            details: entry.details,
        }
    }
}
