//! A conversation as one person sees it.

use chinwag_domain::{GroupSettings, HistoryPolicy, Pointers, Seq, ports::IdGenerator};

use crate::conformance::Stage;

/// Before the first message there is none, and nothing to count.
pub async fn a_new_conversation_is_empty(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let summary = stage.summary(group, &ann).await;
    assert_eq!(summary.membership, stage.membership(group, &ann).await);
    assert_eq!((summary.last_message, summary.others, summary.unread), (None, None, 0));
    assert_eq!(summary.other, None, "a group has no other person");
}

/// The other person of a direct conversation, and when they were last seen.
pub async fn a_direct_one_shows_the_other(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let direct = stage.direct(&ann, &bob).await;
    assert_eq!(stage.summary(direct, &ann).await.other, Some((bob.summary.clone(), None)));
    let seen = stage.tick();
    stage.store.users.seen(&bob.summary.id, seen).await.unwrap();
    let other = stage.summary(direct, &ann).await.other;
    assert_eq!(other, Some((bob.summary.clone(), Some(seen))));
    assert_eq!(stage.summary(direct, &bob).await.other, Some((ann.summary.clone(), None)));
}

/// The newest message, whatever it is.
pub async fn the_last_message_is_the_newest(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.say(group, &ann, "one").await;
    let note = stage.note(group, &bob).await;
    assert_eq!(stage.summary(group, &ann).await.last_message, Some(note));
    let second = stage.say(group, &bob, "two").await;
    stage.react(&second, &ann, "👍").await;
    let last = stage.summary(group, &ann).await.last_message.unwrap();
    assert_eq!(last, stage.look(&second, &ann).await);
    assert!(last.reactions[0].me);
    let gone = stage.delete(&second, &bob).await;
    assert_eq!(stage.summary(group, &ann).await.last_message, Some(gone));
}

/// Below the person's floor there is nothing, not even as the last message.
pub async fn nothing_below_the_floor_is_shown(stage: Stage) {
    let [ann, bob, cid] = stage.people(["ann", "bob", "cid"]).await;
    let mut settings = GroupSettings::named("Team");
    settings.history = HistoryPolicy::SinceJoin;
    let group = stage.group_with(&[&ann, &bob], settings).await;
    stage.say(group, &ann, "one").await;
    let second = stage.say(group, &ann, "two").await;
    stage.join(group, &cid).await;
    assert_eq!(stage.summary(group, &cid).await.last_message, None);
    stage.clear(group, &bob, 2).await;
    assert_eq!(stage.summary(group, &bob).await.last_message, None);
    assert_eq!(stage.summary(group, &ann).await.last_message, Some(second));
    let third = stage.say(group, &ann, "three").await;
    for person in [&ann, &bob, &cid] {
        let last = stage.summary(group, person).await.last_message;
        assert_eq!(last.as_ref(), Some(&third));
    }
}

/// How far the others are is told when the last message is one's own.
pub async fn how_far_the_others_are_is_for_the_sender(stage: Stage) {
    let [ann, bob, cid] = stage.people(["ann", "bob", "cid"]).await;
    let group = stage.group(&[&ann, &bob, &cid]).await;
    stage.say(group, &ann, "one").await;
    stage.read(group, &bob, 1).await;
    stage.receive(group, &cid, 1).await;
    let expected = Pointers { read: Seq::ZERO, delivered: Seq::new(1) };
    assert_eq!(stage.summary(group, &ann).await.others, Some(expected));
    assert_eq!(stage.summary(group, &bob).await.others, None);
    stage.leave(group, &cid).await;
    let expected = Pointers { read: Seq::new(1), delivered: Seq::new(1) };
    assert_eq!(stage.summary(group, &ann).await.others, Some(expected));
    stage.leave(group, &bob).await;
    assert_eq!(stage.summary(group, &ann).await.others, None, "there is nobody else");
}

/// Asked for several, those come that the person is in.
pub async fn summaries_are_of_ones_own(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let mine = stage.group(&[&ann]).await;
    let ours = stage.direct(&ann, &bob).await;
    let (theirs, left, ended) =
        (stage.group(&[&bob]).await, stage.group(&[&ann, &bob]).await, stage.group(&[&ann]).await);
    let hidden = stage.group(&[&ann]).await;
    stage.leave(left, &ann).await;
    stage.end(ended).await;
    stage.hide(hidden, &ann).await;
    let asked = [mine, ours, theirs, left, ended, hidden, stage.ids.conversation(), mine];
    let found = stage.store.conversations.summaries(&ann.summary.id, &asked).await.unwrap();
    let mut ids: Vec<_> = found.iter().map(|found| found.membership.conversation.id).collect();
    ids.sort();
    assert_eq!(ids, [mine, ours, hidden]);
    let none = stage.store.conversations.summaries(&ann.summary.id, &[]).await.unwrap();
    assert_eq!(none, []);
}
