//! Conversations and who takes part in them.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, text, text_null, uuid},
};

use crate::columns::{bytewise, bytewise_null, drop_tables, leave_room};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(conversations(manager)).await?;
        leave_room(manager, "conversations").await?;
        manager.create_table(participants(manager)).await?;
        leave_room(manager, "participants").await?;
        manager
            .create_index(
                Index::create()
                    .name("participants_present")
                    .table("participants")
                    .col("user_id")
                    .and_where(Expr::col("left_at").is_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("participants_joined")
                    .table("participants")
                    .col("joined_at")
                    .and_where(Expr::col("left_at").is_null())
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("participants_revision")
                    .table("participants")
                    .col("conversation_id")
                    .col("revision")
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["participants", "conversations"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn conversations(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("conversations")
        .col(uuid("id").primary_key())
        .col(text("type"))
        .col(bytewise_null(manager, "direct_key").unique_key())
        .col(text_null("name"))
        .col(text_null("description"))
        .col(text_null("avatar_url"))
        .col(text_null("category"))
        // JSON.
        .col(text("permissions"))
        .col(text("history"))
        .col(bytewise(manager, "created_by"))
        .col(big_integer("last_seq"))
        .col(big_integer("revision"))
        .col(big_integer("members_revision"))
        .col(integer("participant_count"))
        .col(big_integer_null("last_message_at"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer_null("deleted_at"))
        // The name in lower case, for searching.
        .col(text_null("search_name"))
        .take()
}

fn participants(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("participants")
        .col(uuid("conversation_id"))
        .col(bytewise(manager, "user_id"))
        .col(text("role"))
        .col(big_integer("joined_at"))
        .col(big_integer("joined_revision"))
        .col(big_integer("history_from_seq"))
        .col(big_integer_null("left_at"))
        .col(big_integer("read_seq"))
        .col(big_integer("delivered_seq"))
        .col(big_integer("cleared_seq"))
        .col(big_integer_null("muted_until"))
        .col(big_integer_null("hidden_at"))
        .col(big_integer("revision"))
        .primary_key(Index::create().col("conversation_id").col("user_id"))
        .foreign_key(
            ForeignKey::create().from("participants", "conversation_id").to("conversations", "id"),
        )
        .foreign_key(ForeignKey::create().from("participants", "user_id").to("users", "id"))
        .take()
}
