//! How many may come, how they go, and what is left of them.

use serde_json::json;

use super::{Refused, World, pass, reads::Read, rest};
use crate::hub::HubOptions;

#[tokio::test(start_paused = true)]
async fn a_person_has_so_many_sockets_and_no_more() {
    let world = World::with(HubOptions { sockets_per_user: 2, ..HubOptions::default() });
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let first = world.enter(&ann).await;
    let second = world.enter(&ann).await;
    assert!(matches!(world.try_enter(&ann).await, Err(Refused::TooMany)));
    world.enter(&bob).await;
    assert_eq!(world.hub.socket_count(), 3);
    world.leave(&first).await;
    world.enter(&ann).await;
    assert_eq!(second.closed(), None);
}

#[tokio::test(start_paused = true)]
async fn an_ended_sign_in_closes_its_own_sockets_alone() {
    let world = World::new();
    let [ann] = world.people(["ann"]).await;
    let (one, other) = (world.signed_in(&ann).await, world.signed_in(&ann).await);
    let sockets = [world.enter(&one).await, world.enter(&one).await];
    let others = [world.enter(&other).await, world.enter(&ann).await];
    world.revoke(&ann, one.session.unwrap()).await;
    rest().await;
    assert!(sockets.iter().all(|socket| socket.closed() == Some(4503)));
    assert!(others.iter().all(|socket| socket.closed().is_none()));
}

#[tokio::test(start_paused = true)]
async fn a_renewed_socket_goes_by_its_new_sign_in() {
    let world = World::new();
    let [ann] = world.people(["ann"]).await;
    let (old, new) = (world.signed_in(&ann).await, world.signed_in(&ann).await);
    let socket = world.enter(&old).await;
    socket.seat.renew(new.session);
    world.revoke(&ann, old.session.unwrap()).await;
    rest().await;
    assert_eq!(socket.closed(), None);
    world.revoke(&ann, new.session.unwrap()).await;
    rest().await;
    assert_eq!(socket.closed(), Some(4503));
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_ends_before_the_socket_stands_is_refused() {
    let world = World::new();
    let [ann] = world.people(["ann"]).await;
    let signed_in = world.signed_in(&ann).await;
    world.revoke(&ann, signed_in.session.unwrap()).await;
    let refused = world.try_enter(&signed_in).await;
    assert!(matches!(refused, Err(Refused::Failed(chinwag_application::Error::SessionRevoked))));
    world.assert_empty();
}

#[tokio::test(start_paused = true)]
async fn draining_says_goodbye_spreads_the_returns_and_lets_nobody_in() {
    let world = World::new();
    let people = world.people(["ann", "bob", "carol"]).await;
    let mut sockets = Vec::new();
    for person in &people {
        sockets.push(world.enter(person).await);
    }
    world.reads.hold(Read::Memberships);
    let entering = world.entering(&people[0]);
    rest().await;
    world.hub.drain();
    world.reads.release(Read::Memberships);
    let mut delays = Vec::new();
    for socket in &sockets {
        let events = socket.events().await;
        assert_eq!(events.last().unwrap()["type"], "goodbye");
        delays.push(events.last().unwrap()["data"]["reconnect_after_ms"].as_u64().unwrap());
        assert_eq!(socket.closed(), Some(1001));
    }
    delays.sort_unstable();
    delays.dedup();
    assert_eq!(delays.len(), 3, "{delays:?}");
    assert!(matches!(world.try_enter(&people[0]).await, Err(Refused::Draining)));
    assert_eq!(entering.await.unwrap().unwrap().closed(), Some(1001));
    world.hub.drained().await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_of_who_has_gone() {
    let world = World::new();
    let people = world.people(["ann", "bob", "carol"]).await;
    let [ann, bob, carol] = &people;
    let team = world.group(ann, &[bob, carol]).await;
    let pair = world.group(ann, &[bob]).await;
    let mut sockets = Vec::new();
    for person in people.iter().chain([ann]) {
        let socket = world.enter(person).await;
        let watched = people.each_ref().map(|one| one.id().clone());
        world.hub.watch(&socket.seat, &watched).unwrap();
        world.hub.open(&socket.seat, team);
        sockets.push(socket);
    }
    world.send(ann, team, "x").await;
    world.remove(ann, team, carol).await;
    world.chat.delete_conversation.execute(ann, pair).await.unwrap();
    // A hole that is never filled.
    world.bus.hold();
    world.send(ann, team, "lost").await;
    world.bus.flow();
    world.send(ann, team, "held").await;
    rest().await;
    for socket in &sockets {
        world.leave(socket).await;
    }
    pass(1_000).await;
    world.assert_empty();
}

#[tokio::test(start_paused = true)]
async fn who_fails_to_come_in_leaves_nothing() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    world.group(&ann, &[&bob]).await;
    for read in [Read::Memberships, Read::Heads] {
        world.reads.fail(read);
        assert!(matches!(world.try_enter(&ann).await, Err(Refused::Failed(_))));
        world.reads.mend(read);
        world.assert_empty();
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_device_that_goes_closes_what_it_looked_at() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let anns = world.enter(&ann).await;
    let bobs = [world.enter(&bob).await, world.enter(&bob).await];
    for socket in &bobs {
        world.hub.open(&socket.seat, group);
    }
    world.leave(&bobs[0]).await;
    assert!(anns.heard().await.is_empty());
    world.leave(&bobs[1]).await;
    let events = anns.events().await;
    assert_eq!((events.len(), &events[0]["type"]), (1, &json!("participant.closed")));
}

#[tokio::test(start_paused = true)]
async fn who_goes_while_typing_has_stopped() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    let connection = Some(bobs.seat.connection);
    world.chat.typing.start(&bob, connection, group).await.unwrap();
    assert_eq!(anns.heard().await, ["typing.started"]);
    world.leave(&bobs).await;
    assert_eq!(anns.heard().await, ["typing.stopped"]);
}

#[tokio::test(start_paused = true)]
async fn who_goes_while_memberships_are_read_again_stays_gone() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    world.group(&ann, &[&bob]).await;
    let socket = world.enter(&bob).await;
    world.reads.hold(Read::Memberships);
    world.bus.gap();
    rest().await;
    world.leave(&socket).await;
    world.reads.release(Read::Memberships);
    rest().await;
    world.assert_empty();
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_nobody_holds_ends_and_so_do_its_tasks() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let socket = world.enter(&bob).await;
    world.leave(&socket).await;
    let hub = std::sync::Arc::downgrade(&world.hub);
    let World { hub: held, chat, .. } = world;
    drop((held, socket));
    // The bus goes on without it, and whoever looks after it finds it gone.
    let body = br#"{"content":"x"}"#;
    chat.send_message.to_conversation(&ann, group, body).await.unwrap();
    pass(5_000).await;
    assert_eq!(hub.strong_count(), 0);
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}

/// Who leaves with a conversation open no longer looks at it; across a block nobody is told.
#[tokio::test(start_paused = true)]
async fn who_leaves_closes_what_was_open_but_not_across_a_block() {
    for blocked in [false, true] {
        let world = World::new();
        let [ann, bob] = world.people(["ann", "bob"]).await;
        let body = json!({"type": "direct", "participant_ids": ["bob"]}).to_string();
        let made = world.chat.create_conversation.execute(&ann, body.as_bytes()).await.unwrap();
        let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
        world.hub.open(&bobs.seat, made.conversation.id());
        if blocked {
            world.chat.blocking.add(&ann, bob.id()).await.unwrap();
        }
        anns.events().await;
        world.leave(&bobs).await;
        let told: Vec<_> =
            anns.events().await.into_iter().map(|event| event["type"].clone()).collect();
        let expected = if blocked { vec![] } else { vec![json!("participant.closed")] };
        assert_eq!(told, expected, "blocked: {blocked}");
    }
}
