//! Entries of the audit log.

use chinwag_domain::{AuditEntry, AuditId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// One entry.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "AuditEntry")]
#[allow(missing_docs)] // the protocol's names
pub struct AuditEntryView {
    pub id: AuditId,
    pub at: Timestamp,
    /// Null for who is not known.
    pub actor_id: Option<String>,
    /// Such as `message.deleted`.
    pub action: String,
    pub target_type: String,
    pub target_id: String,
    /// Null where there was none, or once it was erased.
    pub ip: Option<String>,
    /// An object; null once it was erased.
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
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
