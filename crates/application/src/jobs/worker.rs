//! Work that follows from changes: who does which kind of it, and what happens
//! when it fails. When to look for work is for the process that hosts this.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use chinwag_domain::{Job, JobState, ports::Capacity};

use super::places::{Places, Taken};
use crate::{Error, Ports};

/// The longest pause.
const LONGEST_PAUSE_MS: i64 = 60 * 60 * 1_000;

/// How patient a worker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerOptions {
    /// After so many attempts a job is dead: by default after about six hours.
    pub attempts: u32,
    /// The first pause after a failure; each is four times as long as the one before, up to an hour.
    pub first_pause_ms: i64,
    /// How long a worker may take for one job before another may have it; longer than any handler.
    pub lease_ms: i64,
    /// Jobs for one receiver ([`chinwag_domain::Lane::receiver`]) at once, of all that a worker does.
    pub per_receiver: u16,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self { attempts: 12, first_pause_ms: 1_000, lease_ms: 60_000, per_receiver: 4 }
    }
}

/// Why a job was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// It may go better later.
    #[error("{0}")]
    Retry(String),
    /// It may go better after that time, which somebody named; a longer pause of our own counts.
    #[error("{error}")]
    RetryAfter {
        /// What went wrong.
        error: String,
        /// From now, in milliseconds.
        millis: i64,
    },
    /// It never will.
    #[error("{0}")]
    GiveUp(String),
}

impl From<Error> for JobError {
    /// A passing failure of a port is worth another attempt; so is a fault, which an operator may mend.
    fn from(error: Error) -> Self {
        if let Error::Unavailable(source) | Error::Internal(source) = &error {
            // Admins see what is noted with a job; what is inside is for the log alone.
            tracing::warn!(error = ?source, "a job met a failure");
        }
        Self::Retry(error.to_string())
    }
}

impl From<chinwag_domain::ports::StorageError> for JobError {
    fn from(error: chinwag_domain::ports::StorageError) -> Self {
        Error::from(error).into()
    }
}

/// Does one kind of job.
#[async_trait]
pub trait JobHandler: Send + Sync {
    /// The kind, as [`chinwag_domain::NewJob::kind`] names it.
    fn kind(&self) -> &'static str;

    /// Does it. A job may be done twice: when the process ends between the work and the note that
    /// it is done. A handler that has noted it itself, in a unit of work, changes nothing by that.
    ///
    /// # Errors
    /// See [`JobError`].
    async fn run(&self, job: &Job) -> Result<(), JobError>;
}

/// Takes jobs that are due and has them done.
pub struct Worker {
    ports: Arc<Ports>,
    handlers: HashMap<&'static str, Arc<dyn JobHandler>>,
    options: WorkerOptions,
    places: Places,
}

impl Worker {
    /// A worker that knows these kinds; of two for one kind the last counts.
    pub fn new(ports: &Arc<Ports>, handlers: Vec<Arc<dyn JobHandler>>) -> Self {
        let handlers = handlers.into_iter().map(|handler| (handler.kind(), handler)).collect();
        let (options, places) = (WorkerOptions::default(), Places::default());
        Self { ports: Arc::clone(ports), handlers, options, places }
    }

    /// The same with other patience.
    #[must_use]
    pub fn with(self, options: WorkerOptions) -> Self {
        Self { options, ..self }
    }

    /// Takes up to `limit` jobs and does them at once; how many it took.
    ///
    /// # Errors
    /// When none can be taken, since the store fails.
    pub async fn work(&self, limit: u16) -> Result<usize, Error> {
        let jobs = self.take(limit).await?;
        let taken = jobs.len();
        futures_util::future::join_all(jobs.into_iter().map(|job| self.run(job))).await;
        Ok(taken)
    }

    /// Takes up to `limit` jobs, each to be given to [`Worker::run`]; not more for a receiver than it
    /// may have at once, with those taken before that are not dropped. To be called by one at a time.
    ///
    /// # Errors
    /// When none can be taken, since the store fails.
    pub async fn take(&self, limit: u16) -> Result<Vec<Taken>, Error> {
        let kinds: Vec<&str> = self.handlers.keys().copied().collect();
        let capacity = Capacity {
            kinds: &kinds,
            jobs: limit,
            per_receiver: self.options.per_receiver,
            begun: self.places.begun(),
        };
        let now = self.ports.clock.now();
        let lease_until = now.plus_millis(self.options.lease_ms);
        let jobs = self.ports.jobs.take(&capacity, now, lease_until).await?;
        Ok(jobs.into_iter().map(|job| self.places.begin(job)).collect())
    }

    /// Does a job that was taken, and notes how it ended.
    pub async fn run(&self, mut taken: Taken) {
        let job = &mut taken.job;
        let Some(handler) = self.handlers.get(job.work.kind.as_str()) else { return };
        let outcome = handler.run(job).await;
        let noted = match outcome {
            Ok(()) => self.ports.jobs.finish(job).await,
            Err(error) => {
                self.fail(job, &error);
                self.ports.jobs.put_back(job).await
            }
        };
        if let Err(error) = noted {
            // It is done again once its lease ends.
            tracing::warn!(job = %job.id(), kind = job.work.kind, %error, "how a job ended was not noted");
        }
    }

    fn fail(&self, job: &mut Job, error: &JobError) {
        let wished = match error {
            JobError::Retry(_) => Some(0),
            JobError::RetryAfter { millis, .. } => Some((*millis).min(LONGEST_PAUSE_MS)),
            JobError::GiveUp(_) => None,
        };
        let pause = wished
            .filter(|_| self.options.goes_on_after(job.attempts))
            .map(|wished| wished.max(self.options.pause(job.attempts)));
        let retry_at = pause.map(|pause| self.ports.clock.now().plus_millis(pause));
        job.fail(&error.to_string(), retry_at);
        let (kind, attempt) = (job.work.kind.as_str(), job.attempts);
        if job.state == JobState::Dead {
            tracing::warn!(job = %job.id(), kind, attempt, %error, "a job is given up");
        } else {
            tracing::debug!(job = %job.id(), kind, attempt, %error, "a job is tried again later");
        }
    }
}

impl WorkerOptions {
    /// Whether there is another attempt; one that was given up and revived has as many again.
    fn goes_on_after(&self, attempts: u32) -> bool {
        !attempts.is_multiple_of(self.attempts.max(1))
    }

    /// How long to wait after that many attempts.
    fn pause(&self, attempts: u32) -> i64 {
        let of_this_life = attempts.saturating_sub(1) % self.attempts.max(1);
        let doublings = of_this_life.saturating_mul(2).min(24);
        (self.first_pause_ms << doublings).min(LONGEST_PAUSE_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_is_not_noted_with_a_job() {
        for error in [
            Error::Unavailable("password of the database".into()),
            Error::Internal("password of the database".into()),
        ] {
            let noted = JobError::from(error).to_string();
            assert!(!noted.contains("password") && !noted.is_empty(), "{noted}");
        }
    }

    #[test]
    fn a_revived_job_has_as_many_attempts_again() {
        let options = WorkerOptions { attempts: 3, ..WorkerOptions::default() };
        let last: Vec<u32> = (1..=7).filter(|at| !options.goes_on_after(*at)).collect();
        assert_eq!(last, [3, 6]);
        assert_eq!([1, 2, 4, 5].map(|at| options.pause(at)), [1_000, 4_000, 1_000, 4_000]);
    }

    #[test]
    fn pauses_grow_and_end() {
        let options = WorkerOptions::default();
        let pause = |attempts| options.pause(attempts);
        assert_eq!([1, 2, 3, 4].map(pause), [1_000, 4_000, 16_000, 64_000]);
        assert_eq!(pause(7), LONGEST_PAUSE_MS);
        let patient = WorkerOptions { attempts: u32::MAX, ..options };
        assert_eq!(patient.pause(u32::MAX), LONGEST_PAUSE_MS);
    }
}
