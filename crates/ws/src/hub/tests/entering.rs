//! Coming and going, in every order with respect to a socket's coming in.

use super::{World, bus::durable, pass, reads::Read, rest};

#[tokio::test(start_paused = true)]
async fn who_is_added_after_their_memberships_were_read_hears_what_follows() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[]).await;
    world.reads.hold(Read::Memberships);
    let socket = world.entering(&bob);
    rest().await;
    world.add(&ann, group, &bob).await;
    rest().await;
    world.reads.release(Read::Memberships);
    let socket = socket.await.unwrap().unwrap();
    socket.heard().await;
    world.send(&ann, group, "x").await;
    assert_eq!(socket.heard().await, ["message.created@4"]);
}

#[tokio::test(start_paused = true)]
async fn who_is_added_before_their_memberships_are_read_hears_what_follows() {
    for late in [false, true] {
        let world = World::new();
        let [ann, bob] = world.people(["ann", "bob"]).await;
        let group = world.group(&ann, &[]).await;
        world.bus.hold();
        world.add(&ann, group, &bob).await;
        let joining = world.bus.flow();
        world.reads.hold(Read::Memberships);
        let socket = world.entering(&bob);
        rest().await;
        if !late {
            world.deliver(&joining);
            rest().await;
        }
        world.reads.release(Read::Memberships);
        let socket = socket.await.unwrap().unwrap();
        if late {
            world.deliver(&joining);
        }
        socket.heard().await;
        world.send(&ann, group, "x").await;
        assert_eq!(socket.heard().await, ["message.created@4"], "late: {late}");
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_removed_while_coming_in_hears_nothing_of_it_any_more() {
    let world = World::new();
    let [ann, bob, carol] = world.people(["ann", "bob", "carol"]).await;
    let group = world.group(&ann, &[&bob, &carol]).await;
    for others_here in [false, true] {
        let other = if others_here { Some(world.enter(&carol).await) } else { None };
        world.reads.hold(Read::Memberships);
        let socket = world.entering(&bob);
        rest().await;
        world.remove(&ann, group, &bob).await;
        world.send(&ann, group, "secret").await;
        rest().await;
        world.reads.release(Read::Memberships);
        let socket = socket.await.unwrap().unwrap();
        world.send(&ann, group, "secret").await;
        world.read(&ann, group).await;
        pass(1_000).await;
        let heard = socket.heard().await;
        assert!(heard.is_empty() || heard == ["conversation.removed"], "{heard:?}");
        world.leave(&socket).await;
        if let Some(other) = other {
            world.leave(&other).await;
        }
        world.add(&ann, group, &bob).await;
    }
    world.assert_empty();
}

#[tokio::test(start_paused = true)]
async fn an_old_removal_does_not_undo_what_was_read() {
    let world = World::new();
    let [ann, bob, carol] = world.people(["ann", "bob", "carol"]).await;
    let group = world.group(&ann, &[&bob, &carol]).await;
    let carols = world.enter(&carol).await;
    world.bus.hold();
    world.remove(&ann, group, &bob).await;
    world.add(&ann, group, &bob).await;
    let moves = durable(&world.bus.flow());
    world.reads.hold(Read::Memberships);
    let socket = world.entering(&bob);
    rest().await;
    // Only the removal arrives in time, and its system message.
    world.deliver(&moves[..2]);
    rest().await;
    world.reads.release(Read::Memberships);
    let socket = socket.await.unwrap().unwrap();
    world.deliver(&moves[2..]);
    socket.heard().await;
    world.send(&ann, group, "x").await;
    assert_eq!(socket.heard().await, ["message.created@6"]);
    carols.heard().await;
}

#[tokio::test(start_paused = true)]
async fn a_removal_that_comes_after_the_first_look_still_puts_out() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    world.reads.hold(Read::Memberships);
    let socket = world.entering(&bob);
    rest().await;
    // His list still has the group; the head that is read next is after his removal.
    world.bus.hold();
    world.remove(&ann, group, &bob).await;
    let removal = world.bus.flow();
    world.reads.release(Read::Memberships);
    let socket = socket.await.unwrap().unwrap();
    world.deliver(&removal);
    assert_eq!(socket.heard().await, ["conversation.removed"]);
    world.read(&ann, group).await;
    assert!(socket.heard().await.is_empty());
    assert!(world.hub.feeds.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_late_leaving_does_not_undo_a_joining_that_overtook_it() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    world.reads.hold(Read::Memberships);
    let socket = world.entering(&bob);
    rest().await;
    world.bus.hold();
    world.remove(&ann, group, &bob).await;
    world.add(&ann, group, &bob).await;
    let moves = durable(&world.bus.flow());
    world.reads.release(Read::Memberships);
    world.reads.hold(Read::Members);
    let socket = socket.await.unwrap().unwrap();
    // All of it is before the head that was read.
    world.deliver([&moves[2], &moves[0], &moves[3], &moves[1]]);
    rest().await;
    world.reads.release(Read::Members);
    assert!(!socket.heard().await.contains(&"conversation.removed".into()));
    world.send(&ann, group, "x").await;
    assert_eq!(socket.heard().await, ["message.created@6"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_socket_loses_and_gets_back_while_it_comes_in_is_no_silent_hole() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let anns = world.enter(&ann).await;
    world.group(&bob, &[]).await;
    world.reads.hold(Read::Memberships);
    world.reads.hold(Read::Heads);
    let socket = world.entering(&bob);
    rest().await;
    // Something to read again for; meanwhile the head of his own group is not known.
    world.group(&ann, &[&bob]).await;
    rest().await;
    world.reads.release(Read::Memberships);
    rest().await;
    world.send(&ann, group, "x").await;
    world.remove(&ann, group, &bob).await;
    world.add(&ann, group, &bob).await;
    rest().await;
    world.reads.release(Read::Heads);
    let socket = socket.await.unwrap().unwrap();
    let mut events = socket.events().await;
    events.retain(|event| event["conversation_id"] == group.to_string());
    let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["message.created", "conversation.removed", "sync.required"]);
    world.send(&ann, group, "x").await;
    assert_eq!(socket.heard().await, ["message.created@7"]);
    anns.heard().await;
}
