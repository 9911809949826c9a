//! Bringing the schema up to date, one process at a time.

use std::collections::HashSet;

use chinwag_migration::{
    IntoSchemaManagerConnection, Migrator, MigratorTrait as _, applied, known,
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, DbErr, Statement};

use crate::connect::{ConnectError, Database, dedicated};

/// Key of the PostgreSQL advisory lock that a migrating process holds ("chinwag" in ASCII).
const LOCK_KEY: i64 = 0x63_6869_6e77_6167;

/// One change of the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Its name; names sort by age.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
    /// Whether this program knows it; if not, a newer one has applied it.
    pub known: bool,
}

/// Why the schema was not changed.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A newer program has changed it: this one would not understand what it reads.
    #[error(
        "the database has migrations that this program does not know ({0}): a newer one has changed it. \
         Use the version that ran last, or restore a backup from before it"
    )]
    TooNew(String),
    /// A change failed; those before it are applied, it left nothing behind.
    #[error("a migration failed")]
    Failed(#[source] DbErr),
    /// No connection for it.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

impl From<DbErr> for MigrateError {
    fn from(error: DbErr) -> Self {
        Self::Failed(error)
    }
}

impl Database {
    /// Applies what is missing. Of several processes that start together, one
    /// does it and the others wait.
    ///
    /// # Errors
    /// See [`MigrateError`].
    pub async fn migrate_up(&self) -> Result<(), MigrateError> {
        self.migrate(Step::Up).await
    }

    /// Undoes the last `steps` changes, and with them what is stored in their tables.
    ///
    /// # Errors
    /// See [`MigrateError`].
    pub async fn migrate_down(&self, steps: u32) -> Result<(), MigrateError> {
        self.migrate(Step::Down(steps)).await
    }

    /// All changes that this program knows, oldest first. Writes nothing.
    ///
    /// # Errors
    /// See [`MigrateError`]; [`MigrateError::TooNew`] too.
    pub async fn migration_status(&self) -> Result<Vec<MigrationState>, MigrateError> {
        let changes = self.all_migrations().await?;
        let strange = changes.iter().filter(|change| !change.known);
        let strange: Vec<_> = strange.map(|change| change.name.as_str()).collect();
        refuse_strange(&strange)?;
        Ok(changes)
    }

    /// The same, and after them those that only a newer program knows. Writes nothing.
    ///
    /// # Errors
    /// See [`MigrateError`].
    pub async fn all_migrations(&self) -> Result<Vec<MigrationState>, MigrateError> {
        let mut applied = applied(self.reader()).await?;
        let known = known().into_iter();
        let mut changes: Vec<_> = known
            .map(|name| MigrationState { applied: applied.remove(&name), name, known: true })
            .collect();
        let mut strange: Vec<_> = applied.into_iter().collect();
        strange.sort_unstable();
        let strange = strange.into_iter();
        changes.extend(strange.map(|name| MigrationState { name, applied: true, known: false }));
        Ok(changes)
    }

    async fn migrate(&self, step: Step) -> Result<(), MigrateError> {
        match self.backend() {
            DbBackend::Postgres => self.migrate_postgres(step).await,
            _ => self.migrate_sqlite(step).await,
        }
    }

    /// All steps in one transaction, which holds the write lock of the file.
    async fn migrate_sqlite(&self, step: Step) -> Result<(), MigrateError> {
        let transaction = self.begin().await?;
        step.run(&transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// On a connection of its own, because the lock belongs to the connection;
    /// it ends with it, however that ends.
    async fn migrate_postgres(&self, step: Step) -> Result<(), MigrateError> {
        let connection = dedicated(self.options()).await?;
        let outcome = locked(&connection, step).await;
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "closing the migrating connection");
        }
        outcome
    }
}

async fn locked(connection: &DatabaseConnection, step: Step) -> Result<(), MigrateError> {
    let lock =
        |sql: &str| Statement::from_sql_and_values(DbBackend::Postgres, sql, [LOCK_KEY.into()]);
    connection.execute_raw(lock("SELECT pg_advisory_lock($1)")).await?;
    step.run(connection).await?;
    connection.execute_raw(lock("SELECT pg_advisory_unlock($1)")).await?;
    Ok(())
}

#[derive(Clone, Copy)]
enum Step {
    Up,
    Down(u32),
}

impl Step {
    async fn run<'c, C>(self, database: C) -> Result<(), MigrateError>
    where
        C: IntoSchemaManagerConnection<'c> + Copy,
    {
        check_known(&applied(database).await?)?;
        match self {
            Self::Up => Migrator::up(database, None).await?,
            Self::Down(steps) => Migrator::down(database, Some(steps)).await?,
        }
        Ok(())
    }
}

/// A newer program may have changed what this one would read and write.
fn check_known(applied: &HashSet<String>) -> Result<(), MigrateError> {
    let known = known();
    let mut strange: Vec<&str> =
        applied.iter().filter(|name| !known.contains(name)).map(String::as_str).collect();
    strange.sort_unstable();
    refuse_strange(&strange)
}

fn refuse_strange(strange: &[&str]) -> Result<(), MigrateError> {
    if strange.is_empty() { Ok(()) } else { Err(MigrateError::TooNew(strange.join(", "))) }
}
