//! PostgreSQL: one pool for the batches, one for everything else.

use std::time::Duration;

use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use sqlx::{
    ConnectOptions as _, Connection as _,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{ConnectError, Database, DatabaseOptions};

/// Messages and receipts commit side by side; one more, because a connection
/// is checked after use before it can be used again.
const BATCH_CONNECTIONS: u32 = 3;

/// A connection that lay idle for so long is tried before it is handed out:
/// the server may have been restarted meanwhile.
const SUSPECT_AFTER: Duration = Duration::from_secs(5);

/// The statements of a batch look up rows by their keys, and all they touch was
/// touched a moment ago. Prepared while a table was small, they could otherwise
/// be left with a plan that reads it whole until its statistics come.
const BY_KEY: [(&str, &str); 6] = [
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_material", "off"),
    ("random_page_cost", "0.1"),
    // The planner takes what is off for very dear, and compiles what is dear.
    ("jit", "off"),
];

pub(super) async fn connect(options: &DatabaseOptions) -> Result<Database, ConnectError> {
    let server = server(options)?.options([
        ("lock_timeout", options.lock_timeout.as_millis().to_string()),
        ("statement_timeout", options.statement_timeout.as_millis().to_string()),
        // A unit of work never waits for anything but the database.
        ("idle_in_transaction_session_timeout", options.statement_timeout.as_millis().to_string()),
    ]);
    let shared = options.max_connections.saturating_sub(BATCH_CONNECTIONS).max(1);
    let batches = pool(options, server.clone().options(BY_KEY), BATCH_CONNECTIONS).await?;
    let writer = pool(options, server, shared).await?;
    Ok(Database { reader: writer.clone(), writer, batches, options: options.clone() })
}

/// See [`DatabaseOptions::check`].
pub(super) fn check(url: &str) -> Result<(), ConnectError> {
    url.parse::<PgConnectOptions>().map(drop).map_err(ConnectError::BadUrl)
}

/// A single connection without limits of time, for migrations.
pub(crate) async fn dedicated(
    options: &DatabaseOptions,
) -> Result<DatabaseConnection, ConnectError> {
    pool(options, server(options)?, 1).await
}

fn server(options: &DatabaseOptions) -> Result<PgConnectOptions, ConnectError> {
    let server: PgConnectOptions = options.url.parse().map_err(ConnectError::BadUrl)?;
    Ok(server.application_name("chinwag").disable_statement_logging())
}

async fn pool(
    options: &DatabaseOptions,
    server: PgConnectOptions,
    connections: u32,
) -> Result<DatabaseConnection, ConnectError> {
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection, idle| {
            Box::pin(async move {
                if idle.idle_for >= SUSPECT_AFTER {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(server.clone())
        .await;
    match pool {
        Ok(pool) => Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool)),
        Err(sqlx::Error::PoolTimedOut) => {
            Err(ConnectError::Unreachable(waited_for(&server, options.acquire_timeout).await))
        }
        Err(error) => Err(ConnectError::Unreachable(error)),
    }
}

/// Why a pool waited in vain: it tries again while a server starts or has no connection left, and says only
/// that it has waited. A connection of its own says what for.
async fn waited_for(server: &PgConnectOptions, patience: Duration) -> sqlx::Error {
    match tokio::time::timeout(patience, server.connect()).await {
        Ok(Err(error)) => error,
        Ok(Ok(_)) | Err(_) => sqlx::Error::PoolTimedOut,
    }
}
