//! Who hears what: floors, notifications, own settings, hints.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{World, rest};

fn seen(event: &Value) -> (&str, Option<bool>) {
    (event["type"].as_str().unwrap(), event["notify"].as_bool())
}

#[tokio::test(start_paused = true)]
async fn notify_is_false_for_own_muted_and_open_ones() {
    let world = World::new();
    let [ann, bob, carol, dan] = world.people(["ann", "bob", "carol", "dan"]).await;
    let group = world.group(&ann, &[&bob, &carol, &dan]).await;
    world.settings(&carol, group, json!({"muted": true})).await;
    let own = world.enter(&ann).await;
    let (looking, elsewhere) = (world.enter(&bob).await, world.enter(&bob).await);
    let (muted, plain) = (world.enter(&carol).await, world.enter(&dan).await);
    world.hub.open(&looking.seat, group);
    world.send(&ann, group, "x").await;
    for (socket, notify) in
        [(&own, false), (&looking, false), (&elsewhere, true), (&muted, false), (&plain, true)]
    {
        assert_eq!(seen(&socket.events().await[0]), ("message.created", Some(notify)));
    }
    assert!(world.hub.close(&looking.seat, group));
    world.send(&ann, group, "x").await;
    assert_eq!(seen(&looking.events().await[0]), ("message.created", Some(true)));
}

#[tokio::test(start_paused = true)]
async fn a_mute_runs_out_by_itself() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let until = chinwag_domain::ports::Clock::now(&world.clock).plus_millis(1_000);
    world.settings(&bob, group, json!({"muted_until": until})).await;
    let socket = world.enter(&bob).await;
    world.send(&ann, group, "x").await;
    assert_eq!(seen(&socket.events().await[0]).1, Some(false));
    world.clock.advance(1_000);
    world.send(&ann, group, "x").await;
    assert_eq!(seen(&socket.events().await[0]).1, Some(true));
}

#[tokio::test(start_paused = true)]
async fn what_is_opened_before_it_is_listened_to_counts() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let socket = world.enter(&bob).await;
    world.bus.hold();
    let group = world.group(&ann, &[&bob]).await;
    let created = world.bus.flow();
    world.hub.open(&socket.seat, group);
    world.deliver(&created);
    rest().await;
    world.send(&ann, group, "x").await;
    let events = socket.events().await;
    assert_eq!(seen(events.last().unwrap()), ("message.created", Some(false)));
}

#[tokio::test(start_paused = true)]
async fn a_message_is_encoded_at_most_twice() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let mut sockets = Vec::new();
    for _ in 0..5 {
        sockets.push(world.enter(&ann).await);
        sockets.push(world.enter(&bob).await);
    }
    for socket in &sockets {
        socket.events().await;
    }
    world.send(&ann, group, "x").await;
    rest().await;
    // One frame alone leaves as it is: the same bytes at the same place.
    let places: HashSet<_> =
        sockets.iter().map(|socket| socket.chunk().unwrap().as_ptr() as usize).collect();
    assert_eq!(places.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn live_messages_have_nothing_that_depends_on_who_looks() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let socket = world.enter(&ann).await;
    let sent = world.send(&ann, group, "x").await;
    let id = sent["id"].as_str().unwrap().parse().unwrap();
    world.chat.react.add(&bob, id, "👍").await.unwrap();
    for event in socket.events().await {
        assert_eq!(event["data"].get("status"), None);
        assert_eq!(event["data"]["reactions"].get(0).and_then(|one| one.get("me")), None);
    }
}

#[tokio::test(start_paused = true)]
async fn below_the_floor_only_the_revision_is_told() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let settings = json!({"history": "since_join"});
    let group = world.group_with(&ann, &[], settings).await;
    let old = world.send(&ann, group, "secret").await;
    let old = old["id"].as_str().unwrap().parse().unwrap();
    let edit = json!({"content": "secret again"}).to_string();
    world.add(&ann, group, &bob).await;
    // By coming in, and by being let in.
    let coming = world.enter(&bob).await;
    world.chat.edit_message.execute(&ann, old, edit.as_bytes()).await.unwrap();
    world.chat.react.add(&ann, old, "👍").await.unwrap();
    world.chat.delete_message.execute(&ann, old).await.unwrap();
    let events = coming.events().await;
    let revisions: Vec<_> = events.iter().map(|event| event["revision"].as_i64()).collect();
    assert_eq!(revisions, [Some(5), Some(6), Some(7)]);
    for event in &events {
        assert_eq!((&event["type"], &event["data"]), (&json!("revision"), &json!({})));
    }
    world.remove(&ann, group, &bob).await;
    let between = world.send(&ann, group, "secret").await;
    let between = between["id"].as_str().unwrap().parse().unwrap();
    world.add(&ann, group, &bob).await;
    coming.events().await;
    world.chat.react.add(&ann, between, "👍").await.unwrap();
    assert_eq!(coming.heard().await, ["revision@13"]);
}

#[tokio::test(start_paused = true)]
async fn clearing_raises_the_floor_on_all_devices_also_of_one_that_is_coming_in() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let sent = world.send(&ann, group, "x").await;
    let sent = sent["id"].as_str().unwrap().parse().unwrap();
    let sockets = [world.enter(&bob).await, world.enter(&bob).await];
    let anns = world.enter(&ann).await;
    world.reads.hold(super::reads::Read::Memberships);
    let coming = world.entering(&bob);
    rest().await;
    world.chat.clear_conversation.execute(&bob, group).await.unwrap();
    rest().await;
    world.reads.release(super::reads::Read::Memberships);
    let coming = coming.await.unwrap().unwrap();
    world.chat.react.add(&ann, sent, "👍").await.unwrap();
    for socket in &sockets {
        assert_eq!(socket.heard().await, ["membership.updated", "revision@3"]);
    }
    assert_eq!(coming.heard().await, ["revision@3"]);
    assert_eq!(anns.heard().await, ["message.updated@3"]);
}

#[tokio::test(start_paused = true)]
async fn own_settings_are_told_to_own_devices_and_hold_at_once() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    world.settings(&bob, group, json!({"muted": true})).await;
    let events = bobs.events().await;
    assert_eq!(events[0]["type"], "membership.updated");
    assert_eq!(events[0]["data"]["muted"], true);
    assert!(anns.heard().await.is_empty());
    world.send(&ann, group, "x").await;
    assert_eq!(seen(&bobs.events().await[0]).1, Some(false));
}

#[tokio::test(start_paused = true)]
async fn a_new_conversation_is_told_to_each_as_they_see_it() {
    let world = World::new();
    let [ann, bob, carol] = world.people(["ann", "bob", "carol"]).await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    let carols = world.enter(&carol).await;
    let direct = json!({"type": "direct", "participant_ids": ["bob"]}).to_string();
    world.chat.create_conversation.execute(&ann, direct.as_bytes()).await.unwrap();
    for (socket, other) in [(&anns, "bob"), (&bobs, "ann")] {
        let events = socket.events().await;
        assert_eq!((events.len(), &events[0]["type"]), (1, &json!("conversation.created")));
        let data = &events[0]["data"];
        assert_eq!((&data["participant"]["id"], &data["unread_count"]), (&json!(other), &json!(0)));
        assert_eq!(data["participant"]["online"], true);
    }
    assert!(carols.heard().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_deleted_conversation_is_told_and_over() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let socket = world.enter(&bob).await;
    world.chat.delete_conversation.execute(&ann, group).await.unwrap();
    let events = socket.events().await;
    assert_eq!((events.len(), &events[0]["type"]), (1, &json!("conversation.deleted")));
    assert_eq!(events[0]["data"], json!({"id": group}));
    assert!(world.hub.feeds.is_empty());
    assert!(!socket.seat.hears_of(group));
}

#[tokio::test(start_paused = true)]
async fn typing_and_looking_are_told_to_the_others_receipts_to_all() {
    let world = World::new();
    let [ann, bob, carol] = world.people(["ann", "bob", "carol"]).await;
    let group = world.group(&ann, &[&bob]).await;
    world.send(&ann, group, "x").await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    let (other, stranger) = (world.enter(&bob).await, world.enter(&carol).await);
    world.chat.typing.start(&bob, None, group).await.unwrap();
    world.chat.typing.stop(&bob, group).await.unwrap();
    world.chat.viewing.open(&bob, group).await.unwrap();
    world.chat.viewing.close(&bob, group).await;
    world.read(&bob, group).await;
    let told = [
        "typing.started",
        "typing.stopped",
        "participant.opened",
        "participant.closed",
        "receipt.read",
    ];
    assert_eq!(anns.heard().await, told);
    for socket in [&bobs, &other] {
        assert_eq!(socket.heard().await, ["receipt.read"], "all but one's own doing");
    }
    assert!(stranger.heard().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn typing_that_nobody_ends_runs_out() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let anns = world.enter(&ann).await;
    world.chat.typing.start(&bob, None, group).await.unwrap();
    world.clock.advance(5_900);
    super::pass(300).await;
    assert_eq!(anns.heard().await, ["typing.started"]);
    world.clock.advance(100);
    super::pass(300).await;
    assert_eq!(anns.heard().await, ["typing.stopped"]);
}
