//! Lists of people that cannot be trusted: nobody hears what may not be theirs.

use std::sync::Arc;

use chinwag_application::Actor;
use chinwag_domain::{ConversationId, Event};

use super::{
    World,
    bus::{durable, moved},
    pass,
    reads::Read,
    rest,
};

/// The next change of people is lost, and something else stands in its place:
/// there is no gap, but what Ann says then knows of a newer list.
async fn lost(
    world: &World,
    ann: &Actor,
    group: ConversationId,
    change: impl AsyncFnOnce(),
) -> Arc<Event> {
    world.bus.hold();
    world.send(ann, group, "filler").await;
    change().await;
    world.send(ann, group, "secret").await;
    let events = durable(&world.bus.flow());
    world.deliver([&events[0], &moved(&events[0], 3)]);
    moved(events.last().unwrap(), 4)
}

#[tokio::test(start_paused = true)]
async fn a_message_that_knows_of_a_newer_list_has_it_read_first() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    let secret = lost(&world, &ann, group, async || world.remove(&ann, group, &bob).await).await;
    for socket in [&anns, &bobs] {
        assert_eq!(socket.heard().await, ["message.created@2", "message.created@3"]);
    }
    world.deliver([&secret]);
    assert_eq!(bobs.heard().await, ["conversation.removed"]);
    assert_eq!(anns.heard().await, ["message.created@4"]);
    assert_eq!(world.reads.count(Read::Members), 1);
    // Once is enough.
    world.deliver([&moved(&secret, 5)]);
    assert_eq!(anns.heard().await, ["message.created@5"]);
    assert_eq!(world.reads.count(Read::Members), 1);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_knows_of_a_newer_list_lets_in_whose_joining_was_lost() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[]).await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    let message = lost(&world, &ann, group, async || world.add(&ann, group, &bob).await).await;
    assert!(bobs.heard().await.is_empty());
    world.deliver([&message]);
    assert_eq!(bobs.heard().await, ["sync.required", "message.created@4"]);
    assert_eq!(anns.heard().await.last().unwrap(), "message.created@4");
}

#[tokio::test(start_paused = true)]
async fn while_the_list_cannot_be_read_nobody_hears_but_all_are_told_to_sync() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    let secret = lost(&world, &ann, group, async || world.remove(&ann, group, &bob).await).await;
    world.reads.fail(Read::Members);
    world.deliver([&secret]);
    pass(1_000).await;
    for socket in [&anns, &bobs] {
        assert_eq!(socket.heard().await.last().unwrap(), "sync.required");
    }
    world.reads.mend(Read::Members);
    world.deliver([&moved(&secret, 5)]);
    assert_eq!(anns.heard().await, ["message.created@5"]);
    assert_eq!(bobs.heard().await, ["conversation.removed"]);
}

#[tokio::test(start_paused = true)]
async fn a_short_failure_of_the_store_is_not_noticed() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let anns = world.enter(&ann).await;
    let secret = lost(&world, &ann, group, async || world.remove(&ann, group, &bob).await).await;
    anns.heard().await;
    world.reads.fail(Read::Members);
    world.deliver([&secret]);
    pass(100).await;
    world.reads.mend(Read::Members);
    pass(300).await;
    assert_eq!(anns.heard().await, ["message.created@4"]);
}

#[tokio::test(start_paused = true)]
async fn after_a_gap_the_list_is_read_before_anything_is_delivered() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    world.bus.hold();
    world.remove(&ann, group, &bob).await;
    world.bus.flow();
    world.send(&ann, group, "secret").await;
    pass(300).await;
    assert_eq!(bobs.heard().await, ["sync.required", "conversation.removed"]);
    assert_eq!(anns.heard().await, ["sync.required", "message.created@4"]);
}

#[tokio::test(start_paused = true)]
async fn receipts_wait_for_the_list_and_hints_are_dropped() {
    let world = World::new();
    let [ann, bob, carol] = world.people(["ann", "bob", "carol"]).await;
    let group = world.group(&ann, &[&bob, &carol]).await;
    world.send(&ann, group, "x").await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    world.bus.hold();
    world.remove(&ann, group, &bob).await;
    world.bus.flow();
    world.reads.hold(Read::Members);
    world.bus.gap();
    rest().await;
    world.read(&carol, group).await;
    world.chat.typing.start(&carol, None, group).await.unwrap();
    assert_eq!(bobs.heard().await, ["sync.required"]);
    assert_eq!(anns.heard().await, ["sync.required"]);
    world.reads.release(Read::Members);
    assert_eq!(bobs.heard().await, ["conversation.removed"]);
    assert_eq!(anns.heard().await, ["receipt.read"]);
}

#[tokio::test(start_paused = true)]
async fn events_lost_while_the_list_is_read_have_it_read_again() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    world.reads.hold(Read::Members);
    world.bus.gap();
    rest().await;
    // The list on its way still has Bob.
    world.bus.hold();
    world.remove(&ann, group, &bob).await;
    world.bus.flow();
    world.bus.gap();
    world.read(&ann, group).await;
    rest().await;
    world.reads.release(Read::Members);
    let heard = bobs.heard().await;
    assert_eq!(heard, ["sync.required", "sync.required", "conversation.removed"]);
    anns.heard().await;
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_older_than_the_head_is_read_again() {
    let world = World::new();
    let [ann, bob, carol] = world.people(["ann", "bob", "carol"]).await;
    let group = world.group(&ann, &[&bob, &carol]).await;
    world.reads.hold(Read::Memberships);
    let bobs = world.entering(&bob);
    rest().await;
    // He is removed after his list was read and before the head is.
    world.bus.hold();
    world.remove(&ann, group, &bob).await;
    world.bus.flow();
    world.reads.release(Read::Memberships);
    let bobs = bobs.await.unwrap().unwrap();
    assert_eq!(bobs.heard().await, ["conversation.removed"]);
    // A change of people says nothing about those before it.
    world.remove(&ann, group, &carol).await;
    assert!(bobs.heard().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_older_than_that_of_the_others_is_read_again() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let anns = world.enter(&ann).await;
    world.reads.hold(Read::Memberships);
    let bobs = world.entering(&bob);
    rest().await;
    // His removal is lost, and made up for before he listens.
    world.bus.hold();
    world.remove(&ann, group, &bob).await;
    world.bus.flow();
    world.send(&ann, group, "x").await;
    pass(300).await;
    assert_eq!(anns.heard().await, ["sync.required", "message.created@4"]);
    world.reads.release(Read::Memberships);
    let bobs = bobs.await.unwrap().unwrap();
    world.send(&ann, group, "secret").await;
    assert_eq!(bobs.heard().await, ["conversation.removed"]);
}

#[tokio::test(start_paused = true)]
async fn who_comes_in_by_an_old_list_hears_nothing_that_was_being_prepared() {
    let world = World::new();
    let [ann, bob, carol] = world.people(["ann", "bob", "carol"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let carols = world.enter(&carol).await;
    world.reads.hold(Read::Memberships);
    let bobs = world.entering(&bob);
    rest().await;
    // He is out when Carol comes, but his list does not know it yet.
    world.remove(&ann, group, &bob).await;
    world.reads.hold(Read::Summaries);
    world.add(&ann, group, &carol).await;
    rest().await;
    world.reads.release(Read::Memberships);
    let bobs = bobs.await.unwrap().unwrap();
    world.reads.release(Read::Summaries);
    assert_eq!(bobs.heard().await, ["conversation.removed"]);
    assert_eq!(carols.heard().await, ["conversation.created@4", "message.created@5"]);
}
