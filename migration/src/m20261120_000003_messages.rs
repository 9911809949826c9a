//! Messages and what they said before they were edited.
//!
//! No foreign keys here: both tables are written only under the lock of the
//! conversation, by statements that have just read it and the sender, and a
//! check per row would cost the write path more than the insert itself.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, boolean, text, text_null, uuid, uuid_null},
};

use crate::columns::{bytewise, bytewise_null, drop_tables};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(messages(manager)).await?;
        for index in message_indexes() {
            manager.create_index(index).await?;
        }
        manager.create_table(message_edits()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["message_edits", "messages"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn messages(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("messages")
        .col(uuid("conversation_id"))
        .col(big_integer("seq"))
        .col(uuid("id"))
        .col(bytewise(manager, "sender_id"))
        .col(bytewise_null(manager, "client_id"))
        // Stands for conversation, sender and client_id, which are unique together. An index
        // over the three would begin like others, and a plan could take one of those instead:
        // as long as the database knows little about a new table, they all look alike.
        .col(uuid_null("client_key"))
        .col(blob("request_hash"))
        .col(big_integer_null("client_created_at"))
        .col(text("kind"))
        .col(text_null("content"))
        // JSON.
        .col(text_null("payload"))
        .col(uuid_null("reply_to"))
        .col(big_integer("created_at"))
        .col(big_integer_null("edited_at"))
        .col(big_integer_null("deleted_at"))
        .col(bytewise_null(manager, "deleted_by"))
        .col(big_integer("revision"))
        // Whether it counts as unread for others.
        .col(boolean("counted"))
        // The content in lower case, for searching.
        .col(text_null("search_text"))
        .primary_key(Index::create().col("conversation_id").col("seq"))
        .take()
}

fn message_indexes() -> [IndexCreateStatement; 5] {
    let index = |name: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table("messages").take();
        for column in columns {
            index.col(*column);
        }
        index
    };
    [
        index("messages_id", &["id"]).unique().take(),
        index("messages_client_key", &["client_key"]).unique().take(),
        index("messages_revision", &["conversation_id", "revision"]),
        index("messages_sender", &["conversation_id", "sender_id", "seq"]),
        index("messages_uncounted", &["conversation_id", "seq"])
            .and_where(Expr::col("counted").not())
            .take(),
    ]
}

fn message_edits() -> TableCreateStatement {
    Table::create()
        .table("message_edits")
        .col(uuid("conversation_id"))
        .col(uuid("message_id"))
        // Of the change that replaced the text.
        .col(big_integer("revision"))
        .col(big_integer("at"))
        .col(text_null("previous"))
        .primary_key(Index::create().col("conversation_id").col("message_id").col("revision"))
        .take()
}
