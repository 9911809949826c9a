//! Jobs that follow from changes, and the audit log. Both are written in the
//! transaction of their cause.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, blob_null, integer, text, text_null, uuid},
};

use crate::columns::{bytewise, bytewise_null, drop_tables};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(jobs(manager)).await?;
        manager.create_table(audit_log(manager)).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["audit_log", "jobs"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn jobs(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("jobs")
        .col(uuid("id").primary_key())
        .col(bytewise(manager, "kind"))
        // Jobs of one lane run one at a time, by position.
        .col(bytewise_null(manager, "lane"))
        .col(big_integer("position"))
        // JSON.
        .col(text("payload"))
        .col(text("state"))
        .col(integer("attempts"))
        // While it waits: not before. While it runs: the end of its lease.
        .col(big_integer("due_at"))
        .col(text_null("last_error"))
        .col(big_integer("created_at"))
        .take()
}

fn audit_log(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("audit_log")
        .col(uuid("id").primary_key())
        .col(big_integer("at"))
        .col(bytewise_null(manager, "actor_id"))
        .col(bytewise(manager, "action"))
        .col(bytewise(manager, "target_type"))
        .col(bytewise(manager, "target_id"))
        // Both may be erased: the chain does not cover them.
        .col(text_null("ip"))
        .col(text_null("details"))
        // Given by the worker that seals: 1, 2, 3 …
        .col(big_integer_null("number"))
        .col(blob_null("previous_hash"))
        .col(blob_null("hash"))
        .take()
}

fn indexes() -> [IndexCreateStatement; 7] {
    let index = |name: &'static str, table: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table(table).take();
        for column in columns {
            index.col(*column);
        }
        index
    };
    [
        index("jobs_due", "jobs", &["due_at", "id"])
            .and_where(Expr::col("state").ne("dead"))
            .take(),
        index("jobs_lane", "jobs", &["lane", "position", "id"])
            .and_where(Expr::col("lane").is_not_null())
            .take(),
        index("audit_number", "audit_log", &["number"]).unique().take(),
        index("audit_unsealed", "audit_log", &["id"])
            .and_where(Expr::col("number").is_null())
            .take(),
        index("audit_actor", "audit_log", &["actor_id", "id"]),
        index("audit_action", "audit_log", &["action", "id"]),
        index("audit_target", "audit_log", &["target_id", "id"]),
    ]
}
