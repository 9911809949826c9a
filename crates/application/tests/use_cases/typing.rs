//! Typing: passed on in a distance, and always ended.

use chinwag_application::Actor;
use chinwag_domain::{ConnectionId, ConversationId, Event, Signal};

use crate::world::World;

fn signals(world: &World) -> Vec<&'static str> {
    let name = |event: Event| match event {
        Event::Signal(Signal::TypingStarted { .. }) => Some("started"),
        Event::Signal(Signal::TypingStopped { .. }) => Some("stopped"),
        _ => None,
    };
    world.bus.drain().into_iter().filter_map(name).collect()
}

async fn two(world: &World) -> (Actor, ConversationId) {
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.group(&ann, &[&bob]).await;
    (ann, id)
}

#[tokio::test]
async fn a_start_is_passed_on_at_most_every_two_seconds() {
    let world = World::new();
    let (ann, id) = two(&world).await;
    let typing = &world.chat.typing;
    for _ in 0..5 {
        typing.start(&ann, None, id).await.unwrap();
        world.clock.advance(399);
    }
    assert_eq!(signals(&world), ["started"]);
    world.clock.advance(10);
    typing.start(&ann, None, id).await.unwrap();
    assert_eq!(signals(&world), ["started"]);
}

#[tokio::test]
async fn it_ends_by_itself_after_six_seconds_without_a_sign() {
    let world = World::new();
    let (ann, id) = two(&world).await;
    let typing = &world.chat.typing;
    typing.start(&ann, None, id).await.unwrap();
    world.clock.advance(5_999);
    typing.expire();
    assert_eq!(signals(&world), ["started"]);
    world.clock.advance(1);
    typing.expire();
    typing.expire();
    assert_eq!(signals(&world), ["stopped"]);
}

#[tokio::test]
async fn it_ends_by_sending_by_saying_so_and_with_the_connection() {
    let world = World::new();
    let (ann, id) = two(&world).await;
    let typing = &world.chat.typing;
    typing.start(&ann, None, id).await.unwrap();
    world.send(&ann, id, "done").await;
    assert_eq!(signals(&world), ["started", "stopped"]);

    typing.start(&ann, None, id).await.unwrap();
    typing.stop(&ann, id).await.unwrap();
    typing.stop(&ann, id).await.unwrap();
    assert_eq!(signals(&world), ["started", "stopped"]);

    let (this, other) = (ConnectionId::from_u128(1), ConnectionId::from_u128(2));
    typing.start(&ann, Some(this), id).await.unwrap();
    typing.disconnected(other);
    assert_eq!(signals(&world), ["started"]);
    typing.disconnected(this);
    assert_eq!(signals(&world), ["stopped"]);
}

#[tokio::test]
async fn strangers_cannot_type() {
    let world = World::new();
    let (_, id) = two(&world).await;
    let eve = world.person("eve").await;
    assert!(world.chat.typing.start(&eve, None, id).await.is_err());
    assert!(signals(&world).is_empty());
}
