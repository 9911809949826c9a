//! Opening the database: which one, how many connections, which limits.
//!
//! Readers and writers have pools of their own, so that many readers never
//! keep a message from being stored. SQLite has one writing connection, because
//! it has one writer; PostgreSQL has a few for the batches, apart from those
//! that units of work and readers share.

mod postgres;
mod sqlite;

use std::{fmt, path::PathBuf, time::Duration};

use chinwag_domain::ports::StorageError;
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::{error::from_db, meters};
pub(crate) use postgres::dedicated;

/// Where the database is and how it may be used.
#[derive(Clone)]
pub struct DatabaseOptions {
    /// `sqlite://path?mode=rwc`, `sqlite::memory:` or `postgres://user:password@host/name`.
    pub url: String,
    /// Connections at most, over all pools; at least 4 are taken.
    pub max_connections: u32,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// How long to wait for a lock that somebody else holds.
    pub lock_timeout: Duration,
    /// How long one statement may take (PostgreSQL; migrations are exempt).
    pub statement_timeout: Duration,
}

impl DatabaseOptions {
    /// The defaults: 20 connections, 5 s for a connection or a lock, 30 s for a statement.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 20,
            acquire_timeout: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
        }
    }

    /// Whether the URL can be read; nothing is opened.
    ///
    /// # Errors
    /// [`ConnectError::BadUrl`] and [`ConnectError::UnknownScheme`].
    pub fn check(&self) -> Result<(), ConnectError> {
        match Engine::of(&self.url)? {
            Engine::Sqlite => sqlite::check(&self.url),
            Engine::Postgres => postgres::check(&self.url),
        }
    }

    /// The file of a SQLite database, as the URL names it; `None` where there is none.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        sqlite::file(&self.url)
    }
}

// Without the URL, which may hold a password.
impl fmt::Debug for DatabaseOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseOptions")
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

/// Which database a URL means.
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    fn of(url: &str) -> Result<Self, ConnectError> {
        if url.starts_with("sqlite:") {
            Ok(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres)
        } else {
            Err(ConnectError::UnknownScheme)
        }
    }
}

/// Why the database could not be opened. Never holds the URL.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Neither `sqlite:` nor `postgres://`.
    #[error("the database URL must begin with sqlite: or postgres://")]
    UnknownScheme,
    /// The rest of the URL makes no sense.
    #[error("the database URL cannot be read")]
    BadUrl(#[source] sqlx::Error),
    /// The folder of the SQLite file cannot be made.
    #[error("the folder of the database file cannot be made")]
    Folder(#[source] std::io::Error),
    /// It does not answer, or refuses.
    #[error("the database cannot be reached")]
    Unreachable(#[source] sqlx::Error),
}

/// Why a server that answers lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It has no database of that name.
    NoDatabase,
    /// It does not know the user, or not with that password.
    NotThisUser,
    /// It has no connection left.
    Full,
}

impl ConnectError {
    /// What the server said, where it is something that an operator can mend there.
    pub fn refusal(&self) -> Option<Refusal> {
        let Self::Unreachable(sqlx::Error::Database(error)) = self else { return None };
        match &*error.code()? {
            // invalid_catalog_name
            "3D000" => Some(Refusal::NoDatabase),
            // invalid_authorization_specification, invalid_password
            "28000" | "28P01" => Some(Refusal::NotThisUser),
            // too_many_connections
            "53300" => Some(Refusal::Full),
            _ => None,
        }
    }
}

/// An open database. Clones share the connections.
#[derive(Clone)]
pub struct Database {
    /// Reads; with SQLite they cannot write.
    reader: DatabaseConnection,
    /// Units of work.
    writer: DatabaseConnection,
    /// The batches of messages and receipts.
    batches: DatabaseConnection,
    options: DatabaseOptions,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("backend", &self.backend()).finish_non_exhaustive()
    }
}

impl Database {
    /// Opens the database; the SQLite file and its folder are made where they are missing
    /// (`mode=rwc`).
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn connect(options: &DatabaseOptions) -> Result<Self, ConnectError> {
        match Engine::of(&options.url)? {
            Engine::Sqlite => sqlite::connect(options).await,
            Engine::Postgres => postgres::connect(options).await,
        }
    }

    /// Whether it answers; for readiness.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StorageError> {
        self.reader.ping().await.map_err(from_db)
    }

    /// Whether it can be written, once the schema is there: writes nothing, but as a writer.
    ///
    /// # Errors
    /// When it cannot, such as a file or a standby that can only be read.
    pub async fn check_writable(&self) -> Result<(), StorageError> {
        let nothing = "UPDATE users SET id = id WHERE 1 = 0";
        self.writer.execute_unprepared(nothing).await.map(drop).map_err(from_db)
    }

    /// Sets the gauges of the pools; for just before they are read.
    pub fn observe(&self) {
        let pools =
            [("reader", &self.reader), ("writer", &self.writer), ("batches", &self.batches)];
        for (name, pool) in pools {
            if self.backend() == DbBackend::Postgres {
                let pool = pool.get_postgres_connection_pool();
                let most = pool.options().get_max_connections();
                meters::pool(name, pool.size(), pool.num_idle(), most);
            } else {
                let pool = pool.get_sqlite_connection_pool();
                let most = pool.options().get_max_connections();
                meters::pool(name, pool.size(), pool.num_idle(), most);
            }
        }
    }

    /// Closes all connections, once the work on them is done.
    pub async fn close(&self) {
        for pool in [&self.batches, &self.writer, &self.reader] {
            if let Err(error) = pool.close_by_ref().await {
                tracing::warn!(%error, "closing the database");
            }
        }
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    pub(crate) fn options(&self) -> &DatabaseOptions {
        &self.options
    }

    /// For reading outside of any transaction.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For single writing statements; for several see [`Database::begin`].
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Begins a unit of work.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        begin(&self.writer).await
    }

    /// Begins a batch of messages or receipts.
    pub(crate) async fn begin_batch(&self) -> Result<DatabaseTransaction, DbErr> {
        begin(&self.batches).await
    }
}

/// Begins a transaction that writes. On SQLite it takes the write lock at once:
/// one that first reads and then writes would fail whenever another wrote meanwhile.
pub(crate) async fn begin(pool: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    pool.begin_with_options(TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    })
    .await
}
