//! Columns and steps that several changes need. Changing what a function here
//! makes would change the past: add another instead.

use sea_orm_migration::{prelude::*, schema::text, sea_orm::DbBackend};

/// A text that is compared and sorted byte by byte in both databases, whatever
/// the locale of the cluster: people's ids, emoji.
pub fn bytewise(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = text(name);
    if manager.get_database_backend() == DbBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}

/// Like [`bytewise`], of something that may be absent.
pub fn bytewise_null(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    bytewise(manager, name).null().take()
}

/// Leaves room in the pages of tables whose rows are updated with almost every
/// message, so that PostgreSQL can keep the new version beside the old one
/// without touching an index.
pub async fn leave_room(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Postgres {
        let sql = format!("ALTER TABLE {table} SET (fillfactor = 70)");
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Undoes a change that made these tables, the last one first.
pub async fn drop_tables(manager: &SchemaManager<'_>, names: &[&'static str]) -> Result<(), DbErr> {
    for name in names {
        manager.drop_table(Table::drop().table(*name).take()).await?;
    }
    Ok(())
}
