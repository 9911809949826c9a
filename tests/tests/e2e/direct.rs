//! Conversations of two: made once, found again, whichever side starts.

use chinwag_tests::{
    IsJson, World, expect_event, expect_problem, expect_status, on_both_databases,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

on_both_databases!(
    a1_a_direct_conversation_is_made_once_and_then_found,
    a1_a_direct_conversation_needs_exactly_one_other_known_person,
    a1_many_at_once_end_with_one_conversation,
    a1_asking_again_brings_a_hidden_one_back,
    b1_a_message_to_a_person_finds_or_makes_the_conversation,
    b1_a_message_to_nobody_or_oneself_makes_nothing,
    b2_the_other_side_gets_the_same_conversation,
);

/// All that a detail of a direct conversation has.
const DETAIL: &[&str] = &[
    "id",
    "type",
    "name",
    "avatar_url",
    "category",
    "created_at",
    "revision",
    "last_seq",
    "last_message",
    "unread_count",
    "participant",
    "participant_count",
    "membership",
    "participants",
    "description",
    "permissions",
    "history",
];

fn direct_with(other: &str) -> Value {
    json!({"type": "direct", "participant_ids": [other]})
}

async fn a1_a_direct_conversation_is_made_once_and_then_found(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;

    let made = expect_status(alice.post("/conversations", direct_with("bob")).await, 201);
    assert!(made.has_only_keys(DETAIL), "{made:#}");
    assert_eq!(made["type"], "direct");
    assert_eq!((&made["revision"], &made["last_seq"]), (&json!(1), &json!(0)));
    assert_eq!((&made["unread_count"], &made["last_message"]), (&json!(0), &Value::Null));
    assert_eq!(made["participant"]["id"], "bob");
    assert_eq!(made["participant_count"], 2);
    assert_eq!(made["participants"].as_array().unwrap().len(), 2);
    assert_eq!(made["membership"]["muted"], false);
    assert_eq!(made["history"], "all");
    assert!(made["created_at"].is_time(), "{made:#}");

    let id = made["id"].as_str().unwrap().parse().unwrap();
    bob.say(id, "hello").await;
    let found = expect_status(alice.post("/conversations", direct_with("bob")).await, 200);
    assert_eq!(found["id"], made["id"]);
    assert_eq!(found["unread_count"], 1);
    assert_eq!(found["last_message"]["content"], "hello");
    assert_eq!(found["participant"]["id"], "bob");
    assert_eq!(world.database.count("conversations").await, 1);
}

async fn a1_asking_again_brings_a_hidden_one_back(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    for person in [&alice, &bob] {
        person.client.update_membership(direct.id, &json!({"hidden": true})).await.unwrap();
    }
    let socket = alice.socket().await;

    // A message does not, neither for who sends it nor for who gets it.
    let sent = json!({"recipient_id": "bob", "content": "hello"});
    expect_status(alice.post("/messages", sent).await, 201);
    for person in [&alice, &bob] {
        assert!(person.client.conversations(&[]).await.unwrap().items.is_empty());
    }

    let found = expect_status(alice.post("/conversations", direct_with("bob")).await, 200);
    assert_eq!(found["membership"]["hidden"], false);
    let told = expect_event(&socket, "membership.updated").await;
    assert_eq!((told.conversation_id, told.revision), (Some(direct.id), None));
    assert_eq!(alice.client.conversations(&[]).await.unwrap().items.len(), 1);
    // For the other person it stays as it was.
    assert!(bob.client.conversations(&[]).await.unwrap().items.is_empty());
}

async fn a1_a_direct_conversation_needs_exactly_one_other_known_person(world: World) {
    let [alice, _bob, _carol] = world.people(["alice", "bob", "carol"]).await;

    for people in [json!([]), json!(["alice"]), json!(["bob", "carol"])] {
        let body = json!({"type": "direct", "participant_ids": people});
        let refused = alice.post("/conversations", body).await;
        let problem = expect_problem(&refused, 422, "validation_failed");
        assert_eq!(problem.errors[0].pointer, "/participant_ids", "{people}");
    }
    let unknown = alice.post("/conversations", direct_with("nobody")).await;
    expect_problem(&unknown, 404, "not_found");
    assert_eq!(world.database.count("conversations").await, 0);

    // The caller may be named beside the other person, and the other one twice.
    let body = json!({"type": "direct", "participant_ids": ["alice", "bob", "bob"]});
    expect_status(alice.post("/conversations", body).await, 201);
}

async fn a1_many_at_once_end_with_one_conversation(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;

    let creations = (0..24).map(|turn| {
        let (person, other) = if turn % 2 == 0 { (&alice, "bob") } else { (&bob, "alice") };
        person.post("/conversations", direct_with(other))
    });
    let answers = join_all(creations).await;

    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let found = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((made, found), (1, 23));
    assert!(answers.iter().all(|answer| answer.json["id"] == answers[0].json["id"]));
    assert_eq!(world.database.count("conversations").await, 1);
    assert_eq!(world.database.count("participants").await, 2);
}

async fn b1_a_message_to_a_person_finds_or_makes_the_conversation(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;

    let first = json!({"recipient_id": "bob", "content": "one", "client_id": "c-1"});
    let sent = expect_status(alice.post("/messages", first.clone()).await, 201);
    assert_eq!((&sent["seq"], &sent["duplicate"]), (&json!(1), &json!(false)));
    let again = expect_status(alice.post("/messages", first).await, 200);
    assert_eq!((&again["id"], &again["duplicate"]), (&sent["id"], &json!(true)));

    let answer = json!({"recipient_id": "alice", "content": "two"});
    let answer = expect_status(bob.post("/messages", answer).await, 201);
    assert_eq!(answer["conversation_id"], sent["conversation_id"]);
    assert_eq!(answer["seq"], 2);
    assert_eq!(world.database.count("conversations").await, 1);
    assert_eq!(world.database.count("messages").await, 2);
}

async fn b1_a_message_to_nobody_or_oneself_makes_nothing(world: World) {
    let alice = world.person("alice").await;

    let to_nobody = json!({"recipient_id": "nobody", "content": "hello"});
    expect_problem(&alice.post("/messages", to_nobody).await, 404, "not_found");
    let to_self = json!({"recipient_id": "alice", "content": "hello"});
    expect_problem(&alice.post("/messages", to_self).await, 422, "validation_failed");
    let to_whom = json!({"content": "hello"});
    expect_problem(&alice.post("/messages", to_whom).await, 422, "validation_failed");
    assert_eq!(world.database.count("conversations").await, 0);
    assert_eq!(world.database.count("messages").await, 0);
}

async fn b2_the_other_side_gets_the_same_conversation(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;

    let made = expect_status(alice.post("/conversations", direct_with("bob")).await, 201);
    let found = expect_status(bob.post("/conversations", direct_with("alice")).await, 200);
    assert_eq!(found["id"], made["id"]);
    assert_eq!(found["participant"]["id"], "alice");
}
