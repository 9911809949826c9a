//! Jobs: stored with their cause, taken by one worker at a time.
//!
//! PostgreSQL hands them out with `SKIP LOCKED`, so that workers of several nodes do not wait for
//! each other; SQLite has one writer, who takes what is due.

mod count;

use async_trait::async_trait;
use chinwag_domain::{
    Durable, Job, JobId, JobState, NewJob, Timestamp,
    ports::{Capacity, FollowUps, Jobs, StorageError},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect, Statement, sea_query::Expr,
};

use self::count::JobCount;
use crate::{
    Database,
    entity::job::{Column, Entity, Model},
    error::from_db,
    meters, rows,
    sql::{Binds, columns},
    table::{MAX_ROWS, Table, Tables},
};

/// [`Jobs`] on a [`Database`].
#[derive(Clone)]
pub struct SeaJobs {
    database: Database,
    count: JobCount,
}

impl SeaJobs {
    /// The jobs of that database.
    pub fn new(database: Database) -> Self {
        Self { count: JobCount::of(&database), database }
    }

    /// Counts the jobs and sets their gauges; for just before they are read. While a count is under way
    /// the gauges stay as they are.
    ///
    /// # Errors
    /// When the store fails; then the gauges stay as they were.
    pub async fn observe(&self) -> Result<(), StorageError> {
        self.count.take().await
    }
}

/// Stores what follows from these changes.
pub(crate) async fn store_follow_ups<'a>(
    connection: &impl ConnectionTrait,
    follow_ups: &dyn FollowUps,
    events: impl Iterator<Item = &'a Durable>,
) -> Result<(), DbErr> {
    let jobs: Vec<NewJob> = events.flat_map(|event| follow_ups.of(event)).collect();
    insert(connection, &jobs).await
}

/// Stores new jobs.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    jobs: &[NewJob],
) -> Result<(), DbErr> {
    for jobs in jobs.chunks(MAX_ROWS) {
        let lane = |job: &NewJob| job.lane.as_ref().map(|lane| lane.name.clone());
        let position = |job: &NewJob| job.lane.as_ref().map_or(0, |lane| lane.position);
        let receiver = |job: &NewJob| job.lane.as_ref().and_then(|lane| lane.receiver.clone());
        let table = Table::default()
            .uuid("id", jobs.iter().map(|job| job.id.uuid()))
            .text("kind", jobs.iter().map(|job| job.kind.clone()))
            .text_null("lane", jobs.iter().map(lane))
            .bigint("position", jobs.iter().map(position))
            .text_null("receiver", jobs.iter().map(receiver))
            .text("payload", jobs.iter().map(|job| job.payload.to_string()))
            .bigint("due_at", jobs.iter().map(|job| job.due_at.millis()))
            .bigint("created_at", jobs.iter().map(|job| job.created_at.millis()));
        let mut tables = Tables::new(connection.get_database_backend());
        let defined = tables.define("v", table);
        let statement = tables.statement(format!(
            "WITH {defined} INSERT INTO jobs \
             (id, kind, lane, position, receiver, payload, state, attempts, due_at, created_at) \
             SELECT id, kind, lane, position, receiver, payload, 'waiting', 0, due_at, created_at \
             FROM v"
        ));
        connection.execute_raw(statement).await?;
    }
    Ok(())
}

/// Takes a job away that is done; false when it was taken again meanwhile.
pub(crate) async fn finish(
    connection: &impl ConnectionTrait,
    job: &Job,
) -> Result<bool, StorageError> {
    let done = Entity::delete_many()
        .filter(Column::Id.eq(job.id().uuid()))
        .filter(Column::State.eq(JobState::Running.as_str()))
        .filter(Column::Attempts.eq(attempts(job)))
        .exec(connection)
        .await
        .map_err(from_db)?;
    Ok(done.rows_affected > 0)
}

/// Has a dead job tried again.
pub(crate) async fn revive(
    connection: &impl ConnectionTrait,
    id: JobId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let changed = Entity::update_many()
        .col_expr(Column::State, Expr::value(JobState::Waiting.as_str()))
        .col_expr(Column::DueAt, Expr::value(now.millis()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::State.eq(JobState::Dead.as_str()))
        .exec(connection)
        .await
        .map_err(from_db)?;
    Ok(changed.rows_affected > 0)
}

/// Forgets a dead job.
pub(crate) async fn discard(
    connection: &impl ConnectionTrait,
    id: JobId,
) -> Result<bool, StorageError> {
    let gone = Entity::delete_many()
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::State.eq(JobState::Dead.as_str()))
        .exec(connection)
        .await
        .map_err(from_db)?;
    Ok(gone.rows_affected > 0)
}

/// The statement that gives due jobs to a worker: each kind by itself, so that a backlog of one is
/// no matter to who asks for another.
fn taking(
    backend: DbBackend,
    capacity: &Capacity<'_>,
    now: Timestamp,
    lease_until: Timestamp,
) -> Statement {
    let mut binds = Binds::new(backend);
    let (now, lease_until) = (binds.add(now.millis()), binds.add(lease_until.millis()));
    let limit = binds.add(i64::from(capacity.jobs));
    let kinds: Vec<String> = capacity.kinds.iter().map(|kind| binds.add(*kind)).collect();
    let lock = if backend == DbBackend::Postgres { "FOR UPDATE OF j SKIP LOCKED" } else { "" };
    let first = format!("j.due_at <= {now} ORDER BY j.due_at, j.id LIMIT {limit} {lock}");
    let mut tables = heads_of_lanes(&kinds);
    tables.extend(within_capacity(&mut binds, capacity, &now));
    tables.push(format!(
        "due_0 AS (SELECT j.id, j.due_at FROM fitting JOIN jobs j ON j.id = fitting.id \
         WHERE j.state <> 'dead' AND {first})"
    ));
    tables.extend((1..).zip(&kinds).map(|(at, kind)| {
        format!(
            "due_{at} AS (SELECT j.id, j.due_at FROM jobs j \
             WHERE j.kind = {kind} AND j.lane IS NULL AND j.state <> 'dead' AND {first})"
        )
    }));
    let due: Vec<_> =
        (0..=kinds.len()).map(|at| format!("SELECT id, due_at FROM due_{at}")).collect();
    let (tables, due) = (tables.join(", "), due.join(" UNION ALL "));
    binds.statement(format!(
        "WITH RECURSIVE {tables} \
         UPDATE jobs SET state = 'running', attempts = attempts + 1, due_at = {lease_until} \
         WHERE id IN (SELECT id FROM ({due}) due ORDER BY due_at, id LIMIT {limit}) \
         RETURNING {}",
        columns::<Entity>("jobs")
    ))
}

/// Of jobs in lanes the first of each alone, going from lane to lane along the index: when a
/// receiver does not answer for hours, thousands may wait behind it, and looking at all of them
/// would take longer than the pause between two looks.
fn heads_of_lanes(kinds: &[String]) -> Vec<String> {
    let values: Vec<String> = kinds.iter().map(|kind| format!("(CAST({kind} AS text))")).collect();
    let laned = "j.lane IS NOT NULL AND j.state <> 'dead'";
    vec![
        format!("kinds(kind) AS (VALUES {})", values.join(", ")),
        format!(
            "lanes(kind, lane) AS (SELECT k.kind, (SELECT j.lane FROM jobs j \
             WHERE {laned} AND j.kind = k.kind ORDER BY j.lane LIMIT 1) FROM kinds k \
             UNION ALL SELECT lanes.kind, (SELECT j.lane FROM jobs j WHERE {laned} \
             AND j.kind = lanes.kind AND j.lane > lanes.lane ORDER BY j.lane LIMIT 1) \
             FROM lanes WHERE lanes.lane IS NOT NULL)"
        ),
        format!(
            "heads(id) AS (SELECT (SELECT j.id FROM jobs j WHERE {laned} \
             AND j.kind = lanes.kind AND j.lane = lanes.lane ORDER BY j.position, j.id LIMIT 1) \
             FROM lanes WHERE lanes.lane IS NOT NULL)"
        ),
    ]
}

/// Of the heads of lanes those that are due and for whose receivers there is capacity, earliest first.
fn within_capacity(binds: &mut Binds, capacity: &Capacity<'_>, now: &str) -> Vec<String> {
    let per_receiver = binds.add(i64::from(capacity.per_receiver));
    let begun = capacity.begun.iter().map(|(receiver, count)| {
        let (receiver, count) = (binds.add(receiver.as_str()), binds.add(i64::from(*count)));
        format!(", (CAST({receiver} AS text), CAST({count} AS bigint))")
    });
    let begun: String = begun.collect();
    vec![
        // Never empty: a list without rows cannot be written. No receiver has no name.
        format!("begun(receiver, jobs) AS (VALUES (CAST('' AS text), CAST(0 AS bigint)){begun})"),
        format!(
            "ready AS (SELECT j.id, j.receiver, ROW_NUMBER() OVER (PARTITION BY j.receiver \
             ORDER BY j.due_at, j.id) AS place FROM heads JOIN jobs j ON j.id = heads.id \
             WHERE j.state <> 'dead' AND j.due_at <= {now} AND NOT EXISTS (SELECT 1 FROM jobs r \
             WHERE r.kind = j.kind AND r.lane = j.lane AND r.state = 'running' \
             AND r.due_at > {now}))"
        ),
        format!(
            "fitting AS (SELECT ready.id FROM ready \
             LEFT JOIN begun ON begun.receiver = ready.receiver WHERE ready.receiver IS NULL \
             OR ready.place + COALESCE(begun.jobs, 0) <= {per_receiver})"
        ),
    ]
}

fn attempts(job: &Job) -> i32 {
    i32::try_from(job.attempts).unwrap_or(i32::MAX)
}

#[async_trait]
impl Jobs for SeaJobs {
    async fn take(
        &self,
        capacity: &Capacity<'_>,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<Job>, StorageError> {
        if capacity.kinds.is_empty() {
            return Ok(Vec::new());
        }
        let statement = taking(self.database.backend(), capacity, now, lease_until);
        let rows = self.database.writer().query_all_raw(statement).await.map_err(from_db)?;
        let models: Result<Vec<Model>, _> =
            rows.iter().map(|row| Model::from_query_result(row, "jobs_")).collect();
        let mut models = models.map_err(from_db)?;
        models.sort_by_key(|model| (model.position, model.id));
        models.into_iter().map(rows::job).collect()
    }

    async fn finish(&self, job: &Job) -> Result<bool, StorageError> {
        meters::job_ended(&job.work.kind, "done");
        finish(self.database.writer(), job).await
    }

    async fn put_back(&self, job: &Job) -> Result<bool, StorageError> {
        let dead = job.state == JobState::Dead;
        meters::job_ended(&job.work.kind, if dead { "dead" } else { "retried" });
        let changed = Entity::update_many()
            .col_expr(Column::State, Expr::value(job.state.as_str()))
            .col_expr(Column::DueAt, Expr::value(job.work.due_at.millis()))
            .col_expr(Column::LastError, Expr::value(job.last_error.clone()))
            .filter(Column::Id.eq(job.id().uuid()))
            .filter(Column::State.eq(JobState::Running.as_str()))
            .filter(Column::Attempts.eq(attempts(job)))
            .exec(self.database.writer())
            .await
            .map_err(from_db)?;
        Ok(changed.rows_affected > 0)
    }

    async fn list(
        &self,
        state: Option<JobState>,
        after: Option<JobId>,
        limit: u16,
    ) -> Result<Vec<Job>, StorageError> {
        let mut query = Entity::find().order_by_asc(Column::Id).limit(u64::from(limit));
        if let Some(state) = state {
            query = query.filter(Column::State.eq(state.as_str()));
        }
        if let Some(after) = after {
            query = query.filter(Column::Id.gt(after.uuid()));
        }
        let found = query.all(self.database.reader()).await.map_err(from_db)?;
        found.into_iter().map(rows::job).collect()
    }
}
