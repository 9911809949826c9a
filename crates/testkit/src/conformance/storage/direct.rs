//! A pair of people has one direct conversation, for ever.

use std::sync::Arc;

use chinwag_domain::{
    ConversationId, DirectKey, User,
    ports::{DirectInserted, IdGenerator},
};

use crate::{
    builders,
    conformance::{Stage, stage::looks::at_once},
};

/// Starts a conversation of the pair, unless there is one; its id, and whether it is new.
async fn start(stage: &Stage, one: &User, other: &User) -> (ConversationId, bool) {
    let id = stage.ids.conversation();
    let (conversation, people) = builders::direct(id, one, other, stage.tick());
    let mut unit = stage.begin().await;
    match unit.insert_direct(&conversation).await.unwrap() {
        DirectInserted::Existing(id) => (id, false),
        DirectInserted::New => {
            unit.insert_participants(&people).await.unwrap();
            unit.commit().await.unwrap();
            (id, true)
        }
    }
}

/// The second attempt finds the first conversation, whoever makes it.
pub async fn the_second_attempt_finds_the_first(stage: Stage) {
    let [ann, bob, cid] = stage.people(["ann", "bob", "cid"]).await;
    let (id, new) = start(&stage, &ann, &bob).await;
    assert!(new);
    assert_eq!(start(&stage, &ann, &bob).await, (id, false));
    assert_eq!(start(&stage, &bob, &ann).await, (id, false));
    let (other, new) = start(&stage, &ann, &cid).await;
    assert!(new && other != id);
}

/// It is found by the pair's key, in either order.
pub async fn a_pair_finds_its_conversation(stage: Stage) {
    let [ann, bob, cid] = stage.people(["ann", "bob", "cid"]).await;
    stage.group(&[&ann, &bob]).await;
    let find = async |one: &User, other: &User| {
        let key = DirectKey::of(&one.summary.id, &other.summary.id).unwrap();
        stage.store.conversations.direct(&key).await.unwrap()
    };
    assert_eq!(find(&ann, &bob).await, None, "a group of two is no direct conversation");
    let id = stage.direct(&bob, &ann).await;
    assert_eq!(find(&ann, &bob).await, Some(id));
    assert_eq!(find(&bob, &ann).await, Some(id));
    assert_eq!(find(&ann, &cid).await, None);
}

/// Of 24 attempts at once one is new, and all end up in it.
pub async fn of_many_at_once_one_is_new(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let stage = Arc::new(stage);
    let attempts = (0..24).map(|at| {
        let (stage, ann, bob) = (Arc::clone(&stage), ann.clone(), bob.clone());
        async move {
            if at % 2 == 0 {
                start(&stage, &ann, &bob).await
            } else {
                start(&stage, &bob, &ann).await
            }
        }
    });
    let answers = at_once(attempts).await;
    let new: Vec<_> = answers.iter().filter(|(_, new)| *new).collect();
    assert_eq!(new.len(), 1, "{answers:?}");
    assert!(answers.iter().all(|(id, _)| *id == new[0].0), "{answers:?}");
    let participants = stage.store.conversations.participants(new[0].0).await.unwrap();
    assert_eq!(participants.len(), 2);
}

/// Pairs at once do not get into each other's way.
pub async fn different_pairs_at_once_are_all_new(stage: Stage) {
    let people = stage.people(["p1", "p2", "p3", "p4", "p5", "p6"]).await;
    let stage = Arc::new(stage);
    let mut attempts = Vec::new();
    for (at, one) in people.iter().enumerate() {
        for other in &people[at + 1..] {
            let (stage, one, other) = (Arc::clone(&stage), one.clone(), other.clone());
            attempts.push(async move { start(&stage, &one, &other).await });
        }
    }
    let answers = at_once(attempts).await;
    assert_eq!(answers.iter().filter(|(_, new)| *new).count(), 15);
}

/// A unit that found the conversation can go on and lock it.
pub async fn the_existing_one_can_be_locked_at_once(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (id, _) = start(&stage, &ann, &bob).await;
    let (conversation, _) = builders::direct(stage.ids.conversation(), &bob, &ann, stage.tick());
    let mut unit = stage.begin().await;
    let found = unit.insert_direct(&conversation).await.unwrap();
    assert_eq!(found, DirectInserted::Existing(id));
    let locked = unit.lock_conversation(id).await.unwrap().unwrap();
    assert_eq!((locked.id, locked.created_by), (id, ann.summary.id));
    let missing = unit.lock_conversation(conversation.id).await.unwrap();
    assert_eq!(missing, None, "nothing is left of the attempt");
}

/// An attempt that is given up leaves the pair free.
pub async fn an_attempt_given_up_leaves_the_pair_free(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (conversation, _) = builders::direct(stage.ids.conversation(), &ann, &bob, stage.tick());
    let mut unit = stage.begin().await;
    assert_eq!(unit.insert_direct(&conversation).await.unwrap(), DirectInserted::New);
    drop(unit);
    let (id, new) = start(&stage, &bob, &ann).await;
    assert!(new && id != conversation.id);
}

/// Ids in which one is the beginning of another's do not get mixed up.
pub async fn similar_ids_are_different_pairs(stage: Stage) {
    let [a, ab, b, bb] = stage.people(["a", "a.b", "b", "b.b"]).await;
    let mut ids = Vec::new();
    for (one, other) in [(&a, &b), (&ab, &b), (&a, &bb), (&ab, &bb), (&a, &ab)] {
        let (id, new) = start(&stage, one, other).await;
        assert!(new);
        ids.push(id);
    }
    ids.dedup();
    assert_eq!(ids.len(), 5);
}
