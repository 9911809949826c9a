//! Indexes by which sign-ins and refresh tokens that are over are found.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sessions = Index::create()
            .name("sessions_over")
            .table("sessions")
            .col("expires_at")
            .col("id")
            .take();
        manager.create_index(sessions).await?;
        let tokens = Index::create()
            .name("refresh_tokens_used")
            .table("refresh_tokens")
            .col("used_at")
            .and_where(Expr::col("used_at").is_not_null())
            .take();
        manager.create_index(tokens).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in
            [("sessions_over", "sessions"), ("refresh_tokens_used", "refresh_tokens")]
        {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
