//! Appointments by the clock, and places that move.

use std::sync::Arc;

use chinwag_application::{Actor, Error, MeetingFollowUps};
use chinwag_domain::{ConversationId, MessageId, Timestamp, ports::Jobs};
use chinwag_testkit::SequentialIds;
use serde_json::{Value, json};

use crate::world::{World, message_id, wire};

/// One in which meetings have their jobs.
fn world() -> World {
    let ids = Arc::new(SequentialIds::after(5_000));
    World::following(Arc::new(MeetingFollowUps::new(ids)))
}

/// A time so many milliseconds from now.
fn ahead(world: &World, millis: i64) -> Timestamp {
    world.chat.ports.clock.now().plus_millis(millis)
}

async fn propose(world: &World, actor: &Actor, id: ConversationId, at: Timestamp) -> Value {
    let meeting = json!({"place": "Here", "scheduled_at": at});
    let body = json!({"kind": "meeting", "meeting": meeting, "client_id": "m"}).to_string();
    let sent = world.chat.send_message.to_conversation(actor, id, body.as_bytes()).await;
    wire(&sent.unwrap())
}

async fn step(
    world: &World,
    actor: &Actor,
    message: MessageId,
    body: Value,
) -> Result<Value, Error> {
    let body = body.to_string();
    let changed = world.chat.change_meeting.execute(actor, message, body.as_bytes()).await;
    changed.map(|view| wire(&view))
}

async fn status(world: &World, actor: &Actor, message: MessageId) -> Value {
    wire(&world.chat.get_message.execute(actor, message).await.unwrap())["meeting"]["status"]
        .clone()
}

#[tokio::test]
async fn the_clock_expires_what_nobody_answered_and_completes_what_was_agreed() {
    let world = world();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.group(&ann, &[&bob]).await;
    let other = world.group(&ann, &[&bob]).await;
    let open = message_id(&propose(&world, &ann, id, ahead(&world, 1_000)).await);
    let agreed = message_id(&propose(&world, &ann, other, ahead(&world, 1_000)).await);
    step(&world, &bob, agreed, json!({"status": "confirmed"})).await.unwrap();
    world.told();

    world.clock.advance(999);
    assert_eq!(world.work().await, 0, "not before its time");
    world.clock.advance(1);
    assert_eq!(world.work().await, 2);
    assert_eq!(status(&world, &bob, open).await, "expired");
    assert_eq!(status(&world, &bob, agreed).await, "completed");
    let told = world.told();
    assert_eq!(told, [(3, "MessageUpdated".into()), (4, "MessageUpdated".into())]);
    assert_eq!(world.store.list(None, None, 10).await.unwrap(), [], "both jobs are done");
}

#[tokio::test]
async fn the_job_of_a_time_that_was_changed_does_nothing() {
    let world = world();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.group(&ann, &[&bob]).await;
    let message = message_id(&propose(&world, &ann, id, ahead(&world, 1_000)).await);
    let later = json!({"scheduled_at": ahead(&world, 5_000)});
    let moved = step(&world, &bob, message, later.clone()).await.unwrap();
    assert_eq!(
        moved["meeting"],
        json!({"place": "Here", "status": "rescheduled",
        "scheduled_at": later["scheduled_at"]}),
        "nothing of the server's own is told"
    );
    world.told();

    world.clock.advance(1_000);
    assert_eq!(world.work().await, 1, "the old one");
    assert_eq!(status(&world, &ann, message).await, "rescheduled");
    assert!(world.told().is_empty());
    step(&world, &ann, message, json!({"status": "confirmed"})).await.unwrap();
    world.clock.advance(4_000);
    assert_eq!(world.work().await, 1);
    assert_eq!(status(&world, &ann, message).await, "completed");
    assert_eq!(world.store.list(None, None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn the_clock_leaves_what_has_ended_or_is_gone() {
    let world = world();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let mut messages = Vec::new();
    for _ in 0..3 {
        let id = world.group(&ann, &[&bob]).await;
        let at = ahead(&world, 1_000);
        messages.push((id, message_id(&propose(&world, &ann, id, at).await)));
    }
    step(&world, &bob, messages[0].1, json!({"status": "canceled"})).await.unwrap();
    world.chat.delete_message.execute(&ann, messages[1].1).await.unwrap();
    world.chat.delete_conversation.execute(&ann, messages[2].0).await.unwrap();
    world.told();

    world.clock.advance(1_000);
    assert_eq!(world.work().await, 3);
    assert_eq!(status(&world, &ann, messages[0].1).await, "canceled");
    assert!(world.told().is_empty());
    assert_eq!(world.store.list(None, None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_over_is_over_before_the_job_has_run() {
    let world = world();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.group(&ann, &[&bob]).await;
    let message = message_id(&propose(&world, &ann, id, ahead(&world, 1_000)).await);
    world.clock.advance(1_000);
    for body in [
        json!({"status": "confirmed"}),
        json!({"status": "canceled"}),
        json!({"scheduled_at": ahead(&world, 9_000)}),
    ] {
        let refused = step(&world, &bob, message, body).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    }
    assert_eq!(status(&world, &ann, message).await, "pending", "nothing is stored");
}

#[tokio::test]
async fn an_appointment_is_sent_ahead_of_its_time_and_again_after_it() {
    let world = world();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.group(&ann, &[]).await;
    let at = ahead(&world, 1_000);
    let meeting = json!({"place": "Here", "scheduled_at": at});
    let with_id =
        |client_id: &str| json!({"kind": "meeting", "meeting": meeting, "client_id": client_id});
    let send = async |actor: &Actor, client_id: &str| {
        let body = with_id(client_id).to_string();
        world.chat.send_message.to_conversation(actor, id, body.as_bytes()).await
    };
    let first = wire(&send(&ann, "m").await.unwrap());
    world.clock.advance(1_000);

    let again = wire(&send(&ann, "m").await.unwrap());
    assert_eq!((&again["duplicate"], &again["id"]), (&json!(true), &first["id"]));
    let Err(Error::Invalid(errors)) = send(&ann, "other").await else { panic!("it is over") };
    assert_eq!(errors[0].pointer, "/meeting/scheduled_at");
    assert!(matches!(send(&bob, "m").await, Err(Error::NotFound)), "a stranger learns nothing");

    world.told();
    let mut body = with_id("p");
    body["recipient_id"] = json!("bob");
    let refused = world.chat.send_message.to_person(&ann, body.to_string().as_bytes()).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    assert!(world.told().is_empty(), "a fault makes no conversation");
}

#[tokio::test]
async fn a_reply_is_repeated_after_its_target_went_out_of_sight() {
    let world = world();
    let ann = world.person("ann").await;
    let id = world.group(&ann, &[]).await;
    let target = world.send(&ann, id, "question").await;
    let send = async |content: &str, client_id: &str| {
        let body = json!({"content": content, "reply_to": target["id"], "client_id": client_id});
        world.chat.send_message.to_conversation(&ann, id, body.to_string().as_bytes()).await
    };
    let first = wire(&send("r", "1").await.unwrap());
    world.chat.clear_conversation.execute(&ann, id).await.unwrap();
    let again = wire(&send("r", "1").await.unwrap());
    assert_eq!((&again["duplicate"], &again["id"]), (&json!(true), &first["id"]));
    assert!(matches!(send("other", "1").await, Err(Error::Conflict(_))));
    assert!(matches!(send("r", "2").await, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn a_place_moves_while_it_is_live() {
    let world = world();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.group(&ann, &[&bob]).await;
    let body = r#"{"kind":"location","location":{"latitude":1,"longitude":2,"live":true}}"#;
    let sent = world.chat.send_message.to_conversation(&ann, id, body.as_bytes()).await.unwrap();
    let message = message_id(&wire(&sent));
    world.told();
    let shift = async |actor: &Actor, body: &'static str| {
        let moved = world.chat.move_location.execute(actor, message, body.as_bytes()).await;
        moved.map(|view| wire(&view))
    };
    assert!(matches!(shift(&bob, r#"{"latitude":3}"#).await, Err(Error::Forbidden(_))));
    let moved = shift(&ann, r#"{"latitude":3}"#).await.unwrap();
    assert_eq!(moved["location"], json!({"latitude": 3.0, "longitude": 2.0, "live": true}));
    shift(&ann, r#"{"latitude":3}"#).await.unwrap();
    assert_eq!(world.told(), [(3, "MessageUpdated".into())], "standing still is no change");
    shift(&ann, r#"{"live":false}"#).await.unwrap();
    assert!(matches!(shift(&ann, r#"{"live":true}"#).await, Err(Error::Conflict(_))));
    assert!(matches!(shift(&ann, r#"{"latitude":4}"#).await, Err(Error::Conflict(_))));
    assert_eq!(world.told(), [(4, "MessageUpdated".into())]);
}
