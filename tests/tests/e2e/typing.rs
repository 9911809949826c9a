//! Typing: told to the others, and ended by the server when nobody else does.

use chinwag_client::Socket;
use chinwag_tests::{IsJson, World, events_until, expect_event, expect_refusal, on_both_databases};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases!(
    e6_typing_is_told_with_the_name_and_stops_by_itself,
    e6_typing_stops_when_said_sent_or_gone,
    e6_a_busy_typist_is_told_once,
    e6_nobody_types_where_they_do_not_belong,
);

async fn typing(socket: &Socket, kind: &str, conversation: Uuid) {
    socket.request(kind, json!({"conversation_id": conversation})).await.unwrap();
}

async fn e6_typing_is_told_with_the_name_and_stops_by_itself(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let (alices, bobs) = (alice.socket().await, bob.socket().await);

    typing(&alices, "typing.start", direct.id).await;
    let started = expect_event(&bobs, "typing.started").await;
    assert_eq!(started.data["conversation_id"], json!(direct.id));
    assert!(started.data["user"].has_only_keys(&["id", "name", "username"]), "{}", started.data);
    assert_eq!(
        (&started.data["user"]["id"], &started.data["user"]["name"]),
        (&json!("alice"), &json!("alice"))
    );
    assert!(started.data["expires_in_ms"].as_u64().is_some_and(|time| time > 0 && time <= 6_000));
    assert_eq!(started.revision, None);
    // Alice says nothing more: the server ends it.
    let stopped = expect_event(&bobs, "typing.stopped").await;
    assert_eq!(stopped.data["user"]["id"], "alice");
    // The typist herself hears nothing of it.
    bob.say(direct.id, "sentinel").await;
    let first = alices.next_event().await.unwrap();
    assert_eq!(first.kind, "message.created", "{first:?}");
}

async fn e6_typing_stops_when_said_sent_or_gone(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let other = alice.group_with("Other", &[&bob]).await;
    let third = alice.group_with("Third", &[&bob]).await;
    let (alices, bobs) = (alice.socket().await, bob.socket().await);

    typing(&alices, "typing.start", group.id).await;
    expect_event(&bobs, "typing.started").await;
    typing(&alices, "typing.stop", group.id).await;
    expect_event(&bobs, "typing.stopped").await;

    typing(&alices, "typing.start", other.id).await;
    expect_event(&bobs, "typing.started").await;
    let send = json!({"conversation_id": other.id, "content": "done"});
    alices.request("message.send", send).await.unwrap();
    let stopped = expect_event(&bobs, "typing.stopped").await;
    assert_eq!(stopped.data["conversation_id"], json!(other.id));

    typing(&alices, "typing.start", third.id).await;
    expect_event(&bobs, "typing.started").await;
    drop(alices);
    let stopped = expect_event(&bobs, "typing.stopped").await;
    assert_eq!(stopped.data["conversation_id"], json!(third.id));
}

async fn e6_a_busy_typist_is_told_once(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let (alices, bobs) = (alice.socket().await, bob.socket().await);

    for _ in 0..20 {
        typing(&alices, "typing.start", direct.id).await;
    }
    typing(&alices, "typing.stop", direct.id).await;
    alice.say(direct.id, "sentinel").await;
    let mut seen = (false, false);
    let events = events_until(&bobs, |event| {
        seen.0 |= event.kind == "message.created";
        seen.1 |= event.kind == "typing.stopped";
        seen.0 && seen.1
    })
    .await;
    let count = |kind: &str| events.iter().filter(|event| event.kind == kind).count();
    // A slow machine may take more than the two seconds in which one is passed on.
    assert!((1..=3).contains(&count("typing.started")), "{events:#?}");
    assert_eq!(count("typing.stopped"), 1, "{events:#?}");
}

async fn e6_nobody_types_where_they_do_not_belong(world: World) {
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let direct = alice.direct_with(&bob).await;
    let (bobs, mallorys) = (bob.socket().await, mallory.socket().await);

    let which = json!({"conversation_id": direct.id});
    for kind in ["typing.start", "typing.stop", "conversation.open", "conversation.close"] {
        expect_refusal(mallorys.request(kind, which.clone()).await, "not_found");
    }
    alice.say(direct.id, "sentinel").await;
    let first = bobs.next_event().await.unwrap();
    assert_eq!(
        (first.kind.as_str(), &first.data["content"]),
        ("message.created", &Value::from("sentinel"))
    );
}
