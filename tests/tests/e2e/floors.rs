//! What lies below a person's floor is shown to that person by no door, and every count stays whole.

use chinwag_client::{Event, Message};
use chinwag_tests::{
    Person, World, events_until, expect_problem, expect_status, on_both_databases,
};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases!(
    a11_what_was_cleared_is_shown_by_no_door,
    what_was_said_before_the_joining_is_shown_by_no_door,
    a11_clearing_moves_forward_and_ends_nothing,
);

const THUMB: &str = "%F0%9F%91%8D";

/// Asserts that no answer to `person` has anything of `hidden`, whose content is `secret`.
async fn shown_by_no_door(person: &Person, conversation: Uuid, hidden: &Message) {
    let in_it = |rest: &str| format!("/conversations/{conversation}{rest}");
    let mut answers = Vec::new();
    for path in [
        "/conversations".to_owned(),
        "/conversations?search=secret".to_owned(),
        "/unread".to_owned(),
        in_it(""),
        in_it("/participants"),
        in_it("/changes?since=0"),
        in_it("/changes?since=1"),
        in_it("/messages"),
        in_it("/messages?order=asc"),
        in_it("/messages?page=1&limit=1"),
        in_it("/messages?order=asc&page=1"),
        in_it(&format!("/messages?around={}", hidden.seq)),
        in_it(&format!("/messages?before={}", hidden.seq + 1)),
        in_it(&format!("/messages?after={}", hidden.seq - 1)),
        in_it("/messages?search=secret"),
        in_it("/messages?search=se"),
    ] {
        answers.push((path.clone(), expect_status(person.get(&path).await, 200)));
    }
    for known in [0, 1] {
        let known = json!({"conversations": {conversation.to_string(): known}});
        let answer = expect_status(person.post("/sync", known.clone()).await, 200);
        answers.push((format!("/sync {known}"), answer));
    }
    let id = hidden.id.to_string();
    for (door, answer) in answers {
        let text = answer.to_string();
        assert!(!text.contains(&id) && !text.contains("secret"), "{door}: {answer:#}");
    }

    let message = format!("/messages/{id}");
    let reaction = format!("{message}/reactions/{THUMB}");
    for answer in [
        person.get(&message).await,
        person.get(&format!("{message}/receipts")).await,
        person.put(&format!("{message}/read")).await,
        person.patch(&message, json!({"content": "mine"})).await,
        person.delete(&message).await,
        person.put(&reaction).await,
        person.delete(&reaction).await,
    ] {
        expect_problem(&answer, 404, "not_found");
    }
    let reply = json!({"content": "re", "reply_to": id});
    let reply = person.post(&in_it("/messages"), reply).await;
    assert_eq!(expect_problem(&reply, 422, "validation_failed").errors[0].pointer, "/reply_to");
}

/// Changes `hidden` in every way, while a socket of `person` listens; it must hear of revisions and nothing else.
async fn only_counted(person: &Person, by: &Person, hidden: &Message) {
    let socket = person.socket().await;
    by.client.edit(hidden.id, "secret, edited").await.unwrap();
    by.client.react(hidden.id, "👍").await.unwrap();
    by.client.unreact(hidden.id, "👍").await.unwrap();
    by.client.delete(hidden.id).await.unwrap();
    let last = by.say(hidden.conversation_id, "for everybody").await;

    let events = events_until(&socket, |event| event.revision == Some(last.revision)).await;
    let told: Vec<_> = events.iter().map(|it| (it.kind.as_str(), it.revision.unwrap())).collect();
    let next = last.revision - 4;
    assert_eq!(
        told,
        [
            ("revision", next),
            ("revision", next + 1),
            ("revision", next + 2),
            ("revision", next + 3),
            ("message.created", next + 4)
        ]
    );
    for Event { data, extra, conversation_id, .. } in &events[..4] {
        assert_eq!(*conversation_id, Some(hidden.conversation_id));
        let empty = |value: &Value| value.is_null() || *value == json!({});
        assert!(empty(data) && extra.is_empty(), "{data} {extra:?}");
    }
}

async fn a11_what_was_cleared_is_shown_by_no_door(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let hidden = bob.say(direct.id, "a secret").await;
    alice.client.clear(direct.id).await.unwrap();
    shown_by_no_door(&alice, direct.id, &hidden).await;

    // Nor when it is no longer the last.
    let seen = bob.say(direct.id, "in the open").await;
    shown_by_no_door(&alice, direct.id, &hidden).await;
    assert_eq!(alice.client.unread().await.unwrap().total, 1);
    only_counted(&alice, &bob, &hidden).await;
    shown_by_no_door(&alice, direct.id, &hidden).await;

    let page = alice.client.history(direct.id, &[("page", "1"), ("order", "asc")]).await.unwrap();
    assert_eq!((page.items[0].id, page.total), (seen.id, Some(2)));
    assert_eq!(alice.client.unread().await.unwrap().total, 2);
}

async fn what_was_said_before_the_joining_is_shown_by_no_door(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let body = json!({
        "type": "group", "name": "Team", "participant_ids": [], "history": "since_join",
    });
    let group = alice.client.create_conversation(&body).await.unwrap();
    let hidden = alice.say(group.id, "a secret").await;
    alice.client.add_participants(group.id, &["bob"]).await.unwrap();
    bob.client.mark_read(group.id, None).await.unwrap();

    shown_by_no_door(&bob, group.id, &hidden).await;
    only_counted(&bob, &alice, &hidden).await;
    shown_by_no_door(&bob, group.id, &hidden).await;

    // Who came back sees nothing of the time between either.
    alice.client.remove_participant(group.id, "bob").await.unwrap();
    let between = alice.say(group.id, "another secret").await;
    alice.client.add_participants(group.id, &["bob"]).await.unwrap();
    shown_by_no_door(&bob, group.id, &between).await;
    shown_by_no_door(&bob, group.id, &hidden).await;
    let first = bob.client.history(group.id, &[("order", "asc")]).await.unwrap().items.remove(0);
    assert_eq!((first.kind.as_str(), first.seq), ("system", between.seq + 1));
}

async fn a11_clearing_moves_forward_and_ends_nothing(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    bob.say(direct.id, "one").await;
    alice.client.clear(direct.id).await.unwrap();
    // Clearing is no change that others see, and says nothing of having read.
    let detail = bob.client.conversation(direct.id).await.unwrap();
    assert_eq!(detail.revision, 2);
    assert_eq!(detail.last_message.unwrap().status.as_deref(), Some("sent"));
    assert_eq!(alice.client.unread().await.unwrap().total, 0);

    bob.say(direct.id, "two").await;
    let path = format!("/conversations/{}/clear", direct.id);
    let membership = expect_status(alice.post(&path, json!({})).await, 200);
    assert_eq!(membership["cleared_seq"], 2);
    let membership = expect_status(alice.post(&path, json!({})).await, 200);
    assert_eq!(membership["cleared_seq"], 2);
    // It stays in the list, and what comes is seen.
    bob.say(direct.id, "three").await;
    let list = alice.client.conversations(&[]).await.unwrap();
    assert_eq!(list.items[0].last_message.as_ref().unwrap().content.as_deref(), Some("three"));
    assert_eq!(list.items[0].unread_count, Some(1));
}
