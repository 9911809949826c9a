//! SQLite: one writing connection, readers beside it.

use std::{path::PathBuf, time::Duration};

use sea_orm::{DatabaseConnection, SqlxSqliteConnector};
use sqlx::{
    ConnectOptions as _,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{ConnectError, Database, DatabaseOptions};
use crate::folder::make_folder;

/// Readers, whatever is asked for: more only take turns on the processor.
const MAX_READERS: u32 = 8;

pub(super) async fn connect(options: &DatabaseOptions) -> Result<Database, ConnectError> {
    let file: SqliteConnectOptions = options.url.parse().map_err(ConnectError::BadUrl)?;
    let in_memory = is_in_memory(&options.url);
    if !in_memory && let Some(folder) = file.get_filename().parent() {
        make_folder(folder).map_err(ConnectError::Folder)?;
    }
    let file = file
        .journal_mode(SqliteJournalMode::Wal)
        // Acknowledged means on the disk.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // Another process may be writing.
        .busy_timeout(options.lock_timeout)
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-16000")
        .disable_statement_logging();
    let writer = pool(options, file.clone(), 1).await?;
    let reader = if in_memory {
        // Every further connection would open an empty database of its own.
        writer.clone()
    } else {
        let readers = options.max_connections.saturating_sub(1).clamp(1, MAX_READERS);
        pool(options, file.pragma("query_only", "ON"), readers).await?
    };
    Ok(Database { reader, batches: writer.clone(), writer, options: options.clone() })
}

/// See [`DatabaseOptions::check`].
pub(super) fn check(url: &str) -> Result<(), ConnectError> {
    url.parse::<SqliteConnectOptions>().map(drop).map_err(ConnectError::BadUrl)
}

/// See [`DatabaseOptions::sqlite_file`].
pub(super) fn file(url: &str) -> Option<PathBuf> {
    if !url.starts_with("sqlite:") || is_in_memory(url) {
        return None;
    }
    let file: SqliteConnectOptions = url.parse().ok()?;
    Some(file.get_filename().to_owned())
}

fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

async fn pool(
    options: &DatabaseOptions,
    file: SqliteConnectOptions,
    connections: u32,
) -> Result<DatabaseConnection, ConnectError> {
    let pool = SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(options.acquire_timeout)
        // An idle connection costs nothing, and with the last one a database in memory is gone.
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .test_before_acquire(false)
        .connect_with(file)
        .await
        .map_err(ConnectError::Unreachable)?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}
