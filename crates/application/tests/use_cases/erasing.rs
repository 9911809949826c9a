//! Erasing somebody who said more than one run takes back.

use std::sync::Arc;

use chinwag_application::{Actor, FinishErasure, Worker};
use chinwag_domain::{
    AppRole, ConversationId, Seq, UserId,
    ports::{Jobs, PersonalData},
};

use crate::world::{World, wire};

/// What one run takes back at most.
const RUN: usize = 20 * 100;

async fn said(world: &World, rooms: &[ConversationId], who: &UserId) -> usize {
    let mut said = 0;
    for room in rooms {
        said += world.store.said_by(*room, who, Seq::ZERO, u16::MAX).await.unwrap().len();
    }
    said
}

#[tokio::test]
async fn an_erasure_goes_on_run_by_run() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let root = Actor { role: AppRole::Admin, ..world.person("root").await };
    let mut rooms = Vec::new();
    for messages in [300, 4_200, 1] {
        let room = world.group(&ann, &[&bob]).await;
        rooms.push(room);
        for number in 0..messages {
            world.send(&ann, room, &format!("{number}")).await;
        }
    }
    world.send(&bob, rooms[1], "mine").await;

    world.chat.erase_user.execute(&root, ann.id()).await.unwrap();
    let mut left = said(&world, &rooms, ann.id()).await;
    assert!(left >= 4_501 - RUN, "{left} of a request that goes on and on");
    let ports = &world.chat.ports;
    let worker = Worker::new(ports, vec![Arc::new(FinishErasure::new(ports))]);
    world.clock.advance(10_000);
    let mut runs = 0;
    while !world.store.list(None, None, 10).await.unwrap().is_empty() {
        assert_eq!(worker.work(10).await.unwrap(), 1, "one run at a time");
        runs += 1;
        let now = said(&world, &rooms, ann.id()).await;
        assert!(now < left || left == 0, "{now} left of {left} after run {runs}");
        assert!(left - now <= RUN, "{} in one run", left - now);
        left = now;
    }
    assert_eq!((left, runs), (0, 2));
    assert_eq!(said(&world, &rooms, bob.id()).await, 1);
    for room in rooms {
        let view = wire(&world.chat.get_conversation.execute(&bob, room).await.unwrap());
        assert_eq!(view["participants"].as_array().unwrap().len(), 1, "ann is in there yet");
    }
}
