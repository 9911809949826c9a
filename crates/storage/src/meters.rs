//! What this crate measures, for whoever scrapes the process (crate `metrics`; without a recorder nothing
//! is kept). Meters are made once and then held, so a recorder is to be installed before the database is
//! opened.

use std::{collections::HashMap, sync::LazyLock};

use chinwag_domain::ports::AppendError;
use metrics::{Counter, Gauge, Histogram, Unit, counter, describe_counter, gauge, histogram};
use parking_lot::Mutex;

use crate::message_log::Answer;

const JOB_ATTEMPTS: &str = "chinwag_job_attempts_total";

pub(crate) static METERS: LazyLock<Meters> = LazyLock::new(Meters::new);

/// All meters of this crate but those of queues, which each queue holds itself.
pub(crate) struct Meters {
    /// From the queue to the answer.
    pub send: Histogram,
    /// `COMMIT` alone.
    pub commit: Histogram,
    /// Batches that met others and were tried again.
    pub retried: Counter,
    pub sends: Sends,
    /// Units of work that were committed.
    pub units: Counter,
    jobs: Mutex<HashMap<(String, &'static str), Gauge>>,
}

/// What became of messages to be stored.
pub(crate) struct Sends {
    stored: Counter,
    repeated: Counter,
    refused: Counter,
    failed: Counter,
}

impl Meters {
    fn new() -> Self {
        // Looked up by the kind of the job; to describe it each time would cost more than to count it.
        let about = "Attempts at jobs, by how they ended";
        describe_counter!(JOB_ATTEMPTS, Unit::Count, about);
        Self {
            send: histogram!(
                description: "Time from a message's place in the queue to its answer",
                unit: Unit::Seconds,
                "chinwag_send_duration_seconds"
            ),
            commit: histogram!(
                description: "Time of the COMMIT of a batch of messages",
                unit: Unit::Seconds,
                "chinwag_commit_duration_seconds"
            ),
            retried: counter!(
                description: "Batches tried again, since others were in the way",
                unit: Unit::Count,
                "chinwag_batches_retried_total"
            ),
            sends: Sends::new(),
            units: counter!(
                description: "Units of work committed: every change but new messages and receipts",
                unit: Unit::Count,
                "chinwag_units_committed_total"
            ),
            jobs: Mutex::default(),
        }
    }

    /// How many jobs there are of each kind in each state; of what is not named there are none.
    pub fn jobs(&self, counted: Vec<(String, &'static str, i64)>) {
        let mut known = self.jobs.lock();
        known.values().for_each(|gauge| gauge.set(0.0));
        for (kind, state, count) in counted {
            let gauge = known.entry((kind.clone(), state)).or_insert_with(|| {
                gauge!(
                    description: "Stored jobs: waiting, running, or dead and waiting for an operator",
                    unit: Unit::Count,
                    "chinwag_jobs",
                    "kind" => kind,
                    "state" => state
                )
            });
            gauge.set(count_of(count));
        }
    }
}

impl Sends {
    fn new() -> Self {
        let make = |outcome: &'static str| {
            counter!(
                description: "Messages to be stored, by what became of them",
                unit: Unit::Count,
                "chinwag_sends_total",
                "outcome" => outcome
            )
        };
        Self {
            stored: make("stored"),
            repeated: make("repeated"),
            refused: make("refused"),
            failed: make("failed"),
        }
    }

    /// Counts how a message ended.
    pub fn count(&self, answer: &Result<Answer, AppendError>) {
        match answer {
            Ok(Answer::Stored { duplicate: false, .. }) => self.stored.increment(1),
            Ok(Answer::Stored { duplicate: true, .. } | Answer::Known(_)) => {
                self.repeated.increment(1);
            }
            Err(AppendError::Storage(_)) => self.failed.increment(1),
            Err(_) => self.refused.increment(1),
        }
    }
}

/// The meters of one queue.
#[derive(Clone)]
pub(crate) struct QueueMeters {
    /// Items of a batch.
    pub size: Histogram,
    /// From taking a batch to having answered all of it.
    pub time: Histogram,
    /// Items that wait.
    pub waiting: Gauge,
}

impl QueueMeters {
    pub fn of(queue: &'static str) -> Self {
        Self {
            size: histogram!(
                description: "Items that one transaction stored",
                unit: Unit::Count,
                "chinwag_batch_size",
                "queue" => queue
            ),
            time: histogram!(
                description: "Time that one batch took, from the first lock to the last answer",
                unit: Unit::Seconds,
                "chinwag_batch_duration_seconds",
                "queue" => queue
            ),
            waiting: gauge!(
                description: "Items that wait to be stored",
                unit: Unit::Count,
                "chinwag_queue_waiting",
                "queue" => queue
            ),
        }
    }
}

/// A job ended an attempt: `done`, to be tried again (`retried`), or given up (`dead`).
pub(crate) fn job_ended(kind: &str, outcome: &'static str) {
    // They describe it, once.
    LazyLock::force(&METERS);
    counter!(JOB_ATTEMPTS, "kind" => kind.to_owned(), "outcome" => outcome).increment(1);
}

/// Connections of one pool.
pub(crate) fn pool(pool: &'static str, open: u32, idle: usize, most: u32) {
    let idle = u32::try_from(idle).unwrap_or(u32::MAX).min(open);
    for (state, count) in [("idle", idle), ("busy", open - idle)] {
        gauge!(
            description: "Open connections to the database",
            unit: Unit::Count,
            "chinwag_database_connections",
            "pool" => pool,
            "state" => state
        )
        .set(count);
    }
    gauge!(
        description: "Connections to the database that a pool may open",
        unit: Unit::Count,
        "chinwag_database_connections_max",
        "pool" => pool
    )
    .set(most);
}

#[expect(clippy::cast_precision_loss, reason = "gauges are floats")]
pub(crate) fn count_of(count: i64) -> f64 {
    count as f64
}
