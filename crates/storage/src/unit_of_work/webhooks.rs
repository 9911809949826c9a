//! Webhooks in a unit of work.

use async_trait::async_trait;
use chinwag_domain::{
    Webhook, WebhookId,
    ports::{StorageError, WebhookWrites},
};
use sea_orm::{EntityTrait, IntoActiveModel};

use super::SeaUnitOfWork;
use crate::{entity::webhook::Entity, error::from_db, rows};

#[async_trait]
impl WebhookWrites for SeaUnitOfWork {
    async fn insert_webhook(&mut self, webhook: &Webhook) -> Result<(), StorageError> {
        Entity::insert(rows::webhook_row(webhook).into_active_model())
            .exec_without_returning(&self.transaction)
            .await
            .map_err(from_db)?;
        Ok(())
    }

    async fn delete_webhook(&mut self, id: WebhookId) -> Result<bool, StorageError> {
        let gone = Entity::delete_by_id(id.uuid()).exec(&self.transaction).await;
        Ok(gone.map_err(from_db)?.rows_affected > 0)
    }
}
