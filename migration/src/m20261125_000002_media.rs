//! Uploaded files, which messages show them, and secrets of the installation.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, blob_null, integer, text, uuid},
};

use crate::columns::{bytewise, drop_tables};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(media(manager)).await?;
        manager.create_table(message_media()).await?;
        manager.create_table(secrets(manager)).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["secrets", "message_media", "media"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn media(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("media")
        .col(uuid("id").primary_key())
        .col(bytewise(manager, "owner_id"))
        // slot, uploading, ready, doomed.
        .col(bytewise(manager, "state"))
        .col(text("kind"))
        .col(text("mime_type"))
        .col(text("name"))
        .col(big_integer("size"))
        .col(blob_null("sha256"))
        .col(text("storage_key"))
        .col(big_integer_null("width"))
        .col(big_integer_null("height"))
        .col(big_integer("created_at"))
        .col(big_integer_null("uploaded_at"))
        // Of what is ready: since when no message shows it, as far as is known. Null once a sweep
        // has seen that one does.
        .col(big_integer_null("unused_since"))
        // Of a slot.
        .col(blob_null("token_hash"))
        .col(big_integer_null("expires_at"))
        .take()
}

fn message_media() -> TableCreateStatement {
    Table::create()
        .table("message_media")
        .col(uuid("conversation_id"))
        .col(uuid("message_id"))
        .col(integer("position"))
        .col(uuid("media_id"))
        .primary_key(Index::create().col("conversation_id").col("message_id").col("position"))
        .take()
}

fn secrets(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("secrets")
        .col(bytewise(manager, "name").primary_key().take())
        .col(blob("value"))
        .take()
}

fn indexes() -> [IndexCreateStatement; 4] {
    let index = |name: &'static str, table: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table(table).take();
        for column in columns {
            index.col(*column);
        }
        index
    };
    [
        index("message_media_media", "message_media", &["media_id"]),
        index("media_owner", "media", &["owner_id", "id"]),
        // The sweep reads these two alone, however many files are in use.
        index("media_unfinished", "media", &["state", "created_at"])
            .and_where(Expr::col("state").ne("ready"))
            .take(),
        index("media_unused", "media", &["unused_since"])
            .and_where(Expr::col("unused_since").is_not_null())
            .take(),
    ]
}
