//! Jobs that outlive the process: stored with their cause, taken by one worker
//! at a time, tried until they are done or dead.

use std::collections::HashMap;

use async_trait::async_trait;

use super::StorageError;
use crate::{Durable, Job, JobId, JobState, NewJob, Timestamp};

/// Which jobs follow from a change.
///
/// Storage asks for every durable event, in the transaction that stores the
/// change, and stores the jobs with it: no change without its jobs, no job
/// without its change. It is asked on the way of every message, so it MUST NOT
/// block, and no jobs MUST cost next to nothing.
pub trait FollowUps: Send + Sync {
    /// The jobs to be stored with that change.
    fn of(&self, event: &Durable) -> Vec<NewJob>;
}

/// Nothing follows from anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFollowUps;

impl FollowUps for NoFollowUps {
    fn of(&self, _: &Durable) -> Vec<NewJob> {
        Vec::new()
    }
}

/// What a worker can take on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capacity<'a> {
    /// What it can do.
    pub kinds: &'a [&'a str],
    /// Jobs in all.
    pub jobs: u16,
    /// Jobs for one receiver, with those that it has begun.
    pub per_receiver: u16,
    /// How many it has begun, by receiver.
    pub begun: HashMap<String, u16>,
}

impl<'a> Capacity<'a> {
    /// For so many jobs of these kinds, for whomever they are.
    pub fn of(kinds: &'a [&'a str], jobs: u16) -> Self {
        Self { kinds, jobs, per_receiver: u16::MAX, begun: HashMap::new() }
    }
}

/// The stored jobs. Writing them belongs to a unit of work, see [`JobWrites`].
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Takes jobs that are due, earliest first, as many as there is capacity for.
    ///
    /// However many ask at once, each job MUST be given to one of them until
    /// `lease_until`; after that it may be taken again. Of a lane only the first
    /// job that is not dead MUST be given, and none while another of it runs.
    /// What there is no capacity for MUST hold up nothing that there is capacity for.
    ///
    /// # Errors
    /// When the store fails.
    async fn take(
        &self,
        capacity: &Capacity<'_>,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<Job>, StorageError>;

    /// A taken job is done and goes. False for one whose lease ended and that
    /// was taken again: then nothing changes.
    ///
    /// # Errors
    /// When the store fails.
    async fn finish(&self, job: &Job) -> Result<bool, StorageError>;

    /// Stores a taken job as [`Job::fail`] left it. False as for
    /// [`Jobs::finish`].
    ///
    /// # Errors
    /// When the store fails.
    async fn put_back(&self, job: &Job) -> Result<bool, StorageError>;

    /// Jobs in that state, or all, by id (so by age), after that one.
    ///
    /// # Errors
    /// When the store fails.
    async fn list(
        &self,
        state: Option<JobState>,
        after: Option<JobId>,
        limit: u16,
    ) -> Result<Vec<Job>, StorageError>;
}

/// Writes of jobs.
#[async_trait]
pub trait JobWrites {
    /// New jobs.
    ///
    /// # Errors
    /// When the store fails.
    async fn enqueue(&mut self, jobs: &[NewJob]) -> Result<(), StorageError>;

    /// As [`Jobs::finish`], with the rest of the unit: what a job changes and
    /// that it is done become true together.
    ///
    /// # Errors
    /// When the store fails.
    async fn finish_job(&mut self, job: &Job) -> Result<bool, StorageError>;

    /// Has a dead job tried again; false when there is none such. Its takings are counted on, so that
    /// a worker of its earlier life can end nothing.
    ///
    /// # Errors
    /// When the store fails.
    async fn revive_job(&mut self, id: JobId, now: Timestamp) -> Result<bool, StorageError>;

    /// Forgets a dead job; false when there is none such.
    ///
    /// # Errors
    /// When the store fails.
    async fn discard_job(&mut self, id: JobId) -> Result<bool, StorageError>;
}
