//! What the database's errors mean to the callers of the ports.

use chinwag_domain::ports::StorageError;
use sea_orm::{DbErr, RuntimeErr};

/// What may be done about a failed statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Others were in the way: nothing was written, and the same transaction may well succeed now.
    Contention,
    /// The database cannot be reached or has no room; the outcome of a commit is unknown.
    Unavailable,
    /// A fault in what was asked.
    Fault,
}

/// The error of a port for an error of the database.
pub(crate) fn from_db(error: DbErr) -> StorageError {
    match classify(&error) {
        Failure::Contention | Failure::Unavailable => StorageError::unavailable(error),
        Failure::Fault => StorageError::internal(error),
    }
}

/// For what comes out of `COMMIT`: nobody knows whether it was done.
pub(crate) fn lost_commit(error: DbErr) -> StorageError {
    StorageError::unavailable(error)
}

/// A stored row that makes no sense.
pub(crate) fn corrupt(what: &'static str) -> StorageError {
    StorageError::internal(format!("stored row: {what}"))
}

/// Sorts an error of the database.
pub(crate) fn classify(error: &DbErr) -> Failure {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Failure::Unavailable,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            classify_driver(error)
        }
        _ => Failure::Fault,
    }
}

fn classify_driver(error: &sqlx::Error) -> Failure {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => Failure::Unavailable,
        sqlx::Error::Database(error) => match error.code() {
            Some(code) if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() => {
                classify_sqlite(&code)
            }
            Some(code) => classify_postgres(&code),
            None => Failure::Fault,
        },
        _ => Failure::Fault,
    }
}

/// By SQLSTATE (PostgreSQL manual, appendix A).
fn classify_postgres(code: &str) -> Failure {
    match code {
        // serialization_failure, deadlock_detected, lock_not_available
        "40001" | "40P01" | "55P03" => Failure::Contention,
        // query_canceled (timeout), idle_in_transaction_session_timeout, read_only_sql_transaction (a standby)
        "57014" | "25P03" | "25006" => Failure::Unavailable,
        // connection, resources, operator intervention, system errors
        _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => {
            Failure::Unavailable
        }
        _ => Failure::Fault,
    }
}

/// By result code (sqlite.org/rescode.html); the low byte is the primary one.
fn classify_sqlite(code: &str) -> Failure {
    match code.parse::<i32>().map(|code| code & 0xff) {
        // BUSY, LOCKED
        Ok(5 | 6) => Failure::Contention,
        // IOERR, FULL, CANTOPEN, PROTOCOL
        Ok(10 | 13 | 14 | 15) => Failure::Unavailable,
        _ => Failure::Fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passing_failures_are_told_from_faults() {
        assert_eq!(classify_postgres("40P01"), Failure::Contention);
        assert_eq!(classify_postgres("55P03"), Failure::Contention);
        assert_eq!(classify_postgres("57P01"), Failure::Unavailable);
        assert_eq!(classify_postgres("53300"), Failure::Unavailable);
        assert_eq!(classify_postgres("23505"), Failure::Fault);
        assert_eq!(classify_sqlite("517"), Failure::Contention); // BUSY_SNAPSHOT
        assert_eq!(classify_sqlite("13"), Failure::Unavailable);
        assert_eq!(classify_sqlite("2067"), Failure::Fault); // CONSTRAINT_UNIQUE
    }

    #[test]
    fn a_full_pool_is_unavailable() {
        let error = DbErr::ConnectionAcquire(sea_orm::error::ConnAcquireErr::Timeout);
        assert!(matches!(from_db(error), StorageError::Unavailable(_)));
        let error = DbErr::Query(RuntimeErr::SqlxError(std::sync::Arc::new(sqlx::Error::Io(
            std::io::Error::other("gone"),
        ))));
        assert!(matches!(from_db(error), StorageError::Unavailable(_)));
        assert!(matches!(from_db(DbErr::Custom("x".into())), StorageError::Internal(_)));
    }
}
