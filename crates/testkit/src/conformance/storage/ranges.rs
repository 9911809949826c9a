//! Reading a conversation from either end, from anywhere.

use std::sync::Arc;

use chinwag_domain::{Order, Seq, Window, ports::IdGenerator};

use crate::conformance::{
    Stage,
    stage::looks::{at_once, everything, seqs},
};

/// Oldest first from the beginning, newest first from the end.
pub async fn both_orders_begin_at_their_own_end(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    for _ in 0..7 {
        stage.say(group, &ann, "words").await;
    }
    let window = Window { limit: 3, ..everything() };
    assert_eq!(seqs(&stage.range(group, &ann, window).await), [1, 2, 3]);
    let window = Window { order: Order::Descending, ..window };
    assert_eq!(seqs(&stage.range(group, &ann, window).await), [7, 6, 5]);
}

/// Both bounds are exclusive, and hold in both orders.
pub async fn bounds_are_exclusive(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    for _ in 0..9 {
        stage.say(group, &ann, "words").await;
    }
    let window = Window { above: Seq::new(2), below: Some(Seq::new(7)), limit: 3, ..everything() };
    assert_eq!(seqs(&stage.range(group, &ann, window).await), [3, 4, 5]);
    let newest = Window { order: Order::Descending, ..window };
    assert_eq!(seqs(&stage.range(group, &ann, newest).await), [6, 5, 4]);
    let empty = Window { above: Seq::new(6), ..window };
    assert_eq!(seqs(&stage.range(group, &ann, empty).await), [0_i64; 0]);
    let beyond = Window { above: Seq::new(8), below: None, ..window };
    assert_eq!(seqs(&stage.range(group, &ann, beyond).await), [9]);
    let beyond = Window { above: Seq::new(9), below: None, ..window };
    assert_eq!(seqs(&stage.range(group, &ann, beyond).await), [0_i64; 0]);
}

/// An empty conversation, and an unknown one, have no messages.
pub async fn where_nothing_is_nothing_is_found(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    assert!(stage.range(group, &ann, everything()).await.is_empty());
    assert!(stage.range(stage.ids.conversation(), &ann, everything()).await.is_empty());
    let unknown = stage.store.messages.find(stage.ids.message(), &ann.summary.id).await;
    assert_eq!(unknown.unwrap(), None);
}

/// Messages of other conversations do not come in between.
pub async fn a_range_stays_in_its_conversation(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let (one, two) = (stage.group(&[&ann]).await, stage.group(&[&ann]).await);
    for _ in 0..3 {
        stage.say(one, &ann, "here").await;
        stage.say(two, &ann, "there").await;
    }
    let found = stage.range(one, &ann, everything()).await;
    assert_eq!(seqs(&found), [1, 2, 3]);
    assert!(found.iter().all(|message| message.conversation_id == one));
}

/// System messages and tombstones stand in their place.
pub async fn nothing_is_left_out(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let first = stage.say(group, &ann, "words").await;
    let note = stage.note(group, &ann).await;
    let last = stage.say(group, &ann, "more").await;
    let gone = stage.delete(&first, &ann).await;
    assert_eq!(stage.all(group, &ann).await, [gone, note, last]);
}

/// 201 at once, and windows deep inside, are whole and in order.
pub async fn windows_deep_inside_are_whole(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let messages: Vec<_> = (0..450).map(|_| stage.text(group, &ann, "words")).collect();
    at_once(messages.into_iter().map(|message| {
        let log = Arc::clone(&stage.store.messages);
        async move { log.append(message).await.unwrap() }
    }))
    .await;
    let window =
        Window { below: Some(Seq::new(440)), order: Order::Descending, limit: 201, ..everything() };
    let found = seqs(&stage.range(group, &ann, window).await);
    assert_eq!(found, (239..440).rev().collect::<Vec<i64>>());
    let window = Window { above: Seq::new(123), limit: 201, ..everything() };
    let found = seqs(&stage.range(group, &ann, window).await);
    assert_eq!(found, (124..325).collect::<Vec<i64>>());
}

/// The sender's name is the present one, not that of the day.
pub async fn senders_carry_their_present_name(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let message = stage.say(group, &ann, "words").await;
    let change = chinwag_domain::ProfileChange {
        name: Some("Änne".into()),
        avatar_url: Some(Some("https://example.org/a".into())),
    };
    let renamed = stage.store.users.update_profile(&ann.summary.id, change, stage.tick()).await;
    let renamed = renamed.unwrap().unwrap().summary;
    assert_eq!(stage.look(&message, &ann).await.sender, renamed);
    assert_eq!(stage.all(group, &ann).await[0].sender, renamed);
    assert_eq!(stage.membership(group, &ann).await.participant.user, renamed);
    assert_eq!(stage.say(group, &ann, "more").await.sender, renamed);
}
