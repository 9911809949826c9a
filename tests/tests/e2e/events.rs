//! Live events and `changes` tell the same: what one who listened knows, one who was away gets to know.

use chinwag_client::{Event, Socket};
use chinwag_tests::{Person, World, events_until, expect_event, expect_status, on_both_databases};
use serde_json::{Map, Value, json};
use uuid::Uuid;

on_both_databases!(
    every_change_is_an_event_with_the_next_revision,
    events_applied_give_what_changes_give,
    who_joins_gets_the_conversation_and_then_what_follows,
    who_comes_back_to_a_group_hears_of_it_again,
);

/// Does one of everything in a group of alice and bob, with carol to come and go; gives the last revision.
async fn one_of_everything(alice: &Person, bob: &Person, group: Uuid) -> u64 {
    let (alices, bobs) = (&alice.client, &bob.client);
    let first = alice.say(group, "one").await;
    let second = bob.say(group, "two").await;
    alices.edit(first.id, "one, edited").await.unwrap();
    bobs.react(first.id, "👍").await.unwrap();
    alices.react(first.id, "👍").await.unwrap();
    bobs.unreact(first.id, "👍").await.unwrap();
    bobs.delete(second.id).await.unwrap();
    alices.update_conversation(group, &json!({"name": "New", "description": "d"})).await.unwrap();
    alices.add_participants(group, &["carol"]).await.unwrap();
    alices.change_role(group, "bob", "admin").await.unwrap();
    alices.remove_participant(group, "carol").await.unwrap();
    alice.say(group, "three").await.revision
}

const EXPECTED: [&str; 14] = [
    "message.created",
    "message.created",
    "message.updated",
    "message.updated",
    "message.updated",
    "message.updated",
    "message.deleted",
    "conversation.updated",
    "participant.joined",
    "message.created",
    "participant.updated",
    "participant.left",
    "message.created",
    "message.created",
];

async fn every_change_is_an_event_with_the_next_revision(world: World) {
    let [alice, bob, _] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let sockets = [alice.socket().await, bob.socket().await, bob.socket().await];

    let last = one_of_everything(&alice, &bob, group.id).await;
    for socket in &sockets {
        let events = events_until(socket, |event| event.revision == Some(last)).await;
        let told: Vec<(&str, u64)> =
            events.iter().map(|it| (it.kind.as_str(), it.revision.unwrap())).collect();
        let expected: Vec<(&str, u64)> = EXPECTED.into_iter().zip(2..).collect();
        assert_eq!(told, expected);
        for event in &events {
            assert_eq!(event.conversation_id, Some(group.id), "{event:?}");
            assert!(event.at.is_some(), "{event:?}");
            // A message carries the revision that its event has.
            if event.kind.starts_with("message.") {
                assert_eq!(event.data["revision"], json!(event.revision), "{event:?}");
            }
            for personal in ["status", "me", "unread_count", "membership"] {
                assert_eq!(event.data.get(personal), None, "{event:?}");
            }
        }
        assert_eq!(events[7].data["name"], "New");
        assert_eq!(events[8].data["user"]["id"], "carol");
        assert_eq!(events[10].data["role"], "admin");
        assert!(events[11].data["left_at"].is_string());
    }
}

/// What a client keeps of a conversation: messages by seq, participants by id.
#[derive(Debug, Default, PartialEq)]
struct Known {
    revision: u64,
    messages: Map<String, Value>,
    people: Map<String, Value>,
    name: Value,
}

impl Known {
    fn message(&mut self, mut message: Value) {
        // What depends on the viewer is in no event.
        message.as_object_mut().unwrap().remove("status");
        for reaction in message["reactions"].as_array_mut().unwrap() {
            reaction.as_object_mut().unwrap().remove("me");
        }
        self.messages.insert(message["seq"].to_string(), message);
    }

    fn participant(&mut self, mut person: Value) {
        // Receipts raise no revision.
        person.as_object_mut().unwrap().retain(|key, _| !key.ends_with("_seq"));
        self.people.insert(person["user"]["id"].to_string(), person);
    }

    fn apply(&mut self, event: Event) {
        assert_eq!(event.revision, Some(self.revision + 1), "{event:?}");
        self.revision += 1;
        match event.kind.as_str() {
            "message.created" | "message.updated" | "message.deleted" => self.message(event.data),
            "participant.joined" | "participant.left" | "participant.updated" => {
                self.participant(event.data);
            }
            "conversation.updated" => self.name = event.data["name"].clone(),
            other => panic!("{other}"),
        }
    }

    fn take_changes(&mut self, changes: &Value) {
        self.revision = changes["revision"].as_u64().unwrap();
        for message in changes["messages"].as_array().unwrap() {
            self.message(message.clone());
        }
        for person in changes["participants"].as_array().unwrap() {
            self.participant(person.clone());
        }
        self.name = changes["conversation"]["name"].clone();
    }
}

async fn events_applied_give_what_changes_give(world: World) {
    let [alice, bob, _] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let socket = alice.socket().await;
    let path = format!("/conversations/{}/changes", group.id);
    let begin = expect_status(alice.get(&format!("{path}?since=1")).await, 200);

    let last = one_of_everything(&alice, &bob, group.id).await;
    let mut live = Known::default();
    live.take_changes(&begin);
    for event in events_until(&socket, |event| event.revision == Some(last)).await {
        live.apply(event);
    }
    // Away the whole time, and away from any moment on: the end is the same.
    for limit in [1, 2, 3, 100] {
        let mut away = Known::default();
        away.take_changes(&begin);
        loop {
            let query = format!("since={}&limit={limit}", away.revision);
            let part = expect_status(alice.get(&format!("{path}?{query}")).await, 200);
            let more = part["has_more"] == true;
            assert!(!more || part["revision"].as_u64().unwrap() > away.revision, "{part:#}");
            away.take_changes(&part);
            if !more {
                break;
            }
        }
        assert_eq!(away, live, "limit {limit}");
    }
}

/// The next durable events of a conversation, as kind and revision.
async fn durable(socket: &Socket, conversation: Uuid, count: usize) -> Vec<(String, u64)> {
    let mut told = Vec::new();
    while told.len() < count {
        let event = socket.next_event().await.unwrap();
        assert_eq!(event.conversation_id, Some(conversation), "{event:?}");
        told.push((event.kind, event.revision.unwrap()));
    }
    told
}

fn named(told: &[(String, u64)]) -> Vec<(&str, u64)> {
    told.iter().map(|(kind, revision)| (kind.as_str(), *revision)).collect()
}

async fn who_joins_gets_the_conversation_and_then_what_follows(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    alice.say(group.id, "before").await;
    let carols = [carol.socket().await, carol.socket().await];

    alice.client.add_participants(group.id, &["carol"]).await.unwrap();
    alice.say(group.id, "after").await;
    for socket in &carols {
        let created = expect_event(socket, "conversation.created").await;
        assert_eq!(created.revision, Some(3));
        // Complete, and hers.
        assert_eq!(created.data["membership"]["role"], "member");
        assert_eq!(created.data["participants"].as_array().unwrap().len(), 3);
        let told = durable(socket, group.id, 2).await;
        assert_eq!(named(&told), [("message.created", 4), ("message.created", 5)]);
    }
}

async fn who_comes_back_to_a_group_hears_of_it_again(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let socket = bob.socket().await;
    for _ in 0..3 {
        alice.client.remove_participant(group.id, "bob").await.unwrap();
        alice.say(group.id, "not for bob").await;
        alice.client.add_participants(group.id, &["bob"]).await.unwrap();
        let removed = expect_event(&socket, "conversation.removed").await;
        assert_eq!(removed.conversation_id, Some(group.id));
        let created = expect_event(&socket, "conversation.created").await;
        let joined = created.revision.unwrap();
        let said = alice.say(group.id, "welcome back").await;
        assert_eq!(
            named(&durable(&socket, group.id, 2).await),
            [("message.created", joined + 1), ("message.created", joined + 2)]
        );
        assert_eq!(said.revision, joined + 2);
    }
    // All of it counted once.
    let now = bob.client.conversation(group.id).await.unwrap();
    assert_eq!((now.revision, now.last_seq), (1 + 3 * 6, 3 * 4));
    assert_eq!(world.database.count("participants").await, 2);
}
