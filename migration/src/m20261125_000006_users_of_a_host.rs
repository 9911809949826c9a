//! That a person was erased, and finding who was deactivated or signed out lately.

use sea_orm_migration::{prelude::*, schema::big_integer_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let erased = Table::alter().table("users").add_column(big_integer_null("erased_at")).take();
        manager.alter_table(erased).await?;
        // Nearly everybody has null here, and is not in the index.
        for (name, table, column) in INDEXES {
            let index = Index::create()
                .name(name)
                .table(table)
                .col(column)
                .and_where(Expr::col(column).is_not_null())
                .take();
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, _) in INDEXES {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        let erased = Table::alter().table("users").drop_column("erased_at").take();
        manager.alter_table(erased).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const INDEXES: [(&str, &str, &str); 2] = [
    ("users_deactivated", "users", "deactivated_at"),
    ("sessions_revoked", "sessions", "revoked_at"),
];
