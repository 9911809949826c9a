//! What is written down of who did what: the entries of the audit log.

use std::net::IpAddr;

use crate::{AuditId, Timestamp, UserId};

/// What an action was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditTarget {
    /// `conversation`, `message`, `user`, `session`, `webhook`, `job`, …
    pub kind: &'static str,
    /// Its id.
    pub id: String,
}

impl AuditTarget {
    /// That thing.
    #[expect(clippy::needless_pass_by_value, reason = "ids are small")]
    pub fn new(kind: &'static str, id: impl ToString) -> Self {
        Self { kind, id: id.to_string() }
    }
}

/// One entry, written in the transaction of what it tells.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAuditEntry {
    /// UUIDv7.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who; `None` for the server itself or somebody unknown.
    pub actor_id: Option<UserId>,
    /// What, such as `participant.added`.
    pub action: &'static str,
    /// To what.
    pub target: AuditTarget,
    /// From where.
    pub ip: Option<IpAddr>,
    /// What else matters: an object, without personal data other than user ids.
    pub details: serde_json::Value,
}
