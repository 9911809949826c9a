//! The unread count is exact.

use chinwag_domain::{GroupSettings, HistoryPolicy, User};

use crate::conformance::Stage;

/// Others' messages count, own ones do not.
pub async fn own_messages_do_not_count(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.say(group, &bob, "one").await;
    stage.say(group, &ann, "two").await;
    stage.say(group, &bob, "three").await;
    assert_eq!(stage.unread(group, &ann).await, 2);
    assert_eq!(stage.unread(group, &bob).await, 1);
}

/// Neither do system messages, whoever did what they tell.
pub async fn system_messages_do_not_count(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.note(group, &ann).await;
    stage.say(group, &ann, "words").await;
    stage.note(group, &bob).await;
    assert_eq!(stage.unread(group, &bob).await, 1);
    assert_eq!(stage.unread(group, &ann).await, 0);
}

/// Nor deleted ones, read before or not.
pub async fn deleted_messages_do_not_count(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let first = stage.say(group, &ann, "one").await;
    let second = stage.say(group, &ann, "two").await;
    stage.say(group, &ann, "three").await;
    stage.delete(&second, &ann).await;
    assert_eq!(stage.unread(group, &bob).await, 2);
    stage.read(group, &bob, 1).await;
    stage.delete(&first, &ann).await;
    assert_eq!(stage.unread(group, &bob).await, 1);
}

/// An own message that was deleted is not subtracted twice.
pub async fn a_deleted_own_message_is_counted_out_once(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.say(group, &ann, "one").await;
    let own = stage.say(group, &bob, "two").await;
    stage.note(group, &bob).await;
    stage.delete(&own, &bob).await;
    assert_eq!(stage.unread(group, &bob).await, 1);
}

/// Editing and reacting make nothing unread.
pub async fn changes_make_nothing_unread(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let message = stage.say(group, &ann, "one").await;
    stage.read(group, &bob, 1).await;
    stage.edit(&message, "other").await;
    stage.react(&message, &ann, "👍").await;
    assert_eq!(stage.unread(group, &bob).await, 0);
}

/// What is cleared is not unread.
pub async fn cleared_messages_do_not_count(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    for _ in 0..4 {
        stage.say(group, &ann, "words").await;
    }
    stage.read(group, &bob, 1).await;
    stage.clear(group, &bob, 3).await;
    assert_eq!(stage.unread(group, &bob).await, 1);
    stage.read(group, &bob, 2).await;
    assert_eq!(stage.unread(group, &bob).await, 1);
}

/// Who joins a group that hides its past begins with nothing unread.
pub async fn what_came_before_a_joiner_does_not_count(stage: Stage) {
    let [ann, bob, cid] = stage.people(["ann", "bob", "cid"]).await;
    let mut settings = GroupSettings::named("Team");
    let open = stage.group_with(&[&ann], settings.clone()).await;
    settings.history = HistoryPolicy::SinceJoin;
    let closed = stage.group_with(&[&ann, &cid], settings).await;
    for group in [open, closed] {
        stage.say(group, &ann, "before").await;
        stage.join(group, &bob).await;
        stage.say(group, &ann, "after").await;
    }
    assert_eq!(stage.unread(open, &bob).await, 2);
    assert_eq!(stage.unread(closed, &bob).await, 1);
    assert_eq!(stage.unread(closed, &cid).await, 2);
}

/// Reading in any order leaves what stands above the highest mark.
pub async fn reading_out_of_order_keeps_the_highest(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    for _ in 0..5 {
        stage.say(group, &ann, "words").await;
    }
    stage.read(group, &bob, 4).await;
    stage.read(group, &bob, 2).await;
    assert_eq!(stage.unread(group, &bob).await, 1);
    stage.receive(group, &bob, 5).await;
    assert_eq!(stage.unread(group, &bob).await, 1, "received is not read");
}

/// The total is over all conversations but the hidden, and names those with
/// something unread, newest activity first.
pub async fn the_total_leaves_out_what_is_hidden_or_gone(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let mut groups = Vec::new();
    for _ in 0..6 {
        groups.push(stage.group(&[&ann, &bob]).await);
    }
    // One message in the first, two in the second …
    for (at, group) in groups.iter().enumerate() {
        for _ in 0..=at {
            stage.say(*group, &ann, "words").await;
        }
    }
    stage.hide(groups[2], &bob).await;
    stage.leave(groups[3], &bob).await;
    stage.end(groups[4]).await;
    stage.read(groups[5], &bob, 4).await;
    stage.say(groups[0], &ann, "newest").await;
    let quiet = stage.group(&[&ann, &bob]).await;

    let unread = stage.store.conversations.unread(&bob.summary.id).await.unwrap();
    let named: Vec<_> = unread
        .conversations
        .iter()
        .map(|summary| (summary.membership.conversation.id, summary.unread))
        .collect();
    assert_eq!(named, [(groups[0], 2), (groups[5], 2), (groups[1], 2)]);
    assert_eq!(unread.total, 6);
    assert_eq!(total_of(&stage, &bob).await, 6);
    assert_eq!(total_of(&stage, &ann).await, 0);
    for summary in &unread.conversations {
        let id = summary.membership.conversation.id;
        assert_eq!(*summary, stage.summary(id, &bob).await);
    }
    assert_eq!(stage.unread(quiet, &bob).await, 0);
    let own = stage.store.conversations.unread(&ann.summary.id).await.unwrap();
    assert_eq!((own.total, own.conversations.len()), (0, 0));
}

/// The total counts also the conversations that are too many to be named.
pub async fn the_total_counts_more_than_it_names(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    for _ in 0..103 {
        let group = stage.group(&[&ann, &bob]).await;
        stage.say(group, &ann, "words").await;
    }
    let unread = stage.store.conversations.unread(&bob.summary.id).await.unwrap();
    assert_eq!((unread.total, unread.conversations.len()), (103, 100));
    assert_eq!(total_of(&stage, &bob).await, 103);
}

async fn total_of(stage: &Stage, who: &User) -> u64 {
    stage.store.conversations.unread_total(&who.summary.id).await.unwrap()
}
