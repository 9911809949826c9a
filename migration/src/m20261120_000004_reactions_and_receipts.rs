//! What people answer without words, and how far they have come.
//!
//! No foreign keys, for the reason given with the messages.

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
        manager.create_table(reactions(manager)).await?;
        manager.create_table(receipts(manager)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["receipts", "reactions"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn reactions(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("reactions")
        .col(uuid("conversation_id"))
        .col(uuid("message_id"))
        .col(bytewise(manager, "user_id"))
        .col(bytewise(manager, "emoji"))
        // That the message had: later reactions to it have a higher one.
        .col(big_integer("revision"))
        .primary_key(
            Index::create().col("conversation_id").col("message_id").col("user_id").col("emoji"),
        )
        .take()
}

/// One row per mark that moved a pointer, not per message.
fn receipts(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("receipts")
        .col(uuid("conversation_id"))
        .col(bytewise(manager, "user_id"))
        .col(text("kind"))
        .col(big_integer("up_to_seq"))
        .col(big_integer("at"))
        .primary_key(
            Index::create().col("conversation_id").col("user_id").col("kind").col("up_to_seq"),
        )
        .take()
}
