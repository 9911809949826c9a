//! Jobs: stored with their cause, taken by one worker, tried until done or dead.

use std::{collections::HashSet, sync::Arc};

use chinwag_domain::{
    GroupSettings, Job, JobId, JobState, Lane, NewJob, Timestamp,
    ports::{Capacity, IdGenerator},
};
use serde_json::json;

use crate::{
    CHANGE_JOB,
    conformance::{Stage, stage::looks::at_once},
};

pub(super) const KIND: &str = "test.work";
const LEASE_MS: i64 = 60_000;

pub(super) fn new_job(stage: &Stage, lane: Option<(&str, i64)>) -> NewJob {
    let now = stage.tick();
    NewJob {
        id: stage.ids.job(),
        kind: KIND.to_owned(),
        lane: lane.map(|(name, position)| Lane { name: name.to_owned(), position, receiver: None }),
        payload: json!({"text": "ä \"quoted\" 'text'", "n": 3}),
        due_at: now,
        created_at: now,
    }
}

pub(super) async fn enqueue(stage: &Stage, jobs: &[NewJob]) {
    let mut unit = stage.begin().await;
    unit.enqueue(jobs).await.unwrap();
    unit.commit().await.unwrap();
}

pub(super) async fn take_at(stage: &Stage, kind: &str, now: Timestamp, limit: u16) -> Vec<Job> {
    take_into(stage, &Capacity::of(&[kind], limit), now).await
}

pub(super) async fn take_into(stage: &Stage, capacity: &Capacity<'_>, now: Timestamp) -> Vec<Job> {
    stage.store.jobs.take(capacity, now, now.plus_millis(LEASE_MS)).await.unwrap()
}

pub(super) async fn take(stage: &Stage) -> Vec<Job> {
    take_at(stage, KIND, stage.tick(), 100).await
}

async fn revive(stage: &Stage, id: JobId, now: Timestamp) -> bool {
    let mut unit = stage.begin().await;
    let revived = unit.revive_job(id, now).await.unwrap();
    unit.commit().await.unwrap();
    revived
}

async fn discard(stage: &Stage, id: JobId) -> bool {
    let mut unit = stage.begin().await;
    let discarded = unit.discard_job(id).await.unwrap();
    unit.commit().await.unwrap();
    discarded
}

pub(super) async fn stored(stage: &Stage) -> Vec<Job> {
    stage.store.jobs.list(None, None, 1_000).await.unwrap()
}

/// What was asked comes back as it was; one that is done is gone.
pub async fn a_job_is_taken_and_done(stage: Stage) {
    let job = new_job(&stage, None);
    enqueue(&stage, std::slice::from_ref(&job)).await;
    assert_eq!(stored(&stage).await, [Job::waiting(job.clone())]);
    let taken = take(&stage).await;
    assert_eq!(taken.len(), 1);
    assert_eq!((taken[0].id(), &taken[0].work.payload), (job.id, &job.payload));
    assert_eq!((taken[0].state, taken[0].attempts), (JobState::Running, 1));
    assert_eq!(take(&stage).await, [], "it is somebody's");
    assert!(stage.store.jobs.finish(&taken[0]).await.unwrap());
    assert!(!stage.store.jobs.finish(&taken[0]).await.unwrap(), "it is done");
    assert_eq!(stored(&stage).await, []);
}

/// A unit that is dropped leaves no job.
pub async fn a_dropped_unit_has_no_jobs(stage: Stage) {
    let mut unit = stage.begin().await;
    unit.enqueue(&[new_job(&stage, None)]).await.unwrap();
    drop(unit);
    assert_eq!(stored(&stage).await, []);
}

/// Nothing is taken before its time, nor of a kind that was not asked for.
pub async fn a_job_waits_for_its_time_and_its_kind(stage: Stage) {
    let mut job = new_job(&stage, None);
    job.due_at = job.due_at.plus_millis(10_000);
    enqueue(&stage, std::slice::from_ref(&job)).await;
    assert_eq!(take_at(&stage, KIND, job.due_at.plus_millis(-1), 10).await, []);
    assert_eq!(take_at(&stage, "test.other", job.due_at, 10).await, []);
    assert_eq!(take_at(&stage, KIND, job.due_at, 10).await.len(), 1);
}

/// The earliest come first, no more than asked for.
pub async fn the_earliest_come_first(stage: Stage) {
    let jobs: Vec<NewJob> = (0..5).map(|_| new_job(&stage, None)).collect();
    let mut shuffled = jobs.clone();
    shuffled.rotate_left(2);
    enqueue(&stage, &shuffled).await;
    let taken = take_at(&stage, KIND, stage.tick(), 2).await;
    let ids: HashSet<_> = taken.iter().map(Job::id).collect();
    assert_eq!(ids, HashSet::from([jobs[0].id, jobs[1].id]));
}

/// When its worker does not come back, another gets it, and the first can no longer end it.
pub async fn a_lease_ends(stage: Stage) {
    enqueue(&stage, &[new_job(&stage, None)]).await;
    let now = stage.tick();
    let first = take_at(&stage, KIND, now, 10).await.remove(0);
    assert_eq!(take_at(&stage, KIND, now.plus_millis(LEASE_MS - 1), 10).await, []);
    let second = take_at(&stage, KIND, now.plus_millis(LEASE_MS), 10).await.remove(0);
    assert_eq!((second.id(), second.attempts), (first.id(), 2));
    let mut late = first.clone();
    late.fail("too late", None);
    assert!(!stage.store.jobs.put_back(&late).await.unwrap());
    assert!(!stage.store.jobs.finish(&first).await.unwrap());
    assert_eq!(stored(&stage).await, std::slice::from_ref(&second));
    assert!(stage.store.jobs.finish(&second).await.unwrap());
}

/// A failed job waits, a dead one is kept until it is revived or discarded.
pub async fn a_failed_job_waits_and_a_dead_one_is_kept(stage: Stage) {
    enqueue(&stage, &[new_job(&stage, None)]).await;
    let mut job = take(&stage).await.remove(0);
    let later = stage.tick().plus_millis(5_000);
    job.fail("no answer", Some(later));
    assert!(stage.store.jobs.put_back(&job).await.unwrap());
    assert_eq!(stored(&stage).await, [job]);
    assert_eq!(take(&stage).await, []);

    let mut job = take_at(&stage, KIND, later, 10).await.remove(0);
    assert_eq!(job.attempts, 2);
    job.fail(&"x".repeat(600), None);
    assert_eq!(job.last_error.as_ref().unwrap().len(), 500);
    assert!(stage.store.jobs.put_back(&job).await.unwrap());
    assert_eq!(take_at(&stage, KIND, later.plus_millis(LEASE_MS * 100), 10).await, []);
    let jobs = &stage.store.jobs;
    assert_eq!(jobs.list(Some(JobState::Dead), None, 10).await.unwrap(), [job.clone()]);
    assert_eq!(jobs.list(Some(JobState::Waiting), None, 10).await.unwrap(), []);
    assert_eq!(jobs.list(None, Some(job.id()), 10).await.unwrap(), []);

    assert!(revive(&stage, job.id(), later).await);
    assert!(!revive(&stage, job.id(), later).await, "it lives");
    assert!(!discard(&stage, job.id()).await, "it lives");
    let mut job = take_at(&stage, KIND, later, 10).await.remove(0);
    assert_eq!(job.attempts, 3);
    job.fail("again", None);
    jobs.put_back(&job).await.unwrap();
    assert!(discard(&stage, job.id()).await);
    assert_eq!(stored(&stage).await, []);
}

/// Who took a job long ago ends nothing after it was given up by others and lives again.
pub async fn a_worker_of_an_earlier_life_ends_nothing(stage: Stage) {
    enqueue(&stage, &[new_job(&stage, None)]).await;
    let now = stage.tick();
    let slow = take_at(&stage, KIND, now, 1).await.remove(0);
    let mut other = take_at(&stage, KIND, now.plus_millis(LEASE_MS), 1).await.remove(0);
    other.fail("given up", None);
    assert!(stage.store.jobs.put_back(&other).await.unwrap());
    assert!(revive(&stage, other.id(), now).await);
    let living = take_at(&stage, KIND, now, 1).await.remove(0);
    assert!(!stage.store.jobs.finish(&slow).await.unwrap());
    let mut late = slow;
    late.fail("too late", None);
    assert!(!stage.store.jobs.put_back(&late).await.unwrap());
    assert_eq!(stored(&stage).await, [living]);
}

/// However many ask at once, each job goes to one.
pub async fn takers_at_once_share_no_job(stage: Stage) {
    let jobs: Vec<NewJob> = (0..60).map(|_| new_job(&stage, None)).collect();
    enqueue(&stage, &jobs).await;
    let now = stage.tick();
    let stage = Arc::new(stage);
    let takers = (0..6).map(|_| {
        let stage = Arc::clone(&stage);
        async move {
            let mut mine = Vec::new();
            loop {
                let taken = take_at(&stage, KIND, now, 3).await;
                if taken.is_empty() {
                    return mine;
                }
                mine.extend(taken.iter().map(Job::id));
            }
        }
    });
    let taken: Vec<_> = at_once(takers).await.into_iter().flatten().collect();
    let distinct: HashSet<_> = taken.iter().copied().collect();
    assert_eq!((taken.len(), distinct.len()), (60, 60));
}

/// That a job is done becomes true with the rest of its unit, or not at all.
pub async fn a_job_is_done_with_its_unit(stage: Stage) {
    enqueue(&stage, &[new_job(&stage, None)]).await;
    let job = take(&stage).await.remove(0);
    let next = new_job(&stage, None);
    let mut unit = stage.begin().await;
    assert!(unit.finish_job(&job).await.unwrap());
    unit.enqueue(std::slice::from_ref(&next)).await.unwrap();
    drop(unit);
    assert_eq!(stored(&stage).await, std::slice::from_ref(&job));
    let mut unit = stage.begin().await;
    assert!(unit.finish_job(&job).await.unwrap());
    unit.enqueue(std::slice::from_ref(&next)).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(stored(&stage).await, [Job::waiting(next)]);
}

/// What follows from a change is stored with it: for messages, and for units of work.
pub async fn changes_have_their_follow_ups(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let id = stage.group_with(&[&ann, &bob], GroupSettings::named("Team")).await;
    stage.say(id, &ann, "before anything follows").await;
    assert_eq!(stored(&stage).await, []);
    stage.store.follow_ups.switch_on();
    let message = stage.say(id, &ann, "words").await;
    let edited = stage.edit(&message, "other words").await;
    let jobs = stored(&stage).await;
    let revisions: Vec<_> =
        jobs.iter().map(|job| job.work.lane.clone().unwrap().position).collect();
    assert_eq!(revisions, [message.revision.get(), edited.revision.get()]);
    assert!(jobs.iter().all(|job| job.work.kind == CHANGE_JOB && job.state == JobState::Waiting));
}

/// What is refused, and what was stored before, has no follow-ups; nor has a dropped unit.
pub async fn what_did_not_happen_has_no_follow_ups(stage: Stage) {
    let [ann, eve] = stage.people(["ann", "eve"]).await;
    let id = stage.group(&[&ann]).await;
    stage.store.follow_ups.switch_on();
    let mut message = stage.text(id, &ann, "words");
    message.client_id = Some("once".parse().unwrap());
    let store = &stage.store.messages;
    store.append(message.clone()).await.unwrap();
    assert!(store.append(message).await.unwrap().duplicate);
    store.append(stage.text(id, &eve, "let me in")).await.unwrap_err();
    let (mut unit, mut conversation) = stage.begin_in(id).await;
    let now = stage.tick();
    conversation.next_revision(now);
    let change = chinwag_domain::Change::ConversationUpdated(conversation.clone());
    unit.publish(chinwag_domain::Durable::of(&conversation, now, change).into());
    drop(unit);
    assert_eq!(stored(&stage).await.len(), 1);
}
