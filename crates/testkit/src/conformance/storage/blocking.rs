//! Blocks: between two people, seen at once, and asked under the lock under which messages are stored.

use std::{collections::HashSet, sync::Arc};

use chinwag_domain::{DirectKey, Limit, User, UserId, ports::AppendError};

use crate::conformance::{Stage, stage::looks::at_once};

fn ids(people: &[&User]) -> Vec<UserId> {
    people.iter().map(|person| person.summary.id.clone()).collect()
}

fn set(people: &[&User]) -> HashSet<UserId> {
    ids(people).into_iter().collect()
}

async fn blocked_by(stage: &Stage, who: &User) -> Vec<UserId> {
    let page = stage.store.blocks.list(&who.summary.id, None, Limit::LIST).await.unwrap();
    page.items.into_iter().map(|(user, _)| user.id).collect()
}

/// A block is of one person and stands between two; again, it changes nothing.
pub async fn a_block_stands_between_two_people(stage: Stage) {
    let [ann, bob, carol] = stage.people(["ann", "bob", "carol"]).await;
    assert!(stage.block(&ann, &bob).await);
    assert!(!stage.block(&ann, &bob).await, "it stands");
    let blocks = &stage.store.blocks;
    let all = ids(&[&ann, &bob, &carol]);
    for (who, other) in [(&ann, &bob), (&bob, &ann)] {
        let between = blocks.between(&who.summary.id, &all).await.unwrap();
        assert_eq!(between, set(&[other]));
    }
    assert_eq!(blocks.between(&carol.summary.id, &all).await.unwrap(), set(&[]));
    assert_eq!(blocks.by(&bob.summary.id, &all).await.unwrap(), set(&[&ann]));
    assert_eq!(blocks.by(&ann.summary.id, &all).await.unwrap(), set(&[]));
    assert_eq!(blocked_by(&stage, &ann).await, ids(&[&bob]));
    assert_eq!(blocked_by(&stage, &bob).await, []);
    assert!(stage.unblock(&ann, &bob).await);
    assert!(!stage.unblock(&ann, &bob).await, "it is gone");
    assert_eq!(blocks.between(&ann.summary.id, &all).await.unwrap(), set(&[]));
}

/// Each of two may block the other; one taking it back leaves the other's.
pub async fn two_blocks_are_taken_back_one_by_one(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let direct = stage.direct(&ann, &bob).await;
    assert!(stage.block(&ann, &bob).await && stage.block(&bob, &ann).await);
    assert!(stage.unblock(&ann, &bob).await);
    let refused = stage.store.messages.append(stage.text(direct, &ann, "words")).await;
    assert!(matches!(refused, Err(AppendError::Blocked)), "{refused:?}");
    assert!(stage.unblock(&bob, &ann).await);
    stage.say(direct, &ann, "words").await;
}

/// Neither of the two sends to the other, also in one batch with messages that go through.
pub async fn nothing_is_sent_across_a_block(stage: Stage) {
    let [ann, bob, carol] = stage.people(["ann", "bob", "carol"]).await;
    let (blocked, free) = (stage.direct(&ann, &bob).await, stage.direct(&ann, &carol).await);
    let group = stage.group(&[&ann, &bob]).await;
    stage.block(&ann, &bob).await;
    let stage = Arc::new(stage);
    let sends = (0..12).map(|at| {
        let stage = Arc::clone(&stage);
        let from = if at % 2 == 0 { ann.clone() } else { bob.clone() };
        let to = if at % 3 == 0 { group } else { blocked };
        async move { (to, stage.store.messages.append(stage.text(to, &from, "words")).await) }
    });
    for (to, outcome) in at_once(sends).await {
        if to == group {
            outcome.unwrap();
        } else {
            assert!(matches!(outcome, Err(AppendError::Blocked)), "{outcome:?}");
        }
    }
    stage.say(free, &carol, "words").await;
    assert_eq!(stage.all(blocked, &ann).await, []);
    assert_eq!(stage.all(group, &ann).await.len(), 4);
}

/// Who takes no part is told that, and nothing of the block.
pub async fn strangers_are_not_told_of_a_block(stage: Stage) {
    let [ann, bob, eve] = stage.people(["ann", "bob", "eve"]).await;
    let direct = stage.direct(&ann, &bob).await;
    stage.block(&ann, &bob).await;
    let refused = stage.store.messages.append(stage.text(direct, &eve, "words")).await;
    assert!(matches!(refused, Err(AppendError::NotParticipant)), "{refused:?}");
}

/// Who holds a pair keeps others from it: who comes after finds the block.
pub async fn a_pair_is_held_by_one_at_a_time(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (one, other) = (ann.summary.id.clone(), bob.summary.id.clone());
    let pair = DirectKey::of(&one, &other).unwrap();
    let stage = Arc::new(stage);
    let mut unit = stage.begin().await;
    assert_eq!(unit.lock_pair(&pair).await.unwrap(), None);
    let (later, its_pair) = (Arc::clone(&stage), pair.clone());
    let (its_one, its_other) = (one.clone(), other.clone());
    let second = tokio::spawn(async move {
        let mut unit = later.begin().await;
        assert_eq!(unit.lock_pair(&its_pair).await.unwrap(), None);
        unit.blocked_between(&its_other, &its_one).await.unwrap()
    });
    // Time enough to come in between, if the pair were not held.
    for _ in 0..200 {
        stage.store.blocks.by(&one, std::slice::from_ref(&other)).await.unwrap();
    }
    assert!(unit.block(&one, &other, stage.tick()).await.unwrap());
    unit.commit().await.unwrap();
    assert!(second.await.unwrap(), "it came in before the block was there");

    let direct = stage.direct(&ann, &bob).await;
    let mut unit = stage.begin().await;
    assert_eq!(unit.lock_pair(&pair).await.unwrap(), Some(direct));
}
