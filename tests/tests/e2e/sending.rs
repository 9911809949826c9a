//! Sending over REST: what is kept, what is sent back, and that a repeated send is one message.

use chinwag_client::Outgoing;
use chinwag_tests::{
    IsJson, World, expect_event, expect_problem, expect_refusal, expect_status, on_both_databases,
};
use serde_json::{Value, json};

on_both_databases!(
    a7_the_clients_id_and_time_are_kept,
    a7_an_answer_has_every_field_of_a_message,
    c4_a_repeated_send_is_one_message,
    c4_a_repeated_send_is_one_message_across_restarts_edits_and_deletion,
    c4_the_same_client_id_in_other_places_is_another_message,
    text_comes_back_exactly_as_sent,
    replies_mentions_and_metadata_are_kept,
);

/// All that a text message has for its sender.
const MESSAGE: &[&str] = &[
    "id",
    "conversation_id",
    "seq",
    "revision",
    "sender",
    "client_id",
    "client_created_at",
    "kind",
    "content",
    "attachments",
    "reply_to",
    "mentions",
    "reactions",
    "status",
    "created_at",
    "edited_at",
    "deleted_at",
    "deleted_by",
];

async fn a7_the_clients_id_and_time_are_kept(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/messages", direct.id);

    let new = json!({"content": "now", "client_id": "mine-1", "client_created_at": "2020-02-29T12:30:00.5+02:00"});
    let first = expect_status(alice.post(&path, new).await, 201);
    assert_eq!(first["client_id"], "mine-1");
    assert_eq!(first["client_created_at"], "2020-02-29T10:30:00.500Z");
    assert_ne!(first["created_at"], first["client_created_at"]);
    // A time in the past does not move it: the order is the server's.
    let older = json!({"content": "then", "client_id": "mine-2", "client_created_at": "2001-01-01T00:00:00Z"});
    let second = expect_status(alice.post(&path, older).await, 201);
    assert_eq!((&first["seq"], &second["seq"]), (&json!(1), &json!(2)));

    let seen = bob.client.history(direct.id, &[]).await.unwrap();
    let contents: Vec<_> = seen.items.iter().map(|it| it.content.clone().unwrap()).collect();
    assert_eq!(contents, ["then", "now"]);
    assert_eq!(seen.items[1].client_id.as_deref(), Some("mine-1"));
}

async fn a7_an_answer_has_every_field_of_a_message(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;

    let path = format!("/conversations/{}/messages", direct.id);
    let mut sent = expect_status(alice.post(&path, json!({"content": "hello"})).await, 201);
    assert_eq!(sent.as_object_mut().unwrap().remove("duplicate"), Some(json!(false)));
    assert!(sent.has_only_keys(MESSAGE), "{sent:#}");
    assert_eq!((&sent["seq"], &sent["revision"]), (&json!(1), &json!(2)));
    assert_eq!((&sent["kind"], &sent["status"]), (&json!("text"), &json!("sent")));
    assert_eq!(sent["sender"]["id"], "alice");
    assert!(sent["created_at"].is_time());
    for empty in ["attachments", "mentions", "reactions"] {
        assert_eq!(sent[empty], json!([]), "{empty}");
    }
    for absent in ["client_created_at", "reply_to", "edited_at", "deleted_at", "deleted_by"] {
        assert_eq!(sent[absent], Value::Null, "{absent}");
    }

    let read =
        expect_status(alice.get(&format!("/messages/{}", sent["id"].as_str().unwrap())).await, 200);
    assert_eq!(read, sent);
    // The status is the sender's business.
    let others =
        expect_status(bob.get(&format!("/messages/{}", sent["id"].as_str().unwrap())).await, 200);
    assert_eq!(others.get("status"), None);
}

async fn c4_a_repeated_send_is_one_message(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/messages", direct.id);
    let new = json!({"content": "once", "client_id": "c-1"});

    let first = expect_status(alice.post(&path, new.clone()).await, 201);
    let again = expect_status(alice.post(&path, new.clone()).await, 200);
    assert_eq!((&again["id"], &again["duplicate"]), (&first["id"], &json!(true)));
    assert_eq!(again["seq"], first["seq"]);

    let socket = alice.socket().await;
    let mut frame = new.clone();
    frame["conversation_id"] = json!(direct.id);
    let reply = socket.request("message.send", frame.clone()).await.unwrap();
    assert_eq!((&reply["id"], &reply["duplicate"]), (&first["id"], &json!(true)));

    // Another content under the same id is a mistake that is told.
    let other = json!({"content": "twice", "client_id": "c-1"});
    expect_problem(&alice.post(&path, other).await, 409, "conflict");
    frame["content"] = json!("twice");
    expect_refusal(socket.request("message.send", frame).await, "conflict");
    assert_eq!(world.database.count("messages").await, 1);
}

async fn c4_a_repeated_send_is_one_message_across_restarts_edits_and_deletion(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = Outgoing::text("once").with_client_id("c-1");
    let first = alice.client.send(direct.id, &message).await.unwrap();

    world.server.restart().await;
    let alice = alice.at(&world.server.url());
    alice.client.edit(first.id, "edited").await.unwrap();
    let again = alice.client.send(direct.id, &message).await.unwrap();
    assert_eq!((again.id, again.duplicate), (first.id, Some(true)));
    assert_eq!(again.content.as_deref(), Some("edited"));

    alice.client.delete(first.id).await.unwrap();
    let tombstone = alice.client.send(direct.id, &message).await.unwrap();
    assert_eq!((tombstone.id, tombstone.duplicate), (first.id, Some(true)));
    assert_eq!((tombstone.content, tombstone.deleted_by), (None, Some("alice".to_owned())));
    assert_eq!(world.database.count("messages").await, 1);
}

async fn c4_the_same_client_id_in_other_places_is_another_message(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let with_bob = alice.direct_with(&bob).await;
    let with_carol = alice.direct_with(&carol).await;
    let message = Outgoing::text("hello").with_client_id("c-1");

    let mut ids = vec![
        alice.client.send(with_bob.id, &message).await.unwrap().id,
        alice.client.send(with_carol.id, &message).await.unwrap().id,
        bob.client.send(with_bob.id, &message).await.unwrap().id,
    ];
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert_eq!(world.database.count("messages").await, 3);
}

async fn text_comes_back_exactly_as_sent(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let socket = bob.socket().await;

    let longest = "🦊".repeat(8_000);
    for text in [
        "<script>alert(\"1\")</script> &amp; <b>",
        "  leading and trailing  \n",
        "line\r\nline\ttab",
        "👩‍👩‍👧‍👦 שלום \u{202e}abc e\u{301} \u{feff}",
        "'; DROP TABLE messages; --",
        "\\u0041 \\ \" / {{x}} ${y} %s",
        longest.as_str(),
    ] {
        let sent = alice.say(direct.id, text).await;
        assert_eq!(sent.content.as_deref(), Some(text));
        let read = bob.client.message(sent.id).await.unwrap();
        assert_eq!(read.content.as_deref(), Some(text));
        let event = expect_event(&socket, "message.created").await;
        assert_eq!(event.data["content"], text);

        // The same by the socket, by editing, and by every way of reading.
        let frame = json!({"conversation_id": direct.id, "content": text});
        let reply = socket.request("message.send", frame).await.unwrap();
        assert_eq!(reply["content"], text);
        let edited = alice.say(direct.id, "draft").await;
        let edited = alice.client.edit(edited.id, text).await.unwrap();
        assert_eq!(edited.content.as_deref(), Some(text));
        let newest = bob.client.history(direct.id, &[("limit", "3")]).await.unwrap().items;
        let changed = alice.client.changes(direct.id, sent.revision - 1).await.unwrap().messages;
        let last = alice.client.conversation(direct.id).await.unwrap().last_message;
        let all: Vec<_> = newest.iter().chain(&changed).chain(&last).collect();
        assert_eq!(all.len(), 7);
        assert!(all.iter().all(|it| it.content.as_deref() == Some(text)), "{all:?}");
        expect_event(&socket, "message.created").await;
        expect_event(&socket, "message.created").await;
    }
}

async fn replies_mentions_and_metadata_are_kept(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let elsewhere = alice.group_with("Other", &[]).await;
    let question = alice.say(direct.id, "?").await;
    let foreign = alice.say(elsewhere.id, "!").await;

    let mut answer = Outgoing::text("!").in_reply_to(question.id);
    answer.mentions = vec!["alice".to_owned()];
    answer.metadata = Some(json!({"order": {"number": 17, "tags": ["a", null]}}));
    let sent = bob.client.send(direct.id, &answer).await.unwrap();
    let read = alice.client.message(sent.id).await.unwrap();
    assert_eq!(read.extra["reply_to"], json!(question.id));
    assert_eq!(read.extra["mentions"], json!(["alice"]));
    assert_eq!(read.extra["metadata"], answer.metadata.unwrap());

    // Nobody answers a message of another conversation.
    let path = format!("/conversations/{}/messages", direct.id);
    let crossed = alice.post(&path, json!({"content": "x", "reply_to": foreign.id})).await;
    let problem = expect_problem(&crossed, 422, "validation_failed");
    assert_eq!(problem.errors[0].pointer, "/reply_to");
    assert_eq!(world.database.count_messages(direct.id).await, 2);
}
