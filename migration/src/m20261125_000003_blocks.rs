//! Who wants nothing to do with whom.

use sea_orm_migration::{prelude::*, schema::big_integer};

use crate::columns::{bytewise, drop_tables};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("blocks")
                    .col(bytewise(manager, "blocker_id"))
                    .col(bytewise(manager, "blocked_id"))
                    .col(big_integer("at"))
                    .primary_key(Index::create().col("blocker_id").col("blocked_id"))
                    .take(),
            )
            .await?;
        let index = Index::create().name("blocks_blocked").table("blocks").col("blocked_id").take();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["blocks"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
