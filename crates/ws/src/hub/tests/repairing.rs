//! Finding out what the bus lost, whether it says so or not.

use super::{World, pass, reads::Read, rest};
use crate::close::CloseCode;

#[tokio::test(start_paused = true)]
async fn a_gap_of_the_bus_is_told_to_everybody_and_the_lists_are_read_again() {
    let world = World::new();
    let [ann, bob, carol] = world.people(["ann", "bob", "carol"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    let alone = world.enter(&carol).await;
    world.bus.hold();
    world.remove(&ann, group, &bob).await;
    world.bus.flow();
    world.bus.gap();
    // Nothing else has to happen for it.
    assert_eq!(bobs.heard().await, ["sync.required", "conversation.removed"]);
    for socket in [&anns, &alone] {
        let events = socket.events().await;
        assert_eq!((events.len(), &events[0]["type"]), (1, &"sync.required".into()));
        assert_eq!(events[0].get("conversation_id"), None);
    }
    assert_eq!(world.reads.count(Read::Members), 1);
}

#[tokio::test(start_paused = true)]
async fn a_joining_lost_with_a_gap_is_made_up_where_nobody_listened() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[]).await;
    let socket = world.enter(&bob).await;
    world.bus.hold();
    world.add(&ann, group, &bob).await;
    world.bus.flow();
    world.bus.gap();
    assert_eq!(socket.heard().await, ["sync.required", "sync.required"]);
    world.send(&ann, group, "x").await;
    assert_eq!(socket.heard().await, ["message.created@4"]);
}

#[tokio::test(start_paused = true)]
async fn a_joining_that_the_bus_lost_in_silence_is_found_by_looking() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[]).await;
    let socket = world.enter(&bob).await;
    world.bus.hold();
    world.add(&ann, group, &bob).await;
    world.bus.flow();
    pass(5_000).await;
    assert_eq!(socket.heard().await, ["sync.required"]);
    pass(5_000).await;
    world.send(&ann, group, "x").await;
    assert_eq!(socket.heard().await, ["message.created@4"]);
}

#[tokio::test(start_paused = true)]
async fn a_gap_while_somebody_comes_in_has_the_memberships_read_once_more() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[]).await;
    world.reads.hold(Read::Memberships);
    let socket = world.entering(&bob);
    rest().await;
    world.bus.hold();
    world.add(&ann, group, &bob).await;
    world.bus.flow();
    world.bus.gap();
    rest().await;
    world.reads.release(Read::Memberships);
    let socket = socket.await.unwrap().unwrap();
    socket.heard().await;
    world.send(&ann, group, "x").await;
    assert_eq!(socket.heard().await, ["message.created@4"]);
}

#[tokio::test(start_paused = true)]
async fn memberships_that_cannot_be_read_again_are_tried_later() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let known = world.group(&ann, &[&bob]).await;
    let group = world.group(&ann, &[]).await;
    let socket = world.enter(&bob).await;
    world.bus.hold();
    world.add(&ann, group, &bob).await;
    world.bus.flow();
    world.reads.fail(Read::Memberships);
    world.bus.gap();
    assert_eq!(socket.heard().await, ["sync.required"]);
    // What it was in, it stays in; who is removed is not forgotten either.
    world.send(&ann, known, "x").await;
    assert_eq!(socket.heard().await, ["message.created@2"]);
    world.reads.mend(Read::Memberships);
    pass(2_100).await;
    assert_eq!(socket.heard().await, ["sync.required"]);
    world.send(&ann, group, "x").await;
    assert_eq!(socket.heard().await, ["message.created@4"]);
}

#[tokio::test(start_paused = true)]
async fn a_head_that_stays_ahead_is_told_once_at_the_second_look() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let socket = world.enter(&bob).await;
    world.bus.hold();
    world.send(&ann, group, "lost").await;
    world.bus.flow();
    pass(2_100).await;
    assert!(socket.heard().await.is_empty(), "it may be on its way");
    pass(2_000).await;
    assert_eq!(socket.heard().await, ["sync.required"]);
    pass(10_000).await;
    assert!(socket.heard().await.is_empty());
    world.send(&ann, group, "x").await;
    assert_eq!(socket.heard().await, ["message.created@3"]);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_only_slow_is_not_taken_for_lost() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let socket = world.enter(&bob).await;
    for expected in ["message.created@2", "message.created@3", "message.created@4"] {
        world.bus.hold();
        world.send(&ann, group, "slow").await;
        let events = world.bus.flow();
        pass(2_000).await;
        world.deliver(&events);
        assert_eq!(socket.heard().await, [expected]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_removal_is_found_without_any_event() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let socket = world.enter(&bob).await;
    world.bus.hold();
    world.remove(&ann, group, &bob).await;
    world.bus.flow();
    pass(4_200).await;
    assert_eq!(socket.heard().await, ["sync.required", "conversation.removed"]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_deletion_ends_the_feed() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let socket = world.enter(&bob).await;
    world.bus.hold();
    world.chat.delete_conversation.execute(&ann, group).await.unwrap();
    world.bus.flow();
    pass(4_200).await;
    assert_eq!(socket.heard().await, ["sync.required"]);
    assert!(world.hub.feeds.is_empty());
    assert!(!socket.seat.hears_of(group));
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_ended_unheard_closes_its_sockets_after_a_gap() {
    let world = World::new();
    let [ann] = world.people(["ann"]).await;
    let signed_in = world.signed_in(&ann).await;
    let (ending, staying) = (world.enter(&signed_in).await, world.enter(&ann).await);
    world.bus.hold();
    world.revoke(&ann, signed_in.session.unwrap()).await;
    world.bus.flow();
    world.bus.gap();
    rest().await;
    assert_eq!(ending.closed(), Some(CloseCode::SessionRevoked.code()));
    assert_eq!(staying.closed(), None);
}
