//! Edits and reactions.

use chinwag_tests::{
    IsJson, World, expect_event, expect_problem, expect_status, on_both_databases,
};
use serde_json::json;

on_both_databases!(a_sender_edits_a_message, reactions_are_counted_once_per_person);

const THUMB: &str = "%F0%9F%91%8D";

async fn a_sender_edits_a_message(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = alice.say(direct.id, "helo").await;
    let socket = bob.socket().await;
    let path = format!("/messages/{}", message.id);

    expect_problem(&bob.patch(&path, json!({"content": "ha"})).await, 403, "forbidden");
    expect_problem(&alice.patch(&path, json!({"content": " "})).await, 422, "validation_failed");
    let edited = expect_status(alice.patch(&path, json!({"content": "hello"})).await, 200);
    assert_eq!((&edited["content"], &edited["seq"]), (&json!("hello"), &json!(message.seq)));
    assert_eq!(edited["revision"], json!(message.revision + 1));
    assert!(edited["edited_at"].is_time());
    let event = expect_event(&socket, "message.updated").await;
    assert_eq!(
        (event.revision, &event.data["content"]),
        (Some(message.revision + 1), &json!("hello"))
    );
    // The time of sending stays, and the reader is not disturbed again.
    assert_eq!(edited["created_at"], json!(message.created_at));
    assert_eq!(bob.client.unread().await.unwrap().total, 1);
    assert_eq!(world.database.count("message_edits").await, 1);

    alice.client.delete(message.id).await.unwrap();
    expect_problem(&alice.patch(&path, json!({"content": "back"})).await, 403, "forbidden");
}

async fn reactions_are_counted_once_per_person(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = alice.say(direct.id, "lunch?").await;
    let socket = alice.socket().await;
    let path = format!("/messages/{}/reactions/{THUMB}", message.id);

    for _ in 0..2 {
        let answer = bob.put(&path).await;
        expect_status(answer, 200);
    }
    let event = expect_event(&socket, "message.updated").await;
    assert_eq!(event.data["reactions"], json!([{"emoji": "👍", "count": 1}]));
    assert_eq!(event.revision, Some(message.revision + 1));
    alice.put(&path).await;
    let seen = expect_status(bob.get(&format!("/messages/{}", message.id)).await, 200);
    assert_eq!(seen["reactions"], json!([{"emoji": "👍", "count": 2, "me": true}]));
    // The second of bob's was no change.
    assert_eq!(seen["revision"], json!(message.revision + 2));

    let answer = bob.delete(&path).await;
    expect_status(answer, 200);
    bob.delete(&path).await;
    let seen = expect_status(bob.get(&format!("/messages/{}", message.id)).await, 200);
    assert_eq!(seen["reactions"], json!([{"emoji": "👍", "count": 1, "me": false}]));
    assert_eq!(seen["revision"], json!(message.revision + 3));

    // A client's own short names are fine, and stay what they are.
    let named = format!("/messages/{}/reactions/:party-parrot:", message.id);
    expect_status(bob.put(&named).await, 200);
    let seen = expect_status(alice.get(&format!("/messages/{}", message.id)).await, 200);
    assert_eq!(seen["reactions"][1], json!({"emoji": ":party-parrot:", "count": 1, "me": false}));
    for emoji in ["two%20words", "line%0A", "%00", "%E2%80%83", &"x".repeat(33)] {
        let refused = bob.put(&format!("/messages/{}/reactions/{emoji}", message.id)).await;
        let problem = expect_problem(&refused, 422, "validation_failed");
        assert_eq!(problem.errors[0].pointer, "/emoji", "{emoji}");
    }
    assert_eq!(world.database.count("reactions").await, 2);
}
