//! Webhooks.

use async_trait::async_trait;
use chinwag_domain::{
    Webhook, WebhookId,
    ports::{StorageError, Webhooks},
};
use sea_orm::{EntityTrait, QueryOrder};

use crate::{
    Database,
    entity::webhook::{Column, Entity},
    error::from_db,
    rows,
};

/// Webhooks on PostgreSQL or SQLite.
#[derive(Debug, Clone)]
pub struct SeaWebhooks {
    database: Database,
}

impl SeaWebhooks {
    /// Webhooks of that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl Webhooks for SeaWebhooks {
    async fn all(&self) -> Result<Vec<Webhook>, StorageError> {
        let found = Entity::find().order_by_asc(Column::Id).all(self.database.reader()).await;
        found.map_err(from_db)?.into_iter().map(rows::webhook).collect()
    }

    async fn find(&self, id: WebhookId) -> Result<Option<Webhook>, StorageError> {
        let found = Entity::find_by_id(id.uuid()).one(self.database.reader()).await;
        found.map_err(from_db)?.map(rows::webhook).transpose()
    }
}
