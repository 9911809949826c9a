//! The audit log: looking through it, handing it out, and its chain of hashes.
//! What is written into it stands where it is done.

mod chain;
mod export;
mod list;
mod verify;

pub use chain::AuditChain;
pub use export::{AuditExport, ExportAuditLog};
pub use list::ListAuditLog;
pub use verify::{Tampered, Verified};
