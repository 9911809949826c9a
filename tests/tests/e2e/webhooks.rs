//! c5: the host application is told of what happens, over HTTP.

use chinwag_client::{Message, Method, Outgoing};
use chinwag_tests::{
    Delivery, IsJson, Person, Receiver, Reply, Settings, Token, World, events_until,
    expect_problem, expect_status, on_both_databases, soon,
};
use serde_json::{Value, json};
use std::{collections::HashSet, sync::Arc, time::Duration};
use uuid::Uuid;

/// The receivers of these tests are on this machine; failures are repeated soon.
pub const LOCAL: &Settings = &[
    ("webhooks.allow_private", "true"),
    ("jobs.first_pause_ms", "10"),
    ("jobs.lease_seconds", "15"),
];

on_both_databases!(with LOCAL;
    c5_a_host_application_is_told_of_every_change,
    c5_a_webhook_hears_what_it_asked_for_from_then_on,
    c5_a_deleted_webhook_hears_nothing_more,
    c5_deliveries_keep_their_order_while_the_receiver_fails,
    c5_what_was_acknowledged_is_delivered_over_a_kill,
    c5_a_webhook_made_at_one_server_hears_of_the_other,
);
on_both_databases!(c5_webhooks_are_for_application_admins, c5_bad_registrations_are_refused);

/// Somebody with the application role admin.
pub async fn root(world: &World) -> Person {
    let admin = Token::of("root").with("roles", json!(["admin"]));
    Person::with_token(&world.server, &admin).await
}

/// Registers a webhook: its id and its secret.
pub async fn register(root: &Person, body: Value) -> (String, String) {
    let made = expect_status(root.post("/webhooks", body).await, 201);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("secret"))
}

/// Of one conversation, in the order in which they came.
fn of(heard: &[Delivery], conversation: Uuid) -> Vec<&Delivery> {
    let id = json!(conversation);
    heard.iter().filter(|delivery| delivery.body["conversation_id"] == id).collect()
}

fn revisions<'a>(deliveries: impl IntoIterator<Item = &'a Delivery>) -> Vec<u64> {
    deliveries.into_iter().map(Delivery::revision).collect()
}

async fn c5_a_host_application_is_told_of_every_change(world: World) {
    let receiver = Receiver::start().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let (_, secret) = register(&root(&world).await, json!({"url": receiver.url()})).await;
    let socket = bob.socket().await;

    let group = alice.group_with("Team", &[&bob]).await;
    let message = alice.say(group.id, "words & \"more\" ä 👍").await;
    alice.client.edit(message.id, "other words").await.unwrap();
    bob.client.react(message.id, "👍").await.unwrap();
    alice.client.change_role(group.id, "bob", "admin").await.unwrap();
    alice.client.update_conversation(group.id, &json!({"description": "ours"})).await.unwrap();
    alice.client.delete(message.id).await.unwrap();
    world.person("carol").await;
    alice.client.add_participants(group.id, &["carol"]).await.unwrap();
    alice.client.remove_participant(group.id, "carol").await.unwrap();
    alice.client.delete_conversation(group.id).await.unwrap();

    let heard = receiver
        .until("everything", |it| it.iter().any(|it| it.body["type"] == "conversation.deleted"))
        .await;
    // None is missing, and they come in order.
    let last = u64::try_from(heard.len()).unwrap();
    assert_eq!(revisions(&heard), (1..=last).collect::<Vec<_>>());
    let kinds: HashSet<&str> = heard.iter().map(|it| it.body["type"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 9, "{kinds:?}");
    for delivery in &heard {
        is_well_formed(delivery, &secret);
        assert_eq!(delivery.body["conversation_id"], json!(group.id));
    }
    // The same as on a socket, wherever that is not told per person.
    let live = events_until(&socket, |event| event.kind == "conversation.deleted").await;
    for event in live.iter().filter(|event| event.revision.is_some_and(|it| it > 1)) {
        let told = &heard[usize::try_from(event.revision.unwrap()).unwrap() - 1].body;
        assert_eq!((&told["type"], &told["data"]), (&json!(event.kind), &event.data));
    }
    let founded = &heard[0].body["data"];
    assert_eq!(
        (&founded["name"], &founded["participants"][1]["user"]["id"]),
        (&json!("Team"), &json!("bob"))
    );
}

/// What every delivery has.
fn is_well_formed(delivery: &Delivery, secret: &str) {
    assert!(delivery.header(":request").starts_with("POST /hook?for=chat HTTP/1.1"));
    assert_eq!(delivery.header("content-type"), "application/json");
    assert!(delivery.header("user-agent").starts_with("chinwag/"), "{:?}", delivery.headers);
    assert_eq!(delivery.body["id"], json!(delivery.header("x-chinwag-delivery")));
    assert_eq!(delivery.body["type"], json!(delivery.header("x-chinwag-event")));
    let seconds = delivery.header("x-chinwag-timestamp").parse::<u64>().unwrap();
    assert!(seconds > 1_700_000_000, "{seconds}");
    let keys = ["id", "type", "at", "conversation_id", "revision", "data"];
    assert!(delivery.body.has_only_keys(&keys) && delivery.body["at"].is_time());
    assert!(delivery.is_signed_with(secret), "{:?}", delivery.headers);
    assert!(!delivery.is_signed_with("another secret of at least 32 bytes"));
}

async fn c5_a_webhook_hears_what_it_asked_for_from_then_on(world: World) {
    let (some, all) = (Receiver::start().await, Receiver::start().await);
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let root = root(&world).await;
    let group = alice.group_with("Team", &[&bob]).await;
    alice.say(group.id, "before").await;

    let own = "a secret of the host application".replace(' ', "-");
    let events = json!(["message.created", "participant.left"]);
    let body = json!({"url": some.url(), "events": events, "secret": own});
    let (_, secret) = register(&root, body).await;
    assert_eq!(secret, own);
    register(&root, json!({"url": all.url(), "events": []})).await;
    let said = alice.say(group.id, "after").await;
    alice.client.edit(said.id, "changed").await.unwrap();
    bob.client.leave(group.id).await.unwrap();

    let heard = some.until("the leaving", |it| it.len() >= 3).await;
    let kinds: Vec<_> = heard.iter().map(|it| it.header("x-chinwag-event")).collect();
    // The leaving is a system message too.
    assert_eq!(kinds.iter().filter(|kind| **kind == "participant.left").count(), 1, "{kinds:?}");
    assert!(
        kinds.iter().all(|kind| events.as_array().unwrap().contains(&json!(kind))),
        "{kinds:?}"
    );
    assert_eq!(heard[0].body["data"]["content"], "after");
    assert!(heard.iter().all(|it| it.is_signed_with(&own)));
    let every = all.until("everything", |it| it.len() >= 4).await;
    assert_eq!(revisions(&every)[..2], [said.revision, said.revision + 1]);
}

async fn c5_a_deleted_webhook_hears_nothing_more(world: World) {
    let receiver = Receiver::start().await;
    receiver.answers(|_| Reply::Status(503));
    let alice = world.person("alice").await;
    let root = root(&world).await;
    let group = alice.group_with("Team", &[]).await;
    let (id, _) = register(&root, json!({"url": receiver.url()})).await;
    let (other, _) =
        register(&root, json!({"url": receiver.url(), "events": ["conversation.deleted"]})).await;
    for number in 0..5 {
        alice.say(group.id, &format!("{number}")).await;
    }
    receiver.until("an attempt", |it| !it.is_empty()).await;

    let path = format!("/webhooks/{id}");
    expect_status(root.delete(&path).await, 204);
    expect_problem(&root.delete(&path).await, 404, "not_found");
    expect_problem(&root.post(&format!("{path}/test"), json!({})).await, 404, "not_found");
    // What it was not told is dropped, and nothing new is made for it.
    alice.say(group.id, "unheard").await;
    soon("no job is left", || async { (world.database.count("jobs").await == 0).then_some(()) })
        .await;
    let attempts = receiver.heard().len();
    alice.say(group.id, "unheard too").await;
    assert_eq!((world.database.count("jobs").await, receiver.heard().len()), (0, attempts));
    let listed = expect_status(root.get("/webhooks").await, 200);
    assert_eq!(
        (listed["items"].as_array().unwrap().len(), &listed["items"][0]["id"]),
        (1, &json!(other))
    );
}

async fn c5_deliveries_keep_their_order_while_the_receiver_fails(world: World) {
    const EACH: usize = 30;
    let receiver = Receiver::start().await;
    let mut number = 0;
    receiver.answers(move |_| {
        number += 1;
        match number % 6 {
            0 => Reply::Status(500),
            3 => Reply::HangUp,
            _ => Reply::Status(200),
        }
    });
    let alice = world.person("alice").await;
    let (group, other) = (alice.group_with("One", &[]).await, alice.group_with("Two", &[]).await);
    register(&root(&world).await, json!({"url": receiver.url()})).await;
    for number in 0..EACH {
        alice.say(group.id, &format!("one {number}")).await;
        alice.say(other.id, &format!("two {number}")).await;
    }

    let accepted = |it: &[Delivery]| it.iter().filter(|it| it.is_accepted()).count();
    let heard = receiver.until("all of them", |it| accepted(it) >= 2 * EACH).await;
    assert_eq!(accepted(&heard), 2 * EACH, "none is delivered again without a reason");
    assert!(heard.len() > 2 * EACH, "some were refused");
    for conversation in [group.id, other.id] {
        let all = of(&heard, conversation);
        // A refused one is tried again before its successor is tried at all.
        assert!(revisions(all.iter().copied()).is_sorted(), "{:?}", revisions(all));
        let taken: Vec<_> = all.iter().filter(|it| it.is_accepted()).copied().collect();
        assert_eq!(taken.len(), EACH);
        // A repetition is the same to the byte, so that a receiver knows it.
        for pair in all.windows(2).filter(|pair| pair[0].revision() == pair[1].revision()) {
            assert!(!pair[0].is_accepted());
            assert_eq!(pair[0].bytes, pair[1].bytes);
            let id = |it: &Delivery| it.header("x-chinwag-delivery").to_owned();
            assert_eq!(id(pair[0]), id(pair[1]));
        }
    }
}

/// Sends until the server is gone, never far ahead of what was delivered; what it acknowledged.
async fn say_until_killed(
    person: Person,
    group: Uuid,
    count: usize,
    receiver: Arc<Receiver>,
) -> Vec<Message> {
    let (mut said, before) = (Vec::new(), receiver.heard().len());
    for number in 0..count {
        receiver.until("the next", |it| it.len() + 30 > before + number).await;
        match person.client.send(group, &Outgoing::text(format!("message {number}"))).await {
            Ok(message) => said.push(message),
            Err(_) => break,
        }
    }
    said
}

async fn c5_what_was_acknowledged_is_delivered_over_a_kill(world: World) {
    const COUNT: usize = 200;
    let receiver = Arc::new(Receiver::start().await);
    let alice = world.person("alice").await;
    let group = alice.group_with("Team", &[]).await;
    register(&root(&world).await, json!({"url": receiver.url()})).await;

    let saying = tokio::spawn(say_until_killed(alice.clone(), group.id, COUNT, receiver.clone()));
    receiver.until("a good part of them", |it| it.len() >= 40).await;
    world.server.kill();
    let mut acknowledged = saying.await.unwrap();
    world.server.restart().await;
    let alice = alice.at(&world.server.url());
    let before = acknowledged.len();
    assert!((40..COUNT).contains(&before), "it was killed in the middle, after {before}");
    for number in before..COUNT {
        acknowledged.push(alice.say(group.id, &format!("message {number}")).await);
    }

    // The one that was on its way is taken over when its lease ends.
    let ids: HashSet<String> = acknowledged.iter().map(|it| it.id.to_string()).collect();
    let missing = |heard: &[Delivery]| {
        let told = |id: &String| heard.iter().any(|it| it.body["data"]["id"] == json!(id));
        ids.iter().filter(|id| !told(id)).count()
    };
    let patience = Duration::from_secs(90);
    let heard = receiver.within(patience, "all of them", |it| missing(it) == 0).await;
    let mut seen = HashSet::new();
    let first: Vec<_> = heard.iter().filter(|it| seen.insert(it.revision())).collect();
    assert!(revisions(first.iter().copied()).is_sorted(), "{:?}", revisions(first));
}

async fn c5_a_webhook_made_at_one_server_hears_of_the_other(world: World) {
    let receiver = Receiver::start().await;
    let other = world.second_server().await;
    let alice = world.person("alice").await.at_other(other.as_ref());
    let group = alice.group_with("Team", &[]).await;
    let (id, _) = register(&root(&world).await, json!({"url": receiver.url()})).await;
    let is_told = |text: &str| receiver.heard().iter().any(|it| it.body["data"]["content"] == text);
    soon("the other server knows the webhook", || async {
        alice.say(group.id, "do they hear?").await;
        is_told("do they hear?").then_some(())
    })
    .await;
    // And that it is gone.
    expect_status(root(&world).await.delete(&format!("/webhooks/{id}")).await, 204);
    soon("the other server forgets the webhook", || async {
        alice.say(group.id, "still?").await;
        (world.database.count("jobs").await == 0).then_some(())
    })
    .await;
}

async fn c5_webhooks_are_for_application_admins(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    alice.group_with("Team", &[&bob]).await;
    let root = root(&world).await;
    let url = "https://app.example/hook?key=of-the-host";
    let (id, secret) = register(&root, json!({"url": url, "events": ["message.created"]})).await;
    assert!(secret.len() >= 32);
    let routes = [
        (Method::GET, "/webhooks".to_owned(), None),
        (Method::POST, "/webhooks".to_owned(), Some(json!({"url": url}))),
        (Method::POST, "/webhooks".to_owned(), Some(json!({"wrong": 1}))),
        (Method::POST, format!("/webhooks/{id}/test"), None),
        (Method::DELETE, format!("/webhooks/{id}"), None),
        (Method::DELETE, format!("/webhooks/{}", Uuid::nil()), None),
    ];
    for (method, path, body) in &routes {
        let answer = alice.request(method.clone(), path, body.as_ref()).await;
        expect_problem(&answer, 403, "forbidden");
        let answer = world.nobody().request(method.clone(), path, body.as_ref()).await.unwrap();
        expect_problem(&answer, 401, "token_missing");
    }
    let listed = root.get("/webhooks").await;
    assert!(!listed.text.contains(&secret));
    let item = &expect_status(listed, 200)["items"][0];
    assert!(item.has_only_keys(&["id", "url", "events", "created_by", "created_at"]), "{item}");
    assert_eq!((&item["url"], &item["created_by"]), (&json!(url), &json!("root")));
    assert_eq!(item["events"], json!(["message.created"]));
    assert_eq!(world.database.count("webhooks").await, 1);
    assert!(!world.server.log().contains(&secret) && !world.server.log().contains("of-the-host"));

    let entries = world.database.count("audit_log").await;
    expect_status(root.delete(&format!("/webhooks/{id}")).await, 204);
    assert_eq!(world.database.count("audit_log").await, entries + 1);
    assert_eq!(world.database.count("webhooks").await, 0);
}

async fn c5_bad_registrations_are_refused(world: World) {
    let root = root(&world).await;
    let good = "https://app.example/hook";
    for (body, pointer) in [
        (json!({}), "/url"),
        (json!({"url": 5}), "/url"),
        (json!({"url": ""}), "/url"),
        (json!({"url": "app.example"}), "/url"),
        (json!({"url": "http://app.example/hook"}), "/url"),
        (json!({"url": "ftp://app.example/hook"}), "/url"),
        (json!({"url": "https://ann:word@app.example/hook"}), "/url"),
        (json!({"url": good, "events": ["message.read"]}), "/events/0"),
        (json!({"url": good, "events": ["message.created", "message.created"]}), "/events/1"),
        (json!({"url": good, "events": "message.created"}), "/events"),
        (json!({"url": good, "secret": "too short"}), "/secret"),
        (json!({"url": good, "secret": "ä".repeat(40)}), "/secret"),
        (json!({"url": good, "secret": "x".repeat(257)}), "/secret"),
        (json!({"url": good, "created_by": "ann"}), "/created_by"),
    ] {
        let problem =
            expect_problem(&root.post("/webhooks", body.clone()).await, 422, "validation_failed");
        assert_eq!(problem.errors[0].pointer, pointer, "{body}");
    }
    assert_eq!(world.database.count("webhooks").await, 0);
}
