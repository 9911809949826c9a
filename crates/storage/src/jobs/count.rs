//! How many jobs there are of each kind in each state: for operators, who ask again and again, also when the
//! database is slow and the jobs are many.

use std::sync::Arc;

use chinwag_domain::{JobState, ports::StorageError};
use sea_orm::{ConnectionTrait, Statement};
use tokio::sync::Mutex;

use crate::{Database, error::from_db, meters::METERS, sql::get};

/// Reads nothing but the index `jobs_counted`.
const COUNT: &str = "SELECT kind, state, COUNT(*) AS jobs FROM jobs GROUP BY kind, state";

/// Counts, one at a time.
#[derive(Clone)]
pub(super) struct JobCount {
    database: Database,
    /// Held as long as the database counts.
    under_way: Arc<Mutex<()>>,
}

impl JobCount {
    pub fn of(database: &Database) -> Self {
        Self { database: database.clone(), under_way: Arc::default() }
    }

    /// Sets the gauges, unless somebody is about to.
    pub async fn take(&self) -> Result<(), StorageError> {
        let Ok(only) = Arc::clone(&self.under_way).try_lock_owned() else { return Ok(()) };
        let database = self.database.clone();
        // In a task of its own: who stops waiting for a statement does not end it.
        let counting = tokio::spawn(async move {
            let counted = count(&database).await.map(|counted| METERS.jobs(counted));
            drop(only);
            counted
        });
        counting.await.map_err(StorageError::internal)?
    }
}

async fn count(database: &Database) -> Result<Vec<(String, &'static str, i64)>, StorageError> {
    let statement = Statement::from_string(database.backend(), COUNT);
    let rows = database.reader().query_all_raw(statement).await.map_err(from_db)?;
    let mut counted = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(state) = JobState::from_name(&get::<String>(&row, "state")?) {
            counted.push((get(&row, "kind")?, state.as_str(), get(&row, "jobs")?));
        }
    }
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;
    use crate::DatabaseOptions;

    #[tokio::test]
    async fn what_is_in_jobs_is_not_read_to_count_them() {
        let database = Database::connect(&DatabaseOptions::new("sqlite::memory:")).await.unwrap();
        database.migrate_up().await.unwrap();
        let explain =
            Statement::from_string(DbBackend::Sqlite, format!("EXPLAIN QUERY PLAN {COUNT}"));
        let steps = database.reader().query_all_raw(explain).await.unwrap();
        let plan: Vec<String> = steps.iter().map(|step| get(step, "detail").unwrap()).collect();
        assert_eq!(plan, ["SCAN jobs USING COVERING INDEX jobs_counted"]);
    }
}
