//! Pointers: how far somebody has received and read.

use std::sync::Arc;

use chinwag_domain::{Mark, Pointers, ReceiptKind, Seq, ports::IdGenerator};

use crate::conformance::{Stage, stage::looks::at_once};

/// An own message is read, when nothing unread stands before it.
pub async fn an_own_message_is_read_at_once(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.say(group, &ann, "one").await;
    stage.say(group, &ann, "two").await;
    assert_eq!(stage.pointers(group, &ann).await, (2, 2));
    assert_eq!(stage.pointers(group, &bob).await, (0, 0));
}

/// An own message does not read what came before it from others.
pub async fn an_own_message_leaves_unread_what_came_before(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.say(group, &bob, "one").await;
    stage.say(group, &ann, "two").await;
    stage.say(group, &ann, "three").await;
    assert_eq!(stage.pointers(group, &ann).await, (0, 0));
    assert!(stage.read(group, &ann, 3).await);
    stage.say(group, &ann, "four").await;
    assert_eq!(stage.pointers(group, &ann).await, (4, 4));
}

/// The sender's pointer moves alike when many messages are stored together.
pub async fn own_messages_at_once_are_read_as_far_as_they_reach(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let messages: Vec<_> = (0..40)
        .map(|at| stage.text(group, if at % 8 == 7 { &bob } else { &ann }, "words"))
        .collect();
    at_once(messages.into_iter().map(|message| {
        let log = Arc::clone(&stage.store.messages);
        async move { log.append(message).await.unwrap() }
    }))
    .await;
    let stored = stage.all(group, &ann).await;
    for person in [&ann, &bob] {
        let own = stored.iter().take_while(|message| message.sender.id == person.summary.id);
        let own = i64::try_from(own.count()).unwrap();
        assert_eq!(stage.pointers(group, person).await, (own, own));
    }
}

/// Marks move a pointer forward, never back, and say whether they did.
pub async fn marks_move_forward_only(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    for _ in 0..5 {
        stage.say(group, &ann, "words").await;
    }
    assert!(stage.receive(group, &bob, 3).await);
    assert_eq!(stage.pointers(group, &bob).await, (0, 3));
    assert!(!stage.receive(group, &bob, 3).await);
    assert!(!stage.receive(group, &bob, 1).await);
    assert!(stage.read(group, &bob, 2).await);
    assert_eq!(stage.pointers(group, &bob).await, (2, 3));
    assert!(!stage.read(group, &bob, 1).await);
    assert_eq!(stage.pointers(group, &bob).await, (2, 3));
}

/// What is read has been received.
pub async fn reading_implies_delivery(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.say(group, &ann, "one").await;
    stage.say(group, &ann, "two").await;
    assert!(stage.read(group, &bob, 2).await);
    assert_eq!(stage.pointers(group, &bob).await, (2, 2));
    assert!(!stage.receive(group, &bob, 2).await);
}

/// Marks take no revision: they are no change of the conversation.
pub async fn marks_take_no_revision(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let message = stage.say(group, &ann, "one").await;
    stage.read(group, &bob, 1).await;
    assert_eq!(stage.membership(group, &bob).await.conversation.revision, message.revision);
}

/// Nothing is noted of people who are not in the conversation.
pub async fn marks_of_people_who_are_gone_do_nothing(stage: Stage) {
    let [ann, bob, eve] = stage.people(["ann", "bob", "eve"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.say(group, &ann, "one").await;
    stage.leave(group, &bob).await;
    assert!(!stage.read(group, &bob, 1).await);
    assert!(!stage.read(group, &eve, 1).await);
    assert!(!stage.read(stage.ids.conversation(), &ann, 1).await);
    stage.join(group, &bob).await;
    assert_eq!(stage.pointers(group, &bob).await, (0, 0));
}

/// Of many marks at once the highest stands, whatever order they come in.
pub async fn of_marks_at_once_the_highest_stands(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    for _ in 0..20 {
        stage.say(group, &ann, "words").await;
    }
    let marks = (0..40).map(|at: i64| {
        let kind = if at % 2 == 0 { ReceiptKind::Read } else { ReceiptKind::Delivered };
        // 7 and 20 have no common divisor: every number from 1 to 20 once per kind.
        let seq = Seq::new((at / 2) * 7 % 20 + 1);
        let user_id = bob.summary.id.clone();
        Mark { conversation_id: group, user_id, kind, seq, at: stage.tick() }
    });
    let marks: Vec<_> = marks.collect();
    let moved = at_once(marks.into_iter().map(|mark| {
        let receipts = Arc::clone(&stage.store.receipts);
        async move { receipts.mark(mark).await.unwrap() }
    }))
    .await;
    assert!(moved.contains(&true));
    assert_eq!(stage.pointers(group, &bob).await, (20, 20));
}

/// How far the others have come is how far the slowest of those present has.
pub async fn others_are_as_far_as_the_slowest(stage: Stage) {
    let [ann, bob, cid] = stage.people(["ann", "bob", "cid"]).await;
    let group = stage.group(&[&ann, &bob, &cid]).await;
    for _ in 0..4 {
        stage.say(group, &ann, "words").await;
    }
    let pointers =
        async || stage.store.messages.others_pointers(group, &ann.summary.id).await.unwrap();
    let at =
        |read, delivered| Some(Pointers { read: Seq::new(read), delivered: Seq::new(delivered) });
    assert_eq!(pointers().await, at(0, 0));
    stage.read(group, &bob, 3).await;
    stage.receive(group, &cid, 2).await;
    assert_eq!(pointers().await, at(0, 2));
    stage.read(group, &cid, 1).await;
    assert_eq!(pointers().await, at(1, 2));
    stage.leave(group, &cid).await;
    assert_eq!(pointers().await, at(3, 3));
    stage.leave(group, &bob).await;
    assert_eq!(pointers().await, None, "nobody else is there");
}
