//! How many messages per second the log stores, by the number of senders that
//! each wait for their answer, and by the largest batch allowed. PostgreSQL
//! from `CHINWAG_TEST_POSTGRES_URL` (its durability is what is measured: the
//! throw-away server of the tests has none) and SQLite in a temporary folder.
//! `cargo bench -p chinwag-storage -- postgres 50 256` measures one case alone.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chinwag_domain::{ConversationId, ports::MessageLog};
use chinwag_storage::{Database, DatabaseOptions, MessageLogOptions};
use support::{
    Fixture,
    room::{Process, says},
};

const MEASURED: Duration = Duration::from_secs(3);
const ROOMS: u128 = 25;

/// Ids differ from those of the measurements before.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

#[tokio::main]
async fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    for name in ["sqlite", "postgres"] {
        if wanted.first().is_some_and(|wanted| wanted != name) {
            continue;
        }
        let fixture =
            if name == "sqlite" { Fixture::sqlite().await } else { Fixture::postgres().await };
        for room in 1..=ROOMS {
            fixture.group_of(ConversationId::from_u128(room), &["ann", "bob"]).await;
        }
        for (senders, max_batch) in [(1, 256), (50, 1), (50, 256), (500, 256), (1_000, 1_000)] {
            let case = [senders.to_string(), max_batch.to_string()];
            if wanted.len() < 2 || wanted[1..] == case {
                measure(name, &fixture, senders, max_batch).await;
            }
        }
    }
}

async fn measure(name: &str, fixture: &Fixture, senders: u128, max_batch: usize) {
    let options = MessageLogOptions { max_batch, ..MessageLogOptions::default() };
    let database = Database::connect(&DatabaseOptions::new(&fixture.url)).await.unwrap();
    let process = Process::on(database, options);
    let stop = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    let mut sending = tokio::task::JoinSet::new();
    for sender in 0..senders {
        let (log, stop) = (process.log.clone(), stop.clone());
        sending.spawn(async move {
            let mut waits = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
                let mut message =
                    says(if sender % 2 == 0 { "ann" } else { "bob" }, u128::from(number));
                message.conversation_id = ConversationId::from_u128(1 + sender % ROOMS);
                let asked = Instant::now();
                log.append(message).await.unwrap();
                waits.push(asked.elapsed());
            }
            waits
        });
    }
    tokio::time::sleep(MEASURED).await;
    stop.store(true, Ordering::Relaxed);
    let mut waits: Vec<_> = sending.join_all().await.into_iter().flatten().collect();
    let seconds = started.elapsed().as_secs_f64();
    waits.sort_unstable();
    let stats = process.log.stats();
    println!(
        "{name}: {senders} senders, batches up to {max_batch}: {:.0} messages/s, p50 {:?}, p99 {:?}, {:.1} per batch",
        stats.messages as f64 / seconds,
        waits[waits.len() / 2],
        waits[waits.len() * 99 / 100],
        stats.messages as f64 / stats.batches as f64,
    );
}
