//! Order of delivery: by revision, without holes, or with `sync.required`.

use super::{World, bus::durable, pass, reads::Read, rest};

/// Ann, Bob's socket, and what Ann sent while the bus was held.
macro_rules! held_messages {
    ($world:ident, $bob:ident, $events:ident, $count:literal) => {
        let $world = World::new();
        let [ann, bob] = $world.people(["ann", "bob"]).await;
        let group = $world.group(&ann, &[&bob]).await;
        let $bob = $world.enter(&bob).await;
        $world.bus.hold();
        for number in 0..$count {
            $world.send(&ann, group, &number.to_string()).await;
        }
        // Messages 2, 3, …
        let $events = durable(&$world.bus.flow());
        assert_eq!($events.len(), $count);
    };
}

#[tokio::test(start_paused = true)]
async fn events_are_delivered_by_revision_however_they_arrive() {
    for order in [[5, 4, 3, 2, 1, 0], [1, 0, 3, 2, 5, 4], [2, 0, 5, 1, 4, 3]] {
        held_messages!(world, bob, events, 6);
        world.deliver(order.map(|at| &events[at]));
        let expected: Vec<_> = (2..8).map(|at| format!("message.created@{at}")).collect();
        assert_eq!(bob.heard().await, expected, "{order:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_comes_twice_is_delivered_once() {
    held_messages!(world, bob, events, 3);
    world.deliver([&events[0], &events[0], &events[2], &events[2], &events[1], &events[0]]);
    let expected = ["message.created@2", "message.created@3", "message.created@4"];
    assert_eq!(bob.heard().await, expected);
    world.deliver(&events);
    assert!(bob.heard().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_missing_event_is_waited_for_200_ms_and_then_told_of() {
    held_messages!(world, bob, events, 4);
    world.deliver([&events[0], &events[2]]);
    pass(197).await;
    assert_eq!(bob.heard().await, ["message.created@2"]);
    pass(5).await;
    assert_eq!(bob.heard().await, ["sync.required", "message.created@4"]);
    // Too late: it would be out of order. What follows goes on.
    world.deliver([&events[1], &events[3]]);
    assert_eq!(bob.heard().await, ["message.created@5"]);
}

#[tokio::test(start_paused = true)]
async fn a_predecessor_in_time_leaves_no_trace() {
    held_messages!(world, bob, events, 3);
    world.deliver([&events[0], &events[2]]);
    pass(190).await;
    world.deliver([&events[1]]);
    pass(1_000).await;
    let expected = ["message.created@2", "message.created@3", "message.created@4"];
    assert_eq!(bob.heard().await, expected);
}

#[tokio::test(start_paused = true)]
async fn every_gap_has_its_own_200_ms() {
    held_messages!(world, bob, events, 5);
    world.deliver([&events[0], &events[2]]);
    pass(150).await;
    world.deliver([&events[1], &events[4]]);
    bob.heard().await;
    pass(190).await;
    assert!(bob.heard().await.is_empty(), "the second gap is 191 ms old");
    pass(20).await;
    assert_eq!(bob.heard().await, ["sync.required", "message.created@6"]);
}

#[tokio::test(start_paused = true)]
async fn conversations_do_not_wait_for_each_other() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let (one, other) = (world.group(&ann, &[&bob]).await, world.group(&ann, &[&bob]).await);
    let socket = world.enter(&bob).await;
    world.bus.hold();
    world.send(&ann, one, "lost").await;
    world.bus.flow();
    world.send(&ann, one, "held").await;
    world.send(&ann, other, "x").await;
    let events = socket.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["conversation_id"], other.to_string());
}

#[tokio::test(start_paused = true)]
async fn a_new_feed_begins_after_the_head() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    world.bus.hold();
    world.send(&ann, group, "before").await;
    let late = world.bus.flow();
    let socket = world.enter(&bob).await;
    world.deliver(&late);
    assert!(socket.heard().await.is_empty());
    world.send(&ann, group, "after").await;
    assert_eq!(socket.heard().await, ["message.created@3"]);
}

#[tokio::test(start_paused = true)]
async fn what_comes_while_the_head_is_read_is_delivered_after_it() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    world.reads.hold(Read::Heads);
    let socket = world.entering(&bob);
    rest().await;
    world.send(&ann, group, "1").await;
    world.send(&ann, group, "2").await;
    rest().await;
    assert!(!socket.is_finished(), "not ready before the head is known");
    world.reads.release(Read::Heads);
    let socket = socket.await.unwrap().unwrap();
    assert_eq!(socket.heard().await, ["message.created@2", "message.created@3"]);
}

#[tokio::test(start_paused = true)]
async fn a_feed_whose_head_cannot_be_read_is_not_kept() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    world.reads.hold(Read::Heads);
    world.reads.fail(Read::Heads);
    let socket = world.entering(&bob);
    rest().await;
    world.send(&ann, group, "held").await;
    rest().await;
    world.reads.release(Read::Heads);
    assert!(socket.await.unwrap().is_err());
    pass(500).await;
    world.assert_empty();
}
