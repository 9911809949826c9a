//! People, and how local accounts sign in.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob, text, text_null, uuid},
};

use crate::columns::{bytewise, drop_tables};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(users(manager)).await?;
        manager.create_table(credentials(manager)).await?;
        manager.create_table(sessions(manager)).await?;
        manager
            .create_index(
                Index::create().name("sessions_user").table("sessions").col("user_id").take(),
            )
            .await?;
        manager.create_table(refresh_tokens()).await?;
        manager
            .create_index(
                Index::create()
                    .name("refresh_tokens_session")
                    .table("refresh_tokens")
                    .col("session_id")
                    .take(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["refresh_tokens", "sessions", "credentials", "users"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn users(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(bytewise(manager, "id").primary_key())
        .col(text_null("username"))
        .col(text("name"))
        .col(text_null("avatar_url"))
        .col(text("role"))
        .col(big_integer_null("last_seen_at"))
        .col(big_integer_null("deactivated_at"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        // Id, username and name in lower case, for the directory's search.
        .col(text("search_text"))
        .take()
}

fn credentials(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("credentials")
        .col(bytewise(manager, "user_id").primary_key())
        .col(text("login").unique_key())
        .col(text("password_hash"))
        .foreign_key(ForeignKey::create().from("credentials", "user_id").to("users", "id"))
        .take()
}

fn sessions(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("sessions")
        .col(uuid("id").primary_key())
        .col(bytewise(manager, "user_id"))
        .col(text_null("user_agent"))
        .col(big_integer("created_at"))
        .col(big_integer("refreshed_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("revoked_at"))
        .foreign_key(ForeignKey::create().from("sessions", "user_id").to("users", "id"))
        .take()
}

fn refresh_tokens() -> TableCreateStatement {
    Table::create()
        .table("refresh_tokens")
        // SHA-256 of the token.
        .col(blob("hash").primary_key())
        .col(uuid("session_id"))
        // Of the newest there is none.
        .col(big_integer_null("used_at"))
        .foreign_key(ForeignKey::create().from("refresh_tokens", "session_id").to("sessions", "id"))
        .take()
}
