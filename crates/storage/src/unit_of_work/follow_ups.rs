//! Jobs and audit entries in a unit of work.

use async_trait::async_trait;
use chinwag_domain::{
    Job, JobId, NewAuditEntry, NewJob, Timestamp,
    ports::{AuditWrites, JobWrites, StorageError},
};
use sea_orm::{EntityTrait, Set};

use super::SeaUnitOfWork;
use crate::{entity::audit_entry, error::from_db, jobs};

#[async_trait]
impl JobWrites for SeaUnitOfWork {
    async fn enqueue(&mut self, jobs: &[NewJob]) -> Result<(), StorageError> {
        jobs::insert(&self.transaction, jobs).await
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
        let row = audit_entry::ActiveModel {
            id: Set(entry.id.uuid()),
            at: Set(entry.at.millis()),
            actor_id: Set(entry.actor_id.as_ref().map(ToString::to_string)),
            action: Set(entry.action.to_owned()),
            target_type: Set(entry.target.kind.to_owned()),
            target_id: Set(entry.target.id.clone()),
            ip: Set(entry.ip.map(|ip| ip.to_string())),
            details: Set(Some(entry.details.to_string())),
            ..Default::default()
        };
        audit_entry::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(from_db)?;
        Ok(())
    }
}
