//! How long a worker waits for jobs while many wait behind the first of their lane, as when a host
//! application does not answer for hours. PostgreSQL from `CHINWAG_TEST_POSTGRES_URL` and SQLite
//! in a temporary folder.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{sync::Arc, time::Instant};

use chinwag_domain::{
    Lane, NewJob, Timestamp,
    ports::{Capacity, IdGenerator, Jobs, NoFollowUps, UnitsOfWork},
};
use chinwag_storage::{SeaJobs, SeaUnitsOfWork};
use chinwag_testkit::{SequentialIds, memory::MemoryBus};
use support::Fixture;

const KIND: &str = "bench.work";
const NOW: i64 = 1_763_640_000_000;

#[tokio::main]
async fn main() {
    for (lanes, each) in [(1, 1), (1, 10_000), (1_000, 10), (10_000, 1)] {
        for name in ["sqlite", "postgres"] {
            let fixture =
                if name == "sqlite" { Fixture::sqlite().await } else { Fixture::postgres().await };
            fill(&fixture, lanes, each).await;
            measure(name, &fixture, lanes, each).await;
        }
    }
}

/// Lanes whose first job waits for its next attempt, and all others for the first.
async fn fill(fixture: &Fixture, lanes: i64, each: i64) {
    let (bus, ids) = (Arc::new(MemoryBus::new()), SequentialIds::default());
    let units = SeaUnitsOfWork::new(fixture.database.clone(), bus, Arc::new(NoFollowUps));
    let job = |lane: i64, position: i64| NewJob {
        id: ids.job(),
        kind: KIND.to_owned(),
        lane: Some(Lane {
            name: format!("webhook:{lane:036}"),
            position,
            receiver: Some(format!("webhook:{}", lane % 10)),
        }),
        payload: serde_json::json!({"body": "x".repeat(800)}),
        due_at: Timestamp::from_millis(if position == 0 { NOW + 1_000_000 } else { NOW - 1 }),
        created_at: Timestamp::from_millis(NOW - 1),
    };
    let jobs = (0..each).flat_map(|position| (0..lanes).map(move |lane| (lane, position)));
    let jobs: Vec<_> = jobs.map(|(lane, position)| job(lane, position)).collect();
    let mut unit = units.begin().await.unwrap();
    unit.enqueue(&jobs).await.unwrap();
    unit.commit().await.unwrap();
}

async fn measure(name: &str, fixture: &Fixture, lanes: i64, each: i64) {
    let jobs = SeaJobs::new(fixture.database.clone());
    let (now, later) = (Timestamp::from_millis(NOW), Timestamp::from_millis(NOW + 60_000));
    for (who, kind) in [("who asks for them", KIND), ("who asks for others", "bench.other")] {
        let mut waits = Vec::new();
        for _ in 0..21 {
            let asked = Instant::now();
            assert_eq!(jobs.take(&Capacity::of(&[kind], 32), now, later).await.unwrap(), []);
            waits.push(asked.elapsed());
        }
        waits.sort_unstable();
        println!("{name}: {lanes} lanes of {each}: {:?} for {who}", waits[10]);
    }
}
