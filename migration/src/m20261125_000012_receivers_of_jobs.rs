//! Who is waited for while a job of a lane runs, so that one receiver that does
//! not answer takes no more than its part of a worker. Jobs that wait already
//! name nobody, and are done as before.

use sea_orm_migration::{prelude::*, schema::text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let receiver = Table::alter().table("jobs").add_column(text_null("receiver")).take();
        manager.alter_table(receiver).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let receiver = Table::alter().table("jobs").drop_column("receiver").take();
        manager.alter_table(receiver).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
