//! Addresses of a host application that are told of changes.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text, uuid},
};

use crate::columns::{bytewise, drop_tables};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(webhooks(manager)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["webhooks"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn webhooks(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("webhooks")
        .col(uuid("id").primary_key())
        .col(text("url"))
        // A JSON list of names; empty: everything.
        .col(text("events"))
        // As it is: deliveries are signed with it.
        .col(text("secret"))
        .col(bytewise(manager, "created_by"))
        .col(big_integer("created_at"))
        .take()
}
