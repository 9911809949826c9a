//! What has changed since a revision: how somebody who was away catches up.

use chinwag_domain::{ConversationId, Message, Revision, Seq, User, ports::IdGenerator};

use crate::conformance::{Stage, stage::looks::seqs};

async fn since(
    stage: &Stage,
    id: ConversationId,
    who: &User,
    revision: i64,
    bounds: (i64, u16),
) -> Vec<Message> {
    let (floor, limit) = bounds;
    let (revision, floor) = (Revision::new(revision), Seq::new(floor));
    let log = &stage.store.messages;
    log.changed_since(id, revision, floor, limit, &who.summary.id).await.unwrap()
}

/// Messages come by their last change, each once, as they are now.
pub async fn changes_come_by_revision(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann]).await;
    let first = stage.say(group, &ann, "one").await; // 2
    let second = stage.say(group, &ann, "two").await; // 3
    let third = stage.say(group, &ann, "three").await; // 4
    stage.edit(&first, "1").await; // 5
    stage.join(group, &bob).await; // 6, no message
    let second = stage.delete(&second, &ann).await; // 7
    let (_, first) = stage.react(&first, &bob, "👍").await; // 8
    let fourth = stage.say(group, &bob, "four").await; // 9

    let all = since(&stage, group, &bob, 0, (1, 100)).await;
    assert_eq!(all, [third.clone(), second, first.clone(), fourth.clone()]);
    let revisions: Vec<i64> = all.iter().map(|message| message.revision.get()).collect();
    assert_eq!(revisions, [4, 7, 8, 9]);
    assert_eq!(since(&stage, group, &bob, 7, (1, 100)).await, [first, fourth]);
    assert_eq!(since(&stage, group, &bob, 9, (1, 100)).await, []);
}

/// At most so many, and going on from the last finds the rest.
pub async fn changes_come_in_pieces(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let mut sent = Vec::new();
    for _ in 0..7 {
        sent.push(stage.say(group, &ann, "words").await);
    }
    stage.edit(&sent[0], "edited").await;
    stage.edit(&sent[3], "edited").await;
    let mut found = Vec::new();
    let mut revision = 0;
    loop {
        let piece = since(&stage, group, &ann, revision, (1, 3)).await;
        let Some(last) = piece.last() else { break };
        assert!(piece.len() <= 3);
        assert!(last.revision.get() > revision, "goes in circles");
        revision = last.revision.get();
        found.extend(piece);
    }
    assert_eq!(seqs(&found), [2, 3, 5, 6, 7, 1, 4]);
}

/// What lies below the floor is never among them, however new its change.
pub async fn nothing_below_the_floor_comes(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let first = stage.say(group, &ann, "one").await;
    for _ in 0..3 {
        stage.say(group, &ann, "words").await;
    }
    stage.edit(&first, "edited").await;
    assert_eq!(seqs(&since(&stage, group, &ann, 0, (2, 100)).await), [2, 3, 4]);
    assert_eq!(seqs(&since(&stage, group, &ann, 0, (4, 100)).await), [4]);
    assert_eq!(seqs(&since(&stage, group, &ann, 0, (2, 2)).await), [2, 3], "floor, then limit");
    assert_eq!(seqs(&since(&stage, group, &ann, 0, (5, 100)).await), [0_i64; 0]);
}

/// Reactions are those that the viewer sees.
pub async fn reactions_are_the_viewers(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let message = stage.say(group, &ann, "words").await;
    stage.react(&message, &bob, "👍").await;
    for (viewer, me) in [(&ann, false), (&bob, true)] {
        let changed = since(&stage, group, viewer, 2, (1, 10)).await;
        assert_eq!((changed[0].reactions[0].count, changed[0].reactions[0].me), (1, me));
        assert_eq!(changed, [stage.look(&message, viewer).await]);
    }
}

/// Other conversations' changes are theirs.
pub async fn changes_stay_in_their_conversation(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let (one, two) = (stage.group(&[&ann]).await, stage.group(&[&ann]).await);
    let here = stage.say(one, &ann, "here").await;
    stage.say(two, &ann, "there").await;
    assert_eq!(since(&stage, one, &ann, 0, (1, 100)).await, [here]);
    assert_eq!(since(&stage, stage.ids.conversation(), &ann, 0, (1, 100)).await, []);
}
