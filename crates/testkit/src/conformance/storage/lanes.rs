//! Lanes: jobs that are done one after the other.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chinwag_domain::{Job, NewJob, ports::Capacity};
use parking_lot::Mutex;

use super::jobs::{KIND, enqueue, new_job, stored, take, take_at, take_into};
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
    let both = take_into(&stage, &Capacity::of(&[KIND, OTHER], 9), now).await;
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

/// One that waits in a lane of its own for that receiver.
fn job_for(stage: &Stage, receiver: &str, lane: &str) -> NewJob {
    let mut job = new_job(stage, Some((lane, 1)));
    job.lane.as_mut().unwrap().receiver = Some(receiver.to_owned());
    job
}

/// Of one receiver no more are taken than there is capacity for, the earliest; nobody else waits for
/// what is left, however early it is.
pub async fn a_receiver_takes_no_more_than_its_room(stage: Stage) {
    let slow: Vec<NewJob> =
        (0..6).map(|lane| job_for(&stage, "slow", &format!("s{lane}"))).collect();
    let others = [
        job_for(&stage, "quick", "q1"),
        job_for(&stage, "quick", "q2"),
        new_job(&stage, Some(("of nobody", 1))),
        new_job(&stage, Some(("of nobody else", 1))),
        new_job(&stage, None),
    ];
    enqueue(&stage, &slow).await;
    enqueue(&stage, &others).await;
    let kinds = [KIND];
    let capacity = |jobs: u16, begun: &[(&str, u16)]| Capacity {
        kinds: &kinds,
        jobs,
        per_receiver: 2,
        begun: begun.iter().map(|(who, count)| ((*who).to_owned(), *count)).collect(),
    };
    let ids = |jobs: &[Job]| jobs.iter().map(Job::id).collect::<HashSet<_>>();
    let new = |jobs: &[NewJob]| jobs.iter().map(|job| job.id).collect::<HashSet<_>>();
    let now = stage.tick();

    let full = capacity(100, &[("slow", 2), ("quick", 1), ("unheard of", 9)]);
    let first = take_into(&stage, &full, now).await;
    assert_eq!(ids(&first), new(&[&others[..1], &others[2..]].concat()));
    assert_eq!(first.iter().find_map(Job::receiver), Some("quick"), "it comes back");
    let second = take_into(&stage, &capacity(2, &[("slow", 1)]), now).await;
    assert_eq!(ids(&second), new(&[slow[0].clone(), others[1].clone()]));
    let third = take_into(&stage, &capacity(100, &[]), now).await;
    assert_eq!(ids(&third), new(&slow[1..3]));
    // Those that are left have not been taken, and so not been tried.
    let waiting: HashMap<_, _> = stored(&stage).await.into_iter().map(|it| (it.id(), it)).collect();
    assert!(slow[3..].iter().all(|job| waiting[&job.id] == Job::waiting(job.clone())));
    assert_eq!(ids(&take(&stage).await), new(&slow[3..]));
}
