//! A conversation one is not in: every route and every frame answers as if it did not exist.
//!
//! The tests run over the product of all operations that name a conversation or a message and all callers who
//! are not (or no longer) in it, each operation with a body that would do and with one that never would.

use chinwag_client::{Method, Problem};
use chinwag_tests::{
    Person, Token, World, expect_event, expect_problem, expect_refusal, on_both_databases,
};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases!(
    e14_a_stranger_finds_nothing_on_any_route,
    e14_a_stranger_finds_nothing_with_any_frame,
    e14_who_was_removed_or_left_is_a_stranger,
    a_deleted_group_is_strange_to_everybody,
    what_goes_on_does_not_reach_a_stranger,
    nobody_gets_anywhere_without_a_token,
);

const THUMB: &str = "%F0%9F%91%8D";

/// Every route that names a conversation or a message, with a body that would do.
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
        (Method::DELETE, in_conversation("/participants/nobody"), None),
        (Method::GET, in_conversation("/messages"), None),
        (Method::GET, in_conversation("/messages?search=secret"), None),
        (Method::GET, in_conversation("/messages?page=1"), None),
        (Method::GET, in_conversation("/messages?around=1"), None),
        (Method::GET, format!("/search/messages?q=secret&conversation_id={conversation}"), None),
        (Method::POST, in_conversation("/messages"), Some(json!({"content": "x"}))),
        (Method::GET, in_conversation("/changes?since=0"), None),
        (Method::GET, of_message(""), None),
        (Method::PATCH, of_message(""), Some(json!({"content": "x"}))),
        (Method::DELETE, of_message(""), None),
        (Method::PUT, of_message("/read"), None),
        (Method::GET, of_message("/receipts"), None),
        (Method::PUT, of_message(&format!("/reactions/{THUMB}")), None),
        (Method::DELETE, of_message(&format!("/reactions/{THUMB}")), None),
    ]
}

/// The same where something else is wrong too, which must not be told to who may not know the place.
fn bad_routes(conversation: Uuid, message: Uuid) -> Vec<(Method, String, Option<Value>)> {
    let mut bad: Vec<_> = routes(conversation, message)
        .into_iter()
        .filter(|(.., body)| body.is_some())
        .map(|(method, path, _)| (method, path, Some(json!({"wrong": 1}))))
        .collect();
    let spaces = format!("/messages/{message}/reactions/two%20words");
    bad.push((Method::PUT, spaces.clone(), None));
    bad.push((Method::DELETE, spaces, None));
    let send = format!("/conversations/{conversation}/messages");
    for body in [
        json!({"content": ""}),
        json!({"content": 5}),
        json!({"content": "x", "reply_to": message}),
        json!({"content": "x", "reply_to": Uuid::nil()}),
    ] {
        bad.push((Method::POST, send.clone(), Some(body)));
    }
    let roles = format!("/conversations/{conversation}/participants/nobody");
    bad.push((Method::PATCH, roles, Some(json!({"role": "owner"}))));
    bad.push((
        Method::POST,
        format!("/conversations/{conversation}/read"),
        Some(json!({"seq": 99})),
    ));
    bad
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

/// The same with fields that do not fit.
fn bad_frames(conversation: Uuid, message: Uuid) -> Vec<(&'static str, Value)> {
    let mut bad: Vec<_> = frames(conversation, message)
        .into_iter()
        .map(|(kind, mut data)| {
            data["wrong"] = json!(1);
            (kind, data)
        })
        .collect();
    bad.extend([
        ("message.send", json!({"conversation_id": conversation})),
        ("message.send", json!({"conversation_id": conversation, "content": 5})),
        (
            "message.send",
            json!({"conversation_id": conversation, "content": "x", "reply_to": message}),
        ),
        ("message.edit", json!({"message_id": message})),
        ("message.edit", json!({"message_id": message, "content": " "})),
        ("message.react", json!({"message_id": message})),
        ("message.react", json!({"message_id": message, "emoji": "two words"})),
        ("message.unreact", json!({"message_id": message, "emoji": 5})),
        ("conversation.read", json!({"conversation_id": conversation, "seq": 99})),
        ("conversation.delivered", json!({"conversation_id": conversation})),
    ]);
    bad
}

/// What one person is told, without what tells requests apart.
fn told(problem: Problem) -> (String, Option<String>) {
    (problem.title, problem.detail)
}

/// Asserts that `person` gets the same on every route for what is there and for what is not.
async fn finds_no_route(person: &Person, conversation: Uuid, message: Uuid) {
    let all = |conversation, message| {
        routes(conversation, message).into_iter().chain(bad_routes(conversation, message))
    };
    for ((method, path, body), (_, nowhere, _)) in
        all(conversation, message).zip(all(Uuid::nil(), Uuid::nil()))
    {
        let shown = format!("{} {method} {path} {body:?}", person.id);
        let answer = person.request(method.clone(), &path, body.as_ref()).await;
        assert_eq!(answer.status, 404, "{shown}: {}", answer.text);
        let problem = expect_problem(&answer, 404, "not_found");
        let answer = person.request(method, &nowhere, body.as_ref()).await;
        let same = expect_problem(&answer, 404, "not_found");
        assert_eq!(told(problem), told(same), "{shown}");
    }
}

/// The same for frames, on a socket of the person's.
async fn finds_no_frame(person: &Person, conversation: Uuid, message: Uuid) {
    let all = |conversation, message| {
        frames(conversation, message).into_iter().chain(bad_frames(conversation, message))
    };
    let pairs: Vec<_> = all(conversation, message).zip(all(Uuid::nil(), Uuid::nil())).collect();
    // Sockets of their own for a few at a time, since bad frames are counted.
    for some in pairs.chunks(4) {
        let socket = person.socket().await;
        for ((kind, data), (_, nowhere)) in some {
            let shown = format!("{} {kind} {data}", person.id);
            let answer = socket.request(kind, data.clone()).await;
            let code = answer.as_ref().err().and_then(|it| it.problem()).map(|it| it.code.clone());
            assert_eq!(code.as_deref(), Some("not_found"), "{shown}: {answer:?}");
            let problem = expect_refusal(answer, "not_found");
            assert_eq!(problem.status, 404, "{shown}");
            let same = expect_refusal(socket.request(kind, nowhere.clone()).await, "not_found");
            assert_eq!(told(problem), told(same), "{shown}");
        }
    }
}

/// Asserts that `person` finds it in no list.
async fn finds_no_list(person: &Person, conversation: Uuid) {
    assert!(person.client.conversations(&[]).await.unwrap().items.is_empty());
    assert!(person.client.conversations(&[("hidden", "true")]).await.unwrap().items.is_empty());
    assert_eq!(person.client.unread().await.unwrap().total, 0);
    assert!(person.client.sync(&[], None).await.unwrap().conversations.is_empty());
    for known in [0, 1, 99] {
        let synced = person.client.sync(&[(conversation, known)], None).await.unwrap();
        assert_eq!((synced.removed, synced.conversations.len()), (vec![conversation], 0));
    }
}

/// The application's own admin, who is no participant either.
async fn root(world: &World) -> Person {
    let admin = Token::of("root").with("roles", json!(["admin"]));
    Person::with_token(&world.server, &admin).await
}

async fn e14_a_stranger_finds_nothing_on_any_route(world: World) {
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let group = alice.group_with("Secret", &[&bob]).await;
    let message = alice.say(group.id, "secret").await;

    for person in [&mallory, &root(&world).await] {
        finds_no_route(person, group.id, message.id).await;
        finds_no_list(person, group.id).await;
    }
    let now = alice.client.conversation(group.id).await.unwrap();
    assert_eq!((now.revision, now.last_seq), (message.revision, message.seq));
    assert_eq!(now.participant_count, Some(2));
    assert_eq!(world.database.count("messages").await, 1);
    assert_eq!(world.database.count("participants").await, 2);
}

async fn e14_a_stranger_finds_nothing_with_any_frame(world: World) {
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let group = alice.group_with("Secret", &[&bob]).await;
    let message = alice.say(group.id, "secret").await;

    for person in [&mallory, &root(&world).await] {
        finds_no_frame(person, group.id, message.id).await;
    }
    let now = alice.client.conversation(group.id).await.unwrap();
    assert_eq!((now.revision, now.last_seq), (message.revision, message.seq));
    assert_eq!(world.database.count("messages").await, 1);
    assert_eq!(world.database.count("reactions").await, 0);
}

async fn e14_who_was_removed_or_left_is_a_stranger(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Secret", &[&bob, &carol]).await;
    let own = bob.say(group.id, "my own").await;
    let socket = bob.socket().await;
    alice.client.remove_participant(group.id, "bob").await.unwrap();
    expect_event(&socket, "conversation.removed").await;
    carol.client.leave(group.id).await.unwrap();
    let before = alice.client.conversation(group.id).await.unwrap();

    for person in [&bob, &carol] {
        finds_no_route(person, group.id, own.id).await;
        finds_no_frame(person, group.id, own.id).await;
        finds_no_list(person, group.id).await;
    }
    // A send that was acknowledged before is not acknowledged again either.
    let again = json!({"content": "my own", "client_id": own.client_id});
    let path = format!("/conversations/{}/messages", group.id);
    expect_problem(&bob.post(&path, again).await, 404, "not_found");

    let now = alice.client.conversation(group.id).await.unwrap();
    assert_eq!((now.revision, now.last_seq), (before.revision, before.last_seq));
}

async fn a_deleted_group_is_strange_to_everybody(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Secret", &[&bob]).await;
    let message = bob.say(group.id, "gone").await;
    alice.client.delete_conversation(group.id).await.unwrap();

    for person in [&alice, &bob] {
        finds_no_route(person, group.id, message.id).await;
        finds_no_frame(person, group.id, message.id).await;
        finds_no_list(person, group.id).await;
    }
    assert_eq!(world.database.count("messages").await, 1);
}

async fn what_goes_on_does_not_reach_a_stranger(world: World) {
    let [alice, bob, mallory, removed] = world.people(["alice", "bob", "mallory", "removed"]).await;
    let group = alice.group_with("Secret", &[&bob, &removed]).await;
    let message = alice.say(group.id, "secret").await;
    let sockets = [mallory.socket().await, removed.socket().await];
    let which = json!({"conversation_id": group.id});
    // She looked at it when she was taken out.
    sockets[1].request("conversation.open", which.clone()).await.unwrap();
    alice.client.remove_participant(group.id, "removed").await.unwrap();
    let out = expect_event(&sockets[1], "conversation.removed").await;
    assert_eq!(out.conversation_id, Some(group.id));

    // One of everything that is told to the people in it.
    let alices = alice.socket().await;
    alice.say(group.id, "more").await;
    alice.client.edit(message.id, "secret still").await.unwrap();
    alice.client.react(message.id, "👍").await.unwrap();
    bob.client.mark_delivered(group.id, 1).await.unwrap();
    bob.client.mark_read(group.id, None).await.unwrap();
    alices.request("typing.start", which.clone()).await.unwrap();
    alices.request("typing.stop", which.clone()).await.unwrap();
    alices.request("conversation.open", which.clone()).await.unwrap();
    alices.request("conversation.close", which).await.unwrap();
    alice.client.update_membership(group.id, &json!({"muted": true})).await.unwrap();
    alice.client.update_conversation(group.id, &json!({"name": "More secret"})).await.unwrap();
    alice.client.change_role(group.id, "bob", "admin").await.unwrap();
    alice.client.delete(message.id).await.unwrap();
    bob.client.leave(group.id).await.unwrap();
    alice.client.add_participants(group.id, &["bob"]).await.unwrap();
    alice.client.delete_conversation(group.id).await.unwrap();

    for (person, socket) in [&mallory, &removed].into_iter().zip(sockets) {
        let own = person.group_with("Own", &[]).await;
        person.say(own.id, "sentinel").await;
        loop {
            let event = socket.next_event().await.unwrap();
            assert_ne!(event.conversation_id, Some(group.id), "{event:?}");
            assert!(!event.data.to_string().contains(&group.id.to_string()), "{event:?}");
            if event.kind == "message.created" {
                break;
            }
        }
    }
}

async fn nobody_gets_anywhere_without_a_token(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = alice.say(direct.id, "secret").await;
    let nobody = world.nobody();

    let mut all = routes(direct.id, message.id);
    all.extend(bad_routes(direct.id, message.id));
    for path in [
        "/users/me",
        "/users",
        "/users?limit=x",
        "/users/alice",
        "/conversations",
        "/conversations?page=x",
        "/unread",
        "/presence?user_ids=alice",
        "/auth/sessions",
    ] {
        all.push((Method::GET, path.to_owned(), None));
    }
    all.push((Method::PATCH, "/users/me".to_owned(), Some(json!({"name": "x"}))));
    all.push((Method::POST, "/conversations".to_owned(), Some(json!({}))));
    all.push((Method::POST, "/messages".to_owned(), Some(json!({}))));
    all.push((Method::POST, "/sync".to_owned(), Some(json!({}))));
    for (method, path, body) in all {
        let answer = nobody.request(method, &path, body.as_ref()).await.unwrap();
        expect_problem(&answer, 401, "token_missing");
    }
}
