//! A conversation one is not in: every route and every frame answers as if it did not exist.

use chinwag_client::Method;
use chinwag_tests::{
    Person, Token, World, expect_event, expect_problem, expect_refusal, on_both_databases,
};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases!(
    a_stranger_finds_nothing_on_any_route,
    a_stranger_finds_nothing_with_any_frame,
    who_was_removed_is_a_stranger,
    nobody_gets_anywhere_without_a_token,
);

/// Every route that names a conversation or a message.
fn routes(conversation: Uuid, message: Uuid) -> Vec<(Method, String, Option<Value>)> {
    let in_conversation = |rest: &str| format!("/conversations/{conversation}{rest}");
    let of_message = |rest: &str| format!("/messages/{message}{rest}");
    vec![
        (Method::GET, in_conversation(""), None),
        (Method::PATCH, in_conversation(""), Some(json!({"name": "x"}))),
        (Method::DELETE, in_conversation(""), None),
        (Method::PATCH, in_conversation("/membership"), Some(json!({"muted": true}))),
        (Method::POST, in_conversation("/read"), Some(json!({}))),
        (Method::POST, in_conversation("/delivered"), Some(json!({"seq": 1}))),
        (Method::POST, in_conversation("/clear"), None),
        (Method::POST, in_conversation("/leave"), None),
        (Method::GET, in_conversation("/participants"), None),
        (Method::POST, in_conversation("/participants"), Some(json!({"user_ids": ["mallory"]}))),
        (Method::PATCH, in_conversation("/participants/alice"), Some(json!({"role": "member"}))),
        (Method::DELETE, in_conversation("/participants/alice"), None),
        (Method::GET, in_conversation("/messages"), None),
        (Method::GET, in_conversation("/messages?search=secret"), None),
        (Method::POST, in_conversation("/messages"), Some(json!({"content": "x"}))),
        (Method::GET, in_conversation("/changes?since=0"), None),
        (Method::GET, of_message(""), None),
        (Method::PATCH, of_message(""), Some(json!({"content": "x"}))),
        (Method::DELETE, of_message(""), None),
        (Method::PUT, of_message("/read"), None),
        (Method::GET, of_message("/receipts"), None),
        (Method::PUT, of_message("/reactions/%F0%9F%91%8D"), None),
        (Method::DELETE, of_message("/reactions/%F0%9F%91%8D"), None),
    ]
}

/// Every frame that names a conversation or a message.
fn frames(conversation: Uuid, message: Uuid) -> Vec<(&'static str, Value)> {
    vec![
        ("message.send", json!({"conversation_id": conversation, "content": "x"})),
        ("message.edit", json!({"message_id": message, "content": "x"})),
        ("message.delete", json!({"message_id": message})),
        ("message.react", json!({"message_id": message, "emoji": "👍"})),
        ("message.unreact", json!({"message_id": message, "emoji": "👍"})),
        ("conversation.open", json!({"conversation_id": conversation})),
        ("conversation.close", json!({"conversation_id": conversation})),
        ("conversation.read", json!({"conversation_id": conversation})),
        ("conversation.delivered", json!({"conversation_id": conversation, "seq": 1})),
        ("typing.start", json!({"conversation_id": conversation})),
        ("typing.stop", json!({"conversation_id": conversation})),
    ]
}

/// Asserts that `person` gets the same for what is there and for what is not.
async fn finds_nothing(person: &Person, conversation: Uuid, message: Uuid) {
    let there = routes(conversation, message);
    let absent = routes(Uuid::nil(), Uuid::nil());
    for ((method, path, body), (_, nowhere, _)) in there.into_iter().zip(absent) {
        let answer = person.request(method.clone(), &path, body.as_ref()).await;
        let problem = expect_problem(&answer, 404, "not_found");
        let answer = person.request(method, &nowhere, body.as_ref()).await;
        let same = expect_problem(&answer, 404, "not_found");
        assert_eq!((problem.title, problem.detail), (same.title, same.detail), "{path}");
    }
}

async fn a_stranger_finds_nothing_on_any_route(world: World) {
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let group = alice.group_with("Secret", &[&bob]).await;
    let message = alice.say(group.id, "secret").await;

    finds_nothing(&mallory, group.id, message.id).await;
    // Not even when the body is wrong too: who may is asked before what.
    let path = format!("/conversations/{}/messages", group.id);
    expect_problem(&mallory.post(&path, json!({"content": ""})).await, 404, "not_found");
    let path = format!("/conversations/{}/participants", group.id);
    expect_problem(&mallory.post(&path, json!({"wrong": 1})).await, 404, "not_found");

    // The application's own admin is no participant either.
    let admin = Token::of("root").with("roles", json!(["admin"]));
    let admin = Person::with_token(&world.server, &admin).await;
    finds_nothing(&admin, group.id, message.id).await;

    for person in [&mallory, &admin] {
        assert!(person.client.conversations(&[]).await.unwrap().items.is_empty());
        assert_eq!(person.client.unread().await.unwrap().total, 0);
        assert!(person.client.sync(&[], None).await.unwrap().conversations.is_empty());
    }
    let now = alice.client.conversation(group.id).await.unwrap();
    assert_eq!((now.revision, now.last_seq), (message.revision, message.seq));
    assert_eq!(now.participant_count, Some(2));
}

async fn a_stranger_finds_nothing_with_any_frame(world: World) {
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let group = alice.group_with("Secret", &[&bob]).await;
    let message = alice.say(group.id, "secret").await;
    let mallorys = mallory.socket().await;

    for (kind, data) in frames(group.id, message.id) {
        let refused = expect_refusal(mallorys.request(kind, data).await, "not_found");
        assert_eq!(refused.status, 404, "{kind}");
    }
    // Nothing of what goes on there reaches the stranger's socket.
    alice.say(group.id, "more").await;
    alice.client.react(message.id, "👍").await.unwrap();
    bob.client.mark_read(group.id, None).await.unwrap();
    alice.client.delete(message.id).await.unwrap();
    let own = mallory.group_with("Own", &[]).await;
    mallory.say(own.id, "sentinel").await;
    loop {
        let event = mallorys.next_event().await.unwrap();
        assert_ne!(event.conversation_id, Some(group.id), "{event:?}");
        assert!(!event.data.to_string().contains(&group.id.to_string()), "{event:?}");
        if event.kind == "message.created" {
            break;
        }
    }
}

async fn who_was_removed_is_a_stranger(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Secret", &[&bob]).await;
    let message = bob.say(group.id, "my own").await;
    let bobs = bob.socket().await;
    alice.client.remove_participant(group.id, "bob").await.unwrap();
    expect_event(&bobs, "conversation.removed").await;

    finds_nothing(&bob, group.id, message.id).await;
    for (kind, data) in frames(group.id, message.id) {
        expect_refusal(bobs.request(kind, data).await, "not_found");
    }
    let synced = bob.client.sync(&[(group.id, 1)], None).await.unwrap();
    assert_eq!((synced.removed, synced.conversations.len()), (vec![group.id], 0));
}

async fn nobody_gets_anywhere_without_a_token(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = alice.say(direct.id, "secret").await;
    let nobody = world.nobody();

    let mut all = routes(direct.id, message.id);
    for path in [
        "/users/me",
        "/users",
        "/users/alice",
        "/conversations",
        "/unread",
        "/presence?user_ids=alice",
    ] {
        all.push((Method::GET, path.to_owned(), None));
    }
    all.push((Method::POST, "/conversations".to_owned(), Some(json!({}))));
    all.push((Method::POST, "/messages".to_owned(), Some(json!({}))));
    all.push((Method::POST, "/sync".to_owned(), Some(json!({}))));
    for (method, path, body) in all {
        let answer = nobody.request(method, &path, body.as_ref()).await.unwrap();
        expect_problem(&answer, 401, "token_missing");
    }
}
