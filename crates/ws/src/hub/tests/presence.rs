//! Presence: to those who asked and share a conversation, and only the newest.

use chinwag_domain::{Presence, Signal, UserId, ports::EventBus};
use serde_json::json;

use super::{World, pass, reads::Read, rest};

fn flip(world: &World, user: &UserId, online: bool) {
    let presence = Presence { user_id: user.clone(), online, last_seen_at: None };
    let at = chinwag_domain::ports::Clock::now(&world.clock);
    world.bus.publish(Signal::PresenceChanged { presence, at }.into());
}

#[tokio::test(start_paused = true)]
async fn only_watchers_who_share_a_conversation_hear_of_a_flip() {
    let world = World::new();
    let [ann, bob, carol] = world.people(["ann", "bob", "carol"]).await;
    world.group(&ann, &[&bob]).await;
    let (anns, carols) = (world.enter(&ann).await, world.enter(&carol).await);
    let idle = world.enter(&ann).await;
    for socket in [&anns, &carols] {
        world.hub.watch(&socket.seat, std::slice::from_ref(bob.id())).unwrap();
    }
    assert!(anns.heard().await.is_empty(), "no first event");
    world.enter(&bob).await;
    let events = anns.events().await;
    assert_eq!((events.len(), &events[0]["type"]), (1, &json!("presence.changed")));
    assert_eq!(events[0]["data"], json!({"user_id": "bob", "online": true, "last_seen_at": null}));
    assert!(carols.heard().await.is_empty(), "shares nothing with Bob");
    assert!(idle.heard().await.is_empty(), "did not ask");
}

#[tokio::test(start_paused = true)]
async fn who_goes_is_offline_five_seconds_later_and_once() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    world.group(&ann, &[&bob]).await;
    let (anns, bobs) = (world.enter(&ann).await, world.enter(&bob).await);
    world.hub.watch(&anns.seat, std::slice::from_ref(bob.id())).unwrap();
    world.leave(&bobs).await;
    world.clock.advance(4_900);
    pass(300).await;
    assert!(anns.heard().await.is_empty());
    world.clock.advance(200);
    pass(300).await;
    let events = anns.events().await;
    assert_eq!((events.len(), &events[0]["data"]["online"]), (1, &json!(false)));
}

#[tokio::test(start_paused = true)]
async fn flips_that_pile_up_are_one_and_the_newest() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    world.group(&ann, &[&bob]).await;
    let anns = world.enter(&ann).await;
    world.hub.watch(&anns.seat, std::slice::from_ref(bob.id())).unwrap();
    world.reads.hold(Read::Sharing);
    flip(&world, bob.id(), true);
    rest().await;
    for online in [false, true, false, true, false] {
        flip(&world, bob.id(), online);
    }
    world.reads.release(Read::Sharing);
    let events = anns.events().await;
    let seen: Vec<_> = events.iter().map(|event| event["data"]["online"].clone()).collect();
    assert!(seen.len() <= 2, "{seen:?}");
    assert_eq!(seen.last(), Some(&json!(false)));
}

#[tokio::test(start_paused = true)]
async fn a_flip_that_could_not_be_passed_on_is_not_lost() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    world.group(&ann, &[&bob]).await;
    let anns = world.enter(&ann).await;
    world.hub.watch(&anns.seat, std::slice::from_ref(bob.id())).unwrap();
    world.reads.fail(Read::Sharing);
    flip(&world, bob.id(), true);
    pass(2_000).await;
    world.reads.mend(Read::Sharing);
    pass(600).await;
    assert_eq!(anns.heard().await, ["presence.changed"]);
}

#[tokio::test(start_paused = true)]
async fn a_flip_during_the_answer_follows_it() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    world.group(&ann, &[&bob]).await;
    let anns = world.enter(&ann).await;
    anns.seat.asks_presence();
    world.hub.watch(&anns.seat, std::slice::from_ref(bob.id())).unwrap();
    flip(&world, bob.id(), true);
    assert!(anns.heard().await.is_empty());
    anns.seat.presence_told();
    assert_eq!(anns.heard().await, ["presence.changed"]);
    flip(&world, bob.id(), false);
    assert_eq!(anns.heard().await, ["presence.changed"]);
}

#[tokio::test(start_paused = true)]
async fn who_no_longer_asks_or_no_longer_shares_hears_nothing() {
    let world = World::new();
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let group = world.group(&ann, &[&bob]).await;
    let (anns, others) = (world.enter(&ann).await, world.enter(&ann).await);
    for socket in [&anns, &others] {
        world.hub.watch(&socket.seat, std::slice::from_ref(bob.id())).unwrap();
    }
    world.hub.unwatch(&anns.seat, std::slice::from_ref(bob.id()));
    flip(&world, bob.id(), true);
    assert!(anns.heard().await.is_empty());
    assert_eq!(others.heard().await, ["presence.changed"]);
    world.remove(&ann, group, &bob).await;
    others.heard().await;
    flip(&world, bob.id(), false);
    assert!(others.heard().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn at_most_500_people_are_watched() {
    let world = World::new();
    let [ann] = world.people(["ann"]).await;
    let socket = world.enter(&ann).await;
    let people: Vec<UserId> = (0..500).map(|at| format!("p{at}").parse().unwrap()).collect();
    assert_eq!(world.hub.watch(&socket.seat, &people[..400]).map(|new| new.len()), Some(400));
    // Again, or twice in one request, is not more.
    let again = [&people[..], &people[..]].concat();
    assert_eq!(world.hub.watch(&socket.seat, &again).map(|new| new.len()), Some(100));
    let one_more: UserId = "one-more".parse().unwrap();
    assert_eq!(world.hub.watch(&socket.seat, std::slice::from_ref(&one_more)), None);
    assert!(!world.hub.watchers.contains_key(&one_more));
    world.hub.unwatch(&socket.seat, &people[..1]);
    assert!(world.hub.watch(&socket.seat, &[one_more]).is_some());
}
