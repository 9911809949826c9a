//! Coming into conversations and leaving them, while sockets stand.

use super::{World, bus::durable, pass, reads::Read, rest};

#[tokio::test(start_paused = true)]
async fn a_removed_person_hears_so_on_every_socket_and_nothing_after_it() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let anns = world.enter(&ann).await;
    let bobs = [world.enter(&bob).await, world.enter(&bob).await];
    world.send(&bob, group, "before").await;
    world.remove(&ann, group, &bob).await;
    world.send(&ann, group, "after").await;
    world.read(&ann, group).await;
    world.chat.typing.start(&ann, None, group).await.unwrap();
    for socket in &bobs {
        assert_eq!(socket.heard().await, ["message.created@2", "conversation.removed"]);
        assert!(!socket.seat.hears_of(group));
    }
    let heard = anns.heard().await;
    assert_eq!(heard[1..3], ["participant.left@3", "message.created@4"]);
}

#[tokio::test(start_paused = true)]
async fn own_settings_published_late_do_not_follow_a_removal() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let socket = world.enter(&bob).await;
    world.bus.hold();
    world.settings(&bob, group, serde_json::json!({"muted": true})).await;
    let late = world.bus.flow();
    world.remove(&ann, group, &bob).await;
    rest().await;
    world.deliver(&late);
    assert_eq!(socket.heard().await, ["conversation.removed"]);
}

#[tokio::test(start_paused = true)]
async fn a_joiner_hears_of_the_conversation_and_then_the_system_message() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[]).await;
    world.send(&ann, group, "before").await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    world.add(&ann, group, &bob).await;
    let events = bobs.events().await;
    assert_eq!(events.len(), 2, "{events:?}");
    assert_eq!(events[0]["type"], "conversation.created");
    assert_eq!(events[0]["revision"], 3);
    assert_eq!(events[0]["data"]["participants"].as_array().unwrap().len(), 2);
    assert_eq!(events[0]["data"]["membership"]["role"], "member");
    assert_eq!(events[1]["data"]["system"]["action"], "participant.added");
    assert_eq!(anns.heard().await, ["participant.joined@3", "message.created@4"]);
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_hears_again() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let socket = world.enter(&bob).await;
    world.remove(&ann, group, &bob).await;
    world.add(&ann, group, &bob).await;
    let heard = socket.heard().await;
    assert_eq!(heard, ["conversation.removed", "conversation.created@4", "message.created@5"]);
}

#[tokio::test(start_paused = true)]
async fn a_second_socket_that_comes_while_the_first_is_let_in_hears_too() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[]).await;
    let anns = world.enter(&ann).await;
    let first = world.enter(&bob).await;
    world.reads.hold(Read::Summaries);
    world.add(&ann, group, &bob).await;
    rest().await;
    let second = world.enter(&bob).await;
    world.reads.release(Read::Summaries);
    rest().await;
    first.heard().await;
    second.heard().await;
    world.send(&ann, group, "x").await;
    assert_eq!(first.heard().await, ["message.created@4"]);
    assert_eq!(second.heard().await, ["message.created@4"]);
    anns.heard().await;
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_goes_while_it_is_let_in_leaves_nothing_behind() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[]).await;
    let socket = world.enter(&bob).await;
    world.reads.hold(Read::Summaries);
    world.add(&ann, group, &bob).await;
    rest().await;
    world.leave(&socket).await;
    world.reads.release(Read::Summaries);
    rest().await;
    world.assert_empty();
}

#[tokio::test(start_paused = true)]
async fn who_is_gone_again_before_being_let_in_stays_out() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[]).await;
    let socket = world.enter(&bob).await;
    world.bus.hold();
    world.add(&ann, group, &bob).await;
    world.remove(&ann, group, &bob).await;
    let moves = durable(&world.bus.flow());
    // Without a feed here the removal has passed before the joining comes.
    world.deliver([&moves[2], &moves[3], &moves[0], &moves[1]]);
    world.send(&ann, group, "secret").await;
    pass(1_000).await;
    assert!(socket.heard().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_list_that_grew_old_does_not_put_out_who_came_since() {
    let world = World::new();
    let [ann, bob, carol] = world.people(["ann", "bob", "carol"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let anns = world.enter(&ann).await;
    world.reads.hold(Read::Members);
    world.bus.gap();
    rest().await;
    // The list is read, but not here yet.
    world.bus.hold();
    world.add(&ann, group, &carol).await;
    let joining = world.bus.flow();
    let socket = world.enter(&carol).await;
    world.reads.release(Read::Members);
    rest().await;
    assert!(!socket.heard().await.contains(&"conversation.removed".into()));
    world.deliver(&joining);
    world.send(&ann, group, "x").await;
    assert_eq!(socket.heard().await.last().unwrap(), "message.created@4");
    anns.heard().await;
}

#[tokio::test(start_paused = true)]
async fn a_joining_that_comes_after_somebody_elses_first_look_still_lets_in() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[]).await;
    let bobs = world.enter(&bob).await;
    world.bus.hold();
    world.add(&ann, group, &bob).await;
    let joining = world.bus.flow();
    // Her feed begins after the joining, which Bob has not heard of.
    let anns = world.enter(&ann).await;
    world.deliver(&joining);
    assert_eq!(bobs.heard().await, ["conversation.created@2", "sync.required"]);
    assert!(anns.heard().await.is_empty());
    world.send(&ann, group, "x").await;
    assert_eq!(bobs.heard().await, ["message.created@4"]);
    // Once more changes nothing.
    world.deliver(&joining);
    assert!(bobs.heard().await.is_empty());
}
