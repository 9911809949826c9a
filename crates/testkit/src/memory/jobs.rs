//! Jobs.

use async_trait::async_trait;
use chinwag_domain::{
    Event, Job, JobId, JobState, NewJob, Timestamp,
    ports::{Capacity, FollowUps, Jobs, StorageError},
};

use super::{MemoryStore, state::State};

impl State {
    pub(super) fn enqueue(&mut self, jobs: impl IntoIterator<Item = NewJob>) {
        self.jobs.extend(jobs.into_iter().map(|work| (work.id, Job::waiting(work))));
    }

    /// Stores what follows from these events.
    pub(super) fn follow<'a>(
        &mut self,
        follow_ups: &dyn FollowUps,
        events: impl IntoIterator<Item = &'a Event>,
    ) {
        for event in events {
            if let Event::Durable(change) = event {
                self.enqueue(follow_ups.of(change));
            }
        }
    }

    /// The stored job, while this taking of it still holds.
    fn taken(&mut self, job: &Job) -> Option<&mut Job> {
        self.jobs
            .get_mut(&job.id())
            .filter(|stored| stored.state == JobState::Running && stored.attempts == job.attempts)
    }

    pub(super) fn finish(&mut self, job: &Job) -> bool {
        self.taken(job).is_some() && self.jobs.remove(&job.id()).is_some()
    }

    /// Whether it is its turn: none stands before it in its lane, and none of it runs.
    fn has_its_turn(&self, job: &Job, now: Timestamp) -> bool {
        let Some(lane) = &job.work.lane else { return true };
        let in_the_way = |other: &Job| {
            let its = other.work.lane.as_ref().filter(|its| {
                other.id() != job.id() && other.work.kind == job.work.kind && its.name == lane.name
            });
            its.is_some_and(|its| match other.state {
                JobState::Dead => false,
                JobState::Running if !other.is_due(now) => true,
                _ => (its.position, other.id()) < (lane.position, job.id()),
            })
        };
        !self.jobs.values().any(in_the_way)
    }

    pub(super) fn revive(&mut self, id: JobId, now: Timestamp) -> bool {
        let revived = self.dead(id).map(|job| {
            (job.state, job.work.due_at) = (JobState::Waiting, now);
        });
        revived.is_some()
    }

    pub(super) fn discard(&mut self, id: JobId) -> bool {
        self.dead(id).is_some() && self.jobs.remove(&id).is_some()
    }

    fn dead(&mut self, id: JobId) -> Option<&mut Job> {
        self.jobs.get_mut(&id).filter(|job| job.state == JobState::Dead)
    }
}

fn take(
    state: &mut State,
    capacity: &Capacity<'_>,
    now: Timestamp,
    lease_until: Timestamp,
) -> Vec<Job> {
    let due = |job: &&Job| {
        let kind = job.work.kind.as_str();
        job.is_due(now) && capacity.kinds.contains(&kind) && state.has_its_turn(job, now)
    };
    let mut due: Vec<_> =
        state.jobs.values().filter(due).map(|job| (job.work.due_at, job.id())).collect();
    due.sort();
    let (mut begun, mut taken) = (capacity.begun.clone(), Vec::new());
    for (_, id) in due {
        let Some(job) = state.jobs.get_mut(&id) else { continue };
        if let Some(receiver) = job.receiver() {
            let its = begun.entry(receiver.to_owned()).or_default();
            if *its >= capacity.per_receiver {
                continue;
            }
            *its += 1;
        }
        if taken.len() == usize::from(capacity.jobs) {
            break;
        }
        job.take(lease_until);
        taken.push(job.clone());
    }
    taken
}

#[async_trait]
impl Jobs for MemoryStore {
    async fn take(
        &self,
        capacity: &Capacity<'_>,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<Job>, StorageError> {
        Ok(self.write(|state| take(state, capacity, now, lease_until)).await)
    }

    async fn finish(&self, job: &Job) -> Result<bool, StorageError> {
        Ok(self.write(|state| state.finish(job)).await)
    }

    async fn put_back(&self, job: &Job) -> Result<bool, StorageError> {
        let put = |state: &mut State| state.taken(job).map(|stored| *stored = job.clone());
        Ok(self.write(put).await.is_some())
    }

    async fn list(
        &self,
        state: Option<JobState>,
        after: Option<JobId>,
        limit: u16,
    ) -> Result<Vec<Job>, StorageError> {
        Ok(self.read(|all| {
            let wanted = |job: &&Job| {
                state.is_none_or(|state| job.state == state)
                    && after.is_none_or(|after| job.id() > after)
            };
            all.jobs.values().filter(wanted).take(usize::from(limit)).cloned().collect()
        }))
    }
}
