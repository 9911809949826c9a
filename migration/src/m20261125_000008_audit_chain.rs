//! Where the chain of the audit log ends, kept apart from its entries so that
//! cutting the last ones off shows; and indexes in the order in which entries
//! are listed.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, blob, integer},
};

use crate::columns::drop_tables;

/// Indexes that end with the id, and what they begin with.
const BY_ID: [(&str, &str); 3] =
    [("audit_actor", "actor_id"), ("audit_action", "action"), ("audit_target", "target_id")];

/// Their successors, which end with time and id.
const BY_TIME: [(&str, &str); 3] = [
    ("audit_actor_at", "actor_id"),
    ("audit_action_at", "action"),
    ("audit_target_at", "target_id"),
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(audit_head()).await?;
        let before_the_first = Query::insert()
            .into_table("audit_head")
            .columns(["id", "number", "hash"])
            .values_panic([1.into(), 0_i64.into(), vec![0_u8; 32].into()])
            .take();
        manager.execute(before_the_first).await?;
        // After a step back and forth, the chain goes on where it ended.
        manager
            .get_connection()
            .execute_unprepared(
                "UPDATE audit_head SET (number, hash) = (SELECT number, hash FROM audit_log \
                 WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1) \
                 WHERE EXISTS (SELECT 1 FROM audit_log WHERE number IS NOT NULL)",
            )
            .await?;
        for (name, _) in BY_ID {
            manager.drop_index(Index::drop().name(name).table("audit_log").to_owned()).await?;
        }
        for (name, column) in BY_TIME {
            manager.create_index(index(name, &[column, "at", "id"])).await?;
        }
        manager.create_index(index("audit_at", &["at", "id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in BY_TIME.map(|(name, _)| name).into_iter().chain(["audit_at"]) {
            manager.drop_index(Index::drop().name(name).table("audit_log").to_owned()).await?;
        }
        for (name, column) in BY_ID {
            manager.create_index(index(name, &[column, "id"])).await?;
        }
        drop_tables(manager, &["audit_head"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn audit_head() -> TableCreateStatement {
    Table::create()
        .table("audit_head")
        // One row.
        .col(integer("id").primary_key())
        .col(big_integer("number"))
        .col(blob("hash"))
        .take()
}

fn index(name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table("audit_log").take();
    for column in columns {
        index.col(*column);
    }
    index
}
