//! Looking through the audit log.

use chinwag_domain::AuditCursor;

use crate::{
    Actor, Error,
    request::AuditQuery,
    support::{for_admins, use_case},
    view::{AuditEntryView, ListView},
};

use_case! {
    /// Entries of the audit log, for application admins.
    ListAuditLog
}

for_admins!(ListAuditLog, "audit.list");

impl ListAuditLog {
    /// The newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin, [`Error::Invalid`] for filters that
    /// do not fit.
    pub async fn execute(
        &self,
        actor: &Actor,
        query: AuditQuery,
    ) -> Result<ListView<AuditEntryView>, Error> {
        self.may(actor).await?;
        let (filter, limit, after) = query.parse()?;

        let limit = limit.get();
        let mut entries = self.ports.audit.list(&filter, after, limit + 1).await?;
        let more = entries.len() > usize::from(limit);
        entries.truncate(limit.into());
        let next = entries.last().filter(|_| more).map(AuditCursor::after);
        Ok(ListView {
            items: entries.into_iter().map(AuditEntryView::from).collect(),
            next_cursor: next.map(|cursor| cursor.to_string()),
            pages: None,
        })
    }
}
