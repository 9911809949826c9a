//! Jobs and audit entries in a unit of work.

use async_trait::async_trait;
use chinwag_domain::{
    Job, JobId, NewAuditEntry, NewJob, Timestamp, UserId,
    ports::{AuditWrites, JobWrites, StorageError},
};

use super::SeaUnitOfWork;
use crate::{audit, error::from_db, jobs};

#[async_trait]
impl JobWrites for SeaUnitOfWork {
    async fn enqueue(&mut self, jobs: &[NewJob]) -> Result<(), StorageError> {
        jobs::insert(&self.transaction, jobs).await.map_err(from_db)
    }

    async fn finish_job(&mut self, job: &Job) -> Result<bool, StorageError> {
        jobs::finish(&self.transaction, job).await
    }

    async fn revive_job(&mut self, id: JobId, now: Timestamp) -> Result<bool, StorageError> {
        jobs::revive(&self.transaction, id, now).await
    }

    async fn discard_job(&mut self, id: JobId) -> Result<bool, StorageError> {
        jobs::discard(&self.transaction, id).await
    }
}

#[async_trait]
impl AuditWrites for SeaUnitOfWork {
    async fn record(&mut self, entry: &NewAuditEntry) -> Result<(), StorageError> {
        audit::record(&self.transaction, entry).await
    }

    async fn erase_personal(&mut self, user: &UserId) -> Result<(), StorageError> {
        audit::erase_personal(&self.transaction, user).await
    }
}
