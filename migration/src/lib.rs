//! The schema, as a row of changes that are applied one after the other.
//!
//! One file per change; a change that has been released is never edited. Every
//! change says how it is undone. The same changes serve PostgreSQL and SQLite.
//! Nothing here decides when they run: see `chinwag_storage::Database`.

mod columns;
mod m20261120_000001_accounts;
mod m20261120_000002_conversations;
mod m20261120_000003_messages;
mod m20261120_000004_reactions_and_receipts;
mod m20261125_000001_jobs_and_audit;
mod m20261125_000002_media;
mod m20261125_000003_blocks;
mod m20261125_000004_webhooks;
mod m20261125_000005_devices;
mod m20261125_000006_users_of_a_host;
mod m20261125_000007_search;
mod m20261125_000008_audit_chain;
mod m20261125_000010_heads_of_lanes;
mod m20261125_000011_looking_back;
mod m20261125_000012_receivers_of_jobs;
mod m20261125_000013_over;
mod m20261125_000014_counted_jobs;

use std::collections::HashSet;

use sea_orm_migration::{
    DbErr, MigrationTrait, SchemaManager, async_trait, sea_orm::EntityTrait, seaql_migrations,
};
pub use sea_orm_migration::{IntoSchemaManagerConnection, MigratorTrait};

/// All changes, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261120_000001_accounts::Migration),
            Box::new(m20261120_000002_conversations::Migration),
            Box::new(m20261120_000003_messages::Migration),
            Box::new(m20261120_000004_reactions_and_receipts::Migration),
            Box::new(m20261125_000001_jobs_and_audit::Migration),
            Box::new(m20261125_000002_media::Migration),
            Box::new(m20261125_000003_blocks::Migration),
            Box::new(m20261125_000004_webhooks::Migration),
            Box::new(m20261125_000005_devices::Migration),
            Box::new(m20261125_000006_users_of_a_host::Migration),
            Box::new(m20261125_000007_search::Migration),
            Box::new(m20261125_000008_audit_chain::Migration),
            Box::new(m20261125_000010_heads_of_lanes::Migration),
            Box::new(m20261125_000011_looking_back::Migration),
            Box::new(m20261125_000012_receivers_of_jobs::Migration),
            Box::new(m20261125_000013_over::Migration),
            Box::new(m20261125_000014_counted_jobs::Migration),
        ]
    }
}

/// The names of the changes that a database has, known to this program or not.
/// Writes nothing.
///
/// # Errors
/// When the database fails.
pub async fn applied<'c, C>(database: C) -> Result<HashSet<String>, DbErr>
where
    C: IntoSchemaManagerConnection<'c>,
{
    let manager = SchemaManager::new(database);
    if !manager.has_table("seaql_migrations").await? {
        return Ok(HashSet::new());
    }
    let rows = seaql_migrations::Entity::find().all(manager.get_connection()).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

/// The names of all changes, oldest first.
pub fn known() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}
