//! Erasing somebody who said more than one run takes back.

use std::sync::Arc;

use chinwag_application::{Actor, FinishErasure, Worker};
use chinwag_domain::{
    AppRole, ConversationId, JobState, Seq, UserId,
    ports::{Clock, Jobs, PersonalData},
};
use serde_json::json;

use crate::world::{World, message_id, wire};

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
    let mut runs = 0;
    // What is left is due at once; who looks again waits for the end of it, and for its time.
    while worker.work(10).await.unwrap() > 0 {
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
    look_again(&world, &worker).await;
}

/// The one job that is left looks for what was let in before, and finds nothing more to do.
async fn look_again(world: &World, worker: &Worker) {
    assert_eq!(world.store.list(None, None, 10).await.unwrap().len(), 1);
    assert_eq!(worker.work(10).await.unwrap(), 0, "not before its time");
    world.clock.advance(10_000);
    world.told();
    assert_eq!(worker.work(10).await.unwrap(), 1);
    assert_eq!(world.told(), []);
    assert_eq!(world.store.list(None, None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn who_is_in_many_groups_is_erased_with_the_answer() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let root = Actor { role: AppRole::Admin, ..world.person("root").await };
    let mut rooms = Vec::new();
    for _ in 0..30 {
        let room = world.group(&ann, &[&bob]).await;
        world.send(&ann, room, "hello").await;
        let mentioning = json!({"content": "who?", "mentions": ["ann"]}).to_string();
        let send = &world.chat.send_message;
        let sent = send.to_conversation(&bob, room, mentioning.as_bytes()).await.unwrap();
        let message = message_id(&wire(&sent));
        world.chat.react.add(&ann, message, "👍").await.unwrap();
        rooms.push(room);
    }

    world.chat.erase_user.execute(&root, ann.id()).await.unwrap();
    assert_eq!(said(&world, &rooms, ann.id()).await, 0);
    for room in rooms {
        let view = wire(&world.chat.get_conversation.execute(&bob, room).await.unwrap());
        assert_eq!(view["participants"].as_array().unwrap().len(), 1, "ann is in there yet");
        for message in world.history(&bob, room).await {
            assert_eq!((&message["mentions"], &message["reactions"]), (&json!([]), &json!([])));
        }
    }
    let ports = &world.chat.ports;
    let worker = Worker::new(ports, vec![Arc::new(FinishErasure::new(ports))]);
    look_again(&world, &worker).await;
}

#[tokio::test]
async fn a_run_goes_on_within_a_conversation_in_which_others_say_the_id() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let root = Actor { role: AppRole::Admin, ..world.person("root").await };
    let room = world.group(&bob, &[&ann]).await;
    for _ in 0..2_500 {
        let body = json!({"content": "who?", "mentions": ["ann"]}).to_string();
        world.chat.send_message.to_conversation(&bob, room, body.as_bytes()).await.unwrap();
    }
    world.chat.erase_user.execute(&root, ann.id()).await.unwrap();
    let jobs = world.store.list(Some(JobState::Waiting), None, 10).await.unwrap();
    let goes_on = jobs.iter().find(|job| job.is_due(world.clock.now())).unwrap();
    let looked = &goes_on.work.payload["looked"];
    assert_eq!(looked[0], json!(room));
    assert!(looked[1].as_i64().unwrap() >= 1_500, "{looked}");
    let ports = &world.chat.ports;
    let worker = Worker::new(ports, vec![Arc::new(FinishErasure::new(ports))]);
    assert_eq!(worker.work(10).await.unwrap(), 1);
    assert_eq!(
        world.store.mentions_of(room, ann.id(), Seq::ZERO, u16::MAX).await.unwrap().messages,
        []
    );
    look_again(&world, &worker).await;
}
