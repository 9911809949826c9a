//! Counting jobs while the database is slow.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a panic is how a test fails

mod support;

use std::time::Duration;

use chinwag_storage::SeaJobs;
use futures_util::{FutureExt as _, pin_mut, poll};
use sqlx::{Connection as _, Executor as _, PgConnection};
use support::Fixture;

/// Nothing here takes as long, but what never ends.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sessions whose statement on the jobs waits for somebody.
async fn waiting(other: &mut PgConnection) -> i64 {
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
                   AND wait_event_type = 'Lock' AND query LIKE '%FROM jobs%'";
    sqlx::query_scalar(waiting).fetch_one(other).await.unwrap()
}

/// Who asks while a count is under way takes the figures of the last, also when whoever began it has stopped
/// waiting: scrapes must not heap up statements on a database that cannot keep up with them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_are_counted_one_count_at_a_time() {
    let fixture = Fixture::postgres().await;
    let jobs = SeaJobs::new(fixture.database.clone());
    let mut holding = PgConnection::connect(&fixture.url).await.unwrap();
    let mut looking = PgConnection::connect(&fixture.url).await.unwrap();
    let mut held = holding.begin().await.unwrap();
    held.execute("LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE").await.unwrap();

    {
        let first = jobs.observe();
        pin_mut!(first);
        assert!(poll!(&mut first).is_pending());
        while waiting(&mut looking).await == 0 {
            assert!(first.as_mut().now_or_never().is_none());
        }
    }
    for _ in 0..3 {
        tokio::time::timeout(PATIENCE, jobs.observe()).await.expect("it waits").unwrap();
    }
    assert_eq!(waiting(&mut looking).await, 1);
    held.rollback().await.unwrap();
    tokio::time::timeout(PATIENCE, async { while waiting(&mut looking).await > 0 {} })
        .await
        .expect("the count goes on");
}
