//! Lanes: jobs that are done one after the other.

use std::{collections::HashSet, sync::Arc};

use chinwag_domain::{Job, NewJob};
use parking_lot::Mutex;

use super::jobs::{KIND, enqueue, new_job, stored, take, take_at};
use crate::conformance::{Stage, stage::looks::at_once};

/// Of a lane one runs at a time, by position; other lanes are not held up, and a dead job holds
/// up nobody.
pub async fn a_lane_keeps_its_order(stage: Stage) {
    let jobs = [
        new_job(&stage, Some(("a", 2))),
        new_job(&stage, Some(("a", 1))),
        new_job(&stage, Some(("b", 9))),
        new_job(&stage, Some(("a", 3))),
    ];
    enqueue(&stage, &jobs).await;
    let order = |jobs: &[Job]| {
        let mut places: Vec<_> = jobs
            .iter()
            .map(|job| job.work.lane.clone().unwrap())
            .map(|l| (l.name, l.position))
            .collect();
        places.sort();
        places
    };
    let first = take(&stage).await;
    assert_eq!(order(&first), [("a".to_owned(), 1), ("b".to_owned(), 9)]);
    let (mine, others): (Vec<_>, Vec<_>) =
        first.into_iter().partition(|job| job.id() == jobs[1].id);
    stage.store.jobs.finish(&others[0]).await.unwrap();
    let mut failed = mine[0].clone();
    failed.fail("no answer", Some(stage.tick().plus_millis(1_000_000)));
    stage.store.jobs.put_back(&failed).await.unwrap();
    assert_eq!(take(&stage).await, [], "the one behind waits for the one that failed");
    let mut failed = take_at(&stage, KIND, failed.work.due_at, 1).await.remove(0);
    failed.fail("dead", None);
    stage.store.jobs.put_back(&failed).await.unwrap();
    let second = take(&stage).await;
    assert_eq!(order(&second), [("a".to_owned(), 2)]);
    stage.store.jobs.finish(&second[0]).await.unwrap();
    assert_eq!(order(&take(&stage).await), [("a".to_owned(), 3)]);
}

/// In a lane or not, the earliest come first.
pub async fn lanes_are_not_preferred(stage: Stage) {
    let jobs = [
        new_job(&stage, Some(("a", 1))),
        new_job(&stage, None),
        new_job(&stage, Some(("b", 1))),
        new_job(&stage, None),
    ];
    enqueue(&stage, &jobs).await;
    let taken = take_at(&stage, KIND, stage.tick(), 3).await;
    let ids: HashSet<_> = taken.iter().map(Job::id).collect();
    assert_eq!(ids, jobs[..3].iter().map(|job| job.id).collect());
    let rest = take_at(&stage, KIND, stage.tick(), 3).await;
    assert_eq!(rest.iter().map(Job::id).collect::<Vec<_>>(), [jobs[3].id]);
}

/// However many ask at once, the jobs of a lane are done one after the other, each once.
pub async fn takers_at_once_keep_the_order_of_lanes(stage: Stage) {
    const LANES: [&str; 4] = ["a", "b", "c", "d"];
    let places = (1..=8).flat_map(|position| LANES.map(|lane| (lane, position)));
    let jobs: Vec<NewJob> = places.map(|place| new_job(&stage, Some(place))).collect();
    enqueue(&stage, &jobs).await;
    let now = stage.tick();
    let stage = Arc::new(stage);
    let done = Arc::new(Mutex::new(Vec::new()));
    let takers = (0..5).map(|_| {
        let (stage, done) = (Arc::clone(&stage), Arc::clone(&done));
        async move {
            while !stored(&stage).await.is_empty() {
                for job in take_at(&stage, KIND, now, 2).await {
                    done.lock().push(job.work.lane.clone().unwrap());
                    assert!(stage.store.jobs.finish(&job).await.unwrap());
                }
            }
        }
    });
    at_once(takers).await;
    let done = done.lock();
    for lane in LANES {
        let mine = done.iter().filter(|it| it.name == lane).map(|it| it.position);
        assert_eq!(mine.collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>(), "{lane}");
    }
}

/// A lane is one kind's: work of another kind under the same name is not held up.
pub async fn lanes_of_other_kinds_are_others(stage: Stage) {
    const OTHER: &str = "test.other";
    let first = new_job(&stage, Some(("a", 1)));
    let other = NewJob { kind: OTHER.to_owned(), ..new_job(&stage, Some(("a", 2))) };
    enqueue(&stage, &[first.clone(), other.clone()]).await;
    assert_eq!(take(&stage).await.iter().map(Job::id).collect::<Vec<_>>(), [first.id]);
    let now = stage.tick();
    let both = stage.store.jobs.take(&[KIND, OTHER], now, now.plus_millis(9), 9).await.unwrap();
    assert_eq!(both.iter().map(Job::id).collect::<Vec<_>>(), [other.id]);
}

/// One that was given up and lives again stands before the others, but does not run beside one.
pub async fn a_revived_job_waits_for_the_one_that_runs(stage: Stage) {
    let jobs = [new_job(&stage, Some(("a", 1))), new_job(&stage, Some(("a", 2)))];
    enqueue(&stage, &jobs).await;
    let mut first = take(&stage).await.remove(0);
    first.fail("given up", None);
    stage.store.jobs.put_back(&first).await.unwrap();
    let second = take(&stage).await.remove(0);
    assert_eq!(second.id(), jobs[1].id);
    let mut unit = stage.begin().await;
    assert!(unit.revive_job(first.id(), stage.tick()).await.unwrap());
    unit.commit().await.unwrap();
    assert_eq!(take(&stage).await, [], "another of its lane runs");
    let over = take_at(&stage, KIND, second.work.due_at, 9).await;
    let ids: Vec<_> = over.iter().map(Job::id).collect();
    assert_eq!(ids, [first.id()], "its lease is over, and the first comes first");
}
