//! Handing the audit log out, piece by piece: however long it is, no more than a
//! piece of it is in memory.

use std::sync::Arc;

use chinwag_domain::{AuditCursor, AuditFilter, AuditTarget, Timestamp};
use serde_json::json;

use crate::{
    Actor, Error, Ports,
    request::AuditQuery,
    support::{for_admins, use_case},
    view::AuditEntryView,
};

/// Entries of one piece.
const PIECE: u16 = 500;

use_case! {
    /// Begins an export of the audit log, for application admins.
    ExportAuditLog
}

/// An export that was begun.
pub struct AuditExport {
    ports: Arc<Ports>,
    filter: AuditFilter,
    after: Option<AuditCursor>,
    ended: bool,
    /// When it was begun.
    pub at: Timestamp,
    /// How the filters were given, for people to read.
    pub filters: Vec<(&'static str, String)>,
    /// The format that was asked for, one of those offered.
    pub format: &'static str,
}

for_admins!(ExportAuditLog, "audit.export");

impl ExportAuditLog {
    /// `formats` are those that the door can write; the query must name one of them. The export is
    /// written down itself, before anything is handed out, and so is its own first entry.
    ///
    /// # Errors
    /// As for [`super::ListAuditLog::execute`].
    pub async fn execute(
        &self,
        actor: &Actor,
        query: AuditQuery,
        formats: &[&'static str],
    ) -> Result<AuditExport, Error> {
        self.may(actor).await?;
        let format = query.format(formats)?;
        let filters = query.given();
        let (filter, _, _) = query.parse()?;

        let given: serde_json::Map<_, _> =
            filters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let target = AuditTarget::new("audit_log", format);
        let details = json!({"format": format, "filters": given});
        let entry = self.ports.audit_entry(actor, "audit.exported", target, details);
        self.ports.audit.record(&entry).await?;
        let ports = Arc::clone(&self.ports);
        Ok(AuditExport { ports, filter, after: None, ended: false, at: entry.at, filters, format })
    }
}

impl AuditExport {
    /// The next entries, newest first; none when there are no more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn next(&mut self) -> Result<Vec<AuditEntryView>, Error> {
        if self.ended {
            return Ok(Vec::new());
        }
        let entries = self.ports.audit.list(&self.filter, self.after, PIECE).await?;
        self.ended = entries.len() < usize::from(PIECE);
        self.after = entries.last().map(AuditCursor::after);
        Ok(entries.into_iter().map(AuditEntryView::from).collect())
    }
}
