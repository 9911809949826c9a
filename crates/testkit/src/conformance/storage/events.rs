//! What is told to others: after the commit, once, in order, and with what a
//! hub needs to know.

use std::sync::Arc;

use chinwag_domain::{Change, Draft, Event, Message, Signal, UserId, ports::IdGenerator};

use crate::{
    builders,
    conformance::{
        Stage,
        stage::{
            announce,
            looks::{at_once, changes, told},
        },
    },
};

/// A message is told once, whole, with the counters of its conversation.
pub async fn a_message_is_told_once_with_its_place(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann]).await;
    let first = stage.say(group, &ann, "one").await;
    let joined = stage.join(group, &bob).await;
    let second = stage.say(group, &bob, "two").await;

    let events = stage.bus().wait_for(3).await;
    assert_eq!(events.len(), 3, "{events:?}");
    let told = changes(&events);
    let counters: Vec<_> = told
        .iter()
        .map(|event| (event.conversation_id, event.revision.get(), event.members_revision.get()))
        .collect();
    assert_eq!(counters, [(group, 2, 1), (group, 3, 3), (group, 4, 3)]);
    assert_eq!(told[0].change, Change::MessageCreated(first.clone()));
    assert_eq!(told[1].change, Change::ParticipantJoined(joined));
    assert_eq!(told[2].change, Change::MessageCreated(second.clone()));
    assert_eq!((told[0].at, told[2].at), (first.created_at, second.created_at));
}

/// Of many messages at once, each is told once, and in order of revision.
pub async fn messages_at_once_are_told_in_order(stage: Stage) {
    let people = stage.people(["p1", "p2", "p3", "p4"]).await;
    let group = stage.group(&people.each_ref()).await;
    let stage = Arc::new(stage);
    let senders = people.map(|person| {
        let stage = Arc::clone(&stage);
        async move {
            for _ in 0..25 {
                stage.say(group, &person, "words").await;
            }
        }
    });
    at_once(senders).await;

    let events = stage.bus().wait_for(100).await;
    let revisions: Vec<i64> = changes(&events).iter().map(|event| event.revision.get()).collect();
    assert_eq!(revisions, (2..=101).collect::<Vec<i64>>());
}

/// By the time that somebody is told, the message can be read.
pub async fn what_is_told_is_stored(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let stage = Arc::new(stage);
    let sender = {
        let (stage, ann) = (Arc::clone(&stage), ann.clone());
        tokio::spawn(async move {
            for _ in 0..20 {
                stage.say(group, &ann, "words").await;
            }
        })
    };
    for count in 1..=20 {
        let events = stage.bus().wait_for(count).await;
        let newest: &Message = told(&events).last().unwrap();
        assert_eq!(stage.look(newest, &ann).await, *newest);
    }
    sender.await.unwrap();
}

/// Who sends a message and goes away loses neither the message nor its event.
pub async fn a_sender_who_goes_away_leaves_no_silent_message(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    for at in 0..40 {
        let message = stage.text(group, &ann, &format!("message {at}"));
        let log = Arc::clone(&stage.store.messages);
        let sending = tokio::spawn(async move { log.append(message).await });
        for _ in 0..at % 5 {
            tokio::task::yield_now().await;
        }
        sending.abort();
        let _ = sending.await;
    }
    // This one comes after whatever became of the others.
    let last = stage.say(group, &ann, "last").await;
    let stored = stage.all(group, &ann).await;
    assert_eq!(stored.last(), Some(&last));
    let events = stage.bus().wait_for(stored.len()).await;
    assert_eq!(told(&events), stored.iter().collect::<Vec<_>>());
}

/// Neither a repetition nor a refusal is told.
pub async fn repetitions_and_refusals_are_not_told(stage: Stage) {
    let [ann, eve] = stage.people(["ann", "eve"]).await;
    let group = stage.group(&[&ann]).await;
    let mut message = stage.text(group, &ann, "one");
    message.client_id = Some("c1".parse().unwrap());
    let first = stage.send(message.clone()).await;
    assert!(stage.store.messages.append(message).await.unwrap().duplicate);
    assert!(stage.store.messages.append(stage.text(group, &eve, "no")).await.is_err());
    let last = stage.say(group, &ann, "last").await;
    let events = stage.bus().wait_for(2).await;
    assert_eq!(told(&events), [&first, &last]);
}

/// A unit's events come after its commit, in the order in which they were given.
pub async fn a_unit_tells_in_order_after_its_commit(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let (mut unit, mut conversation) = stage.begin_in(group).await;
    let now = stage.tick();
    let mut expected = Vec::new();
    for at in 0..5 {
        let new = builders::new_message(
            stage.ids.message(),
            group,
            &ann.summary.id,
            Draft::text(format!("message {at}")),
            now,
        );
        let place = conversation.next_message(now);
        let message = Message::placed(new, ann.summary.clone(), place);
        unit.insert_message(&message).await.unwrap();
        announce(&mut *unit, &conversation, now, Change::MessageCreated(message.clone()));
        let signal = Event::from(signal(&ann.summary.id, &stage));
        unit.publish(signal.clone());
        expected.push((message, signal));
    }
    unit.save_conversation(&conversation).await.unwrap();
    assert!(stage.bus().recorded().is_empty(), "nothing is told before the commit");
    unit.commit().await.unwrap();

    let events = stage.bus().wait_for(10).await;
    for (pair, (message, signal)) in events.chunks(2).zip(&expected) {
        assert_eq!(told(&pair[..1]), [message]);
        assert_eq!(pair[1], *signal);
    }
    assert_eq!(events.len(), 10);
}

/// A unit that is dropped tells nothing.
pub async fn a_dropped_unit_tells_nothing(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let (mut unit, _) = stage.begin_in(group).await;
    unit.publish(signal(&ann.summary.id, &stage).into());
    drop(unit);
    let message = stage.say(group, &ann, "words").await;
    let events = stage.bus().wait_for(1).await;
    assert_eq!(told(&events), [&message]);
}

/// Moving a pointer tells nobody: that is for the use case.
pub async fn marks_are_not_told(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.say(group, &ann, "one").await;
    assert!(stage.read(group, &bob, 1).await);
    stage.say(group, &ann, "two").await;
    let events = stage.bus().wait_for(2).await;
    assert_eq!(told(&events).len(), 2, "{events:?}");
}

fn signal(user: &UserId, stage: &Stage) -> Signal {
    Signal::SessionRevoked { user_id: user.clone(), session_id: stage.ids.session() }
}
