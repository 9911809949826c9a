//! What operators do about jobs that were given up.

use chinwag_domain::{AuditTarget, JobId};
use serde_json::json;

use crate::{
    Actor, Error, request,
    support::{for_admins, use_case},
};

use_case! {
    /// Has a dead job tried again, as often as the first time.
    RetryJob
}

use_case! {
    /// Forgets a dead job.
    DiscardJob
}

for_admins!(RetryJob, "jobs.retry");

impl RetryJob {
    /// `body` has no fields.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin, [`Error::NotFound`] for what is no dead
    /// job.
    pub async fn execute(&self, actor: &Actor, id: JobId, body: &[u8]) -> Result<(), Error> {
        self.may(actor).await?;
        request::nothing(body)?;

        let mut unit = self.ports.units.begin().await?;
        if !unit.revive_job(id, self.ports.clock.now()).await? {
            return Err(Error::NotFound);
        }
        let target = AuditTarget::new("job", id);
        unit.record(&self.ports.audit_entry(actor, "job.retried", target, json!({}))).await?;
        Ok(unit.commit().await?)
    }
}

for_admins!(DiscardJob, "jobs.discard");

impl DiscardJob {
    /// # Errors
    /// As for [`RetryJob::execute`].
    pub async fn execute(&self, actor: &Actor, id: JobId) -> Result<(), Error> {
        self.may(actor).await?;

        let mut unit = self.ports.units.begin().await?;
        if !unit.discard_job(id).await? {
            return Err(Error::NotFound);
        }
        let target = AuditTarget::new("job", id);
        unit.record(&self.ports.audit_entry(actor, "job.discarded", target, json!({}))).await?;
        Ok(unit.commit().await?)
    }
}
