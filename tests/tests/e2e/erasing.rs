//! Erasing a person, handing them what is kept of them, and taking over many people at once.

use chinwag_client::Method;
use chinwag_tests::{
    Form, IsJson, Person, Token, World, expect_close, expect_event, expect_problem, expect_status,
    noise, on_both_databases, soon,
};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Notify;

use super::hosted_people::{admin, put};

on_both_databases!(
    with &[("webhooks.allow_private", "true")];
    c1_nothing_of_an_erased_person_is_in_any_column,
);
on_both_databases!(
    c1_tombstones_stay_and_others_are_told,
    c1_an_erased_person_stays_erased,
    c1_only_an_application_admin_erases,
    c1_nothing_sent_while_erasing_stays,
    c1_an_erasure_that_was_cut_off_is_brought_to_its_end,
    c1_everybody_gets_their_own_archive,
    c1_many_people_are_taken_over_at_once,
    c1_lines_that_do_not_fit_are_named_and_lose_nothing,
);

/// Stands in everything that the erased person says or is called.
const CANARY: &str = "Kanarienvogel";

async fn marked(world: &World) -> Person {
    let token = Token::of("mia")
        .with("name", format!("Mia {CANARY}"))
        .with("username", format!("mia.{CANARY}"))
        .with("picture", format!("https://example.org/{CANARY}.png"));
    Person::with_token(&world.server, &token).await
}

async fn erase(by: &Person, id: &str) {
    expect_status(by.delete(&format!("/users/{id}?erase=true")).await, 204);
}

async fn c1_nothing_of_an_erased_person_is_in_any_column(world: World) {
    let root = admin(&world).await;
    let mia = marked(&world).await;
    let [bob, carol] = world.people(["bob", "carol"]).await;
    // Nobody listens there: what is to be delivered waits.
    let webhook = json!({"url": "http://127.0.0.1:9/hook"});
    expect_status(root.post("/webhooks", webhook).await, 201);
    let direct = mia.direct_with(&bob).await;
    let group = bob.group_with("Team", &[&mia, &carol]).await;
    let ended = mia.group_with("Ended", &[&bob]).await;
    for room in [direct.id, group.id, ended.id] {
        let path = format!("/conversations/{room}/messages");
        let send = json!({
            "content": format!("{CANARY} says"),
            "client_id": format!("{CANARY}-1"),
            "attachments": [{"url": format!("https://example.org/{CANARY}"), "name": format!("{CANARY}.pdf")}],
            "metadata": {"note": CANARY},
        });
        let sent = expect_status(mia.post(&path, send).await, 201);
        let message = format!("/messages/{}", sent["id"].as_str().unwrap());
        expect_status(
            mia.patch(&message, json!({"content": format!("{CANARY} again")})).await,
            200,
        );
        // What was taken back before still knows how it was sent.
        let gone = json!({"content": CANARY, "client_id": format!("{CANARY}-2")});
        let gone = expect_status(mia.post(&path, gone).await, 201);
        mia.delete(&format!("/messages/{}", gone["id"].as_str().unwrap())).await;
    }
    let named = json!({"content": "who?", "mentions": ["mia"]});
    let path = format!("/conversations/{}/messages", group.id);
    let named = expect_status(bob.post(&path, named).await, 201);
    let named = format!("/messages/{}", named["id"].as_str().unwrap());
    expect_status(mia.put(&format!("{named}/reactions/%F0%9F%91%8D")).await, 200);
    mia.client.mark_read(group.id, None).await.unwrap();
    mia.client.delete_conversation(ended.id).await.unwrap();
    let token = format!("{CANARY}-device-token-0123456789");
    let device = json!({"provider": "fcm", "token": token});
    let device = mia.request(Method::PUT, "/users/me/devices/phone", Some(&device)).await;
    expect_status(device, 201);
    world.upload(&mia, &format!("{CANARY}.txt"), b"nothing to see").await;
    expect_status(mia.put("/users/me/blocks/carol").await, 204);
    let before = world.database.columns_with(CANARY).await;
    for column in [
        "users.name",
        "users.search_text",
        "messages.content",
        "messages.payload",
        "messages.client_id",
        "messages.search_text",
        "message_edits.previous",
        "devices.address",
        "media.name",
        "jobs.payload",
    ] {
        assert!(before.contains(&column.to_owned()), "{column} is not in {before:?}");
    }

    erase(&root, "mia").await;
    assert_eq!(world.database.columns_with(CANARY).await, Vec::<String>::new());
    assert!(world.database.count("jobs WHERE kind = 'webhook.deliver'").await > 0, "they wait on");
    for table in ["credentials", "sessions", "refresh_tokens", "devices", "blocks"] {
        assert_eq!(world.database.count(table).await, 0, "{table}");
    }
    for own in [
        "reactions WHERE user_id = 'mia'",
        "receipts WHERE user_id = 'mia'",
        "messages WHERE payload LIKE '%\"mia\"%' AND kind <> 'system'",
        "audit_log WHERE actor_id = 'mia' AND ip IS NOT NULL",
    ] {
        assert_eq!(world.database.count(own).await, 0, "{own}");
    }
    let seen = expect_status(bob.get(&named).await, 200);
    assert_eq!((&seen["mentions"], &seen["reactions"]), (&json!([]), &json!([])));
    assert_eq!(expect_status(root.get("/users?search=kanarien").await, 200)["items"], json!([]));
}

async fn c1_tombstones_stay_and_others_are_told(world: World) {
    let root = admin(&world).await;
    let mia = marked(&world).await;
    let [bob, carol] = world.people(["bob", "carol"]).await;
    let direct = mia.direct_with(&bob).await;
    let group = mia.group_with("Team", &[&bob, &carol]).await;
    for n in 0..3 {
        mia.say(direct.id, &format!("{n}")).await;
        mia.say(group.id, &format!("{n}")).await;
        carol.say(group.id, &format!("from carol {n}")).await;
    }
    assert_eq!(bob.client.unread().await.unwrap().total, 9);
    let (socket, own) = (bob.socket().await, mia.socket().await);

    erase(&root, "mia").await;
    assert_eq!(expect_close(&own).await, 4503);
    let event = expect_event(&socket, "message.deleted").await;
    assert_eq!(
        (&event.data["sender"]["name"], &event.data["deleted_by"]),
        (&json!("Deleted user"), &json!("root"))
    );
    for (room, count) in [(direct.id, 3), (group.id, 7)] {
        let history = bob.client.history(room, &[("order", "asc")]).await.unwrap();
        let seqs: Vec<u64> = history.items.iter().map(|message| message.seq).collect();
        assert!(seqs.iter().copied().eq(1..=count), "{seqs:?}");
        for message in history.items.iter().filter(|message| message.sender.id == "mia") {
            assert_eq!(
                (message.content.as_deref(), message.sender.name.as_deref()),
                (None, Some("Deleted user"))
            );
        }
    }
    // Only what is still said is unread.
    assert_eq!(bob.client.unread().await.unwrap().total, 3);
    let people =
        expect_status(bob.get(&format!("/conversations/{}/participants", group.id)).await, 200);
    let people = people["items"].as_array().unwrap();
    assert_eq!(people.len(), 2);
    assert!(people.iter().any(|person| person["role"] == "admin"), "somebody inherits: {people:?}");
    let stays = bob.client.conversation(direct.id).await.unwrap();
    bob.say(stays.id, "anybody there?").await;
}

async fn c1_an_erased_person_stays_erased(world: World) {
    let root = admin(&world).await;
    let mia = marked(&world).await;
    erase(&root, "mia").await;
    erase(&root, "mia").await;
    expect_problem(&mia.get("/users/me").await, 403, "account_deactivated");
    expect_problem(
        &put(&root, "mia", json!({"active": true, "name": "Mia"})).await,
        409,
        "conflict",
    );
    expect_status(root.delete("/users/mia").await, 204);
    assert_eq!(world.database.columns_with(CANARY).await, Vec::<String>::new());
    assert_eq!(world.database.count("audit_log WHERE action = 'user.erased'").await, 1);
}

async fn c1_only_an_application_admin_erases(world: World) {
    let root = admin(&world).await;
    let [alice, _bob] = world.people(["alice", "bob"]).await;
    for id in ["bob", "alice", "nobody"] {
        expect_problem(&alice.delete(&format!("/users/{id}?erase=true")).await, 403, "forbidden");
        // Before what is asked is looked at.
        expect_problem(&alice.delete(&format!("/users/{id}?erase=maybe")).await, 403, "forbidden");
        let body = json!({"erase": true});
        let path = format!("/users/{id}");
        let answer = alice.request(Method::DELETE, &path, Some(&body)).await;
        expect_problem(&answer, 403, "forbidden");
    }
    expect_problem(&alice.post("/users/import", json!({})).await, 403, "forbidden");
    expect_problem(&root.delete("/users/nobody?erase=true").await, 404, "not_found");
    expect_problem(&root.delete("/users/root?erase=true").await, 409, "conflict");
    expect_problem(&root.delete("/users/bob?erase=yes").await, 422, "validation_failed");
    expect_problem(&root.delete("/users/bob?erase=true&x=1").await, 422, "validation_failed");
    let nobody = world.nobody();
    let answer = nobody.request(Method::DELETE, "/users/bob?erase=true", None).await.unwrap();
    expect_problem(&answer, 401, "token_missing");
    expect_status(root.get("/users/bob").await, 200);
}

async fn c1_nothing_sent_while_erasing_stays(world: World) {
    let root = admin(&world).await;
    let mia = marked(&world).await;
    let bob = world.person("bob").await;
    let direct = mia.direct_with(&bob).await;
    for n in 0..30 {
        mia.say(direct.id, &format!("{CANARY} {n}")).await;
    }
    let path = format!("/conversations/{}/messages", direct.id);
    let (begun, erasing) = (Arc::new(Notify::new()), root.clone());
    let sends = futures_util::future::join_all((0..4).map(|sender| {
        let (mia, path, begun) = (mia.clone(), path.clone(), Arc::clone(&begun));
        async move {
            for n in 0.. {
                let send = json!({"content": format!("{CANARY} {sender} {n}")});
                if mia.post(&path, send).await.status != 201 {
                    return n;
                }
                begun.notify_one();
            }
            0
        }
    }));
    // In the middle of the sends: not before the first is stored.
    let erased = async {
        begun.notified().await;
        erase(&erasing, "mia").await;
    };
    let (sent, ()) = tokio::join!(sends, erased);
    assert!(sent.iter().sum::<i32>() > 0, "nothing was sent meanwhile");
    assert_eq!(world.database.columns_with(CANARY).await, Vec::<String>::new());
}

async fn c1_an_erasure_that_was_cut_off_is_brought_to_its_end(world: World) {
    let root = admin(&world).await;
    let mia = marked(&world).await;
    let bob = world.person("bob").await;
    let direct = mia.direct_with(&bob).await;
    for n in 0..500 {
        mia.say(direct.id, &format!("{CANARY} {n}")).await;
    }
    let left = "messages WHERE deleted_at IS NULL AND sender_id = 'mia'";
    let erasing = root.client.clone();
    let erasing = tokio::spawn(async move {
        let _ = erasing.request(Method::DELETE, "/users/mia?erase=true", None).await;
    });
    while world.database.count("users WHERE erased_at IS NOT NULL").await == 0 {}
    world.server.kill();
    erasing.await.unwrap();
    let cut = world.database.count(left).await;
    assert!(cut > 0, "it was over before it was cut off");

    world.server.restart().await;
    soon("the job ends it", || async {
        (world.database.count(left).await == 0
            && world.database.count("jobs WHERE kind = 'user.erase'").await == 0)
            .then_some(())
    })
    .await;
    assert_eq!(world.database.columns_with(CANARY).await, Vec::<String>::new());
    assert_eq!(world.database.count("messages").await, 500);
}

async fn c1_everybody_gets_their_own_archive(world: World) {
    let mia = marked(&world).await;
    let bob = world.person("bob").await;
    let direct = mia.direct_with(&bob).await;
    let group = bob.group_with("Team", &[&mia]).await;
    for n in 0..250 {
        mia.say(direct.id, &format!("number {n}")).await;
    }
    bob.say(direct.id, "not mine to take").await;
    let edited = mia.say(group.id, "first").await;
    mia.patch(&format!("/messages/{}", edited.id), json!({"content": "second"})).await;
    let liked = bob.say(group.id, "like me").await;
    mia.put(&format!("/messages/{}/reactions/%F0%9F%91%8D", liked.id)).await;
    bob.client.remove_participant(group.id, "mia").await.unwrap();
    let mut kept = Vec::new();
    for n in 0..21 {
        let five = (0..5).fold(Form::default(), |form, m| form.file("kept", &noise(5 * n + m)));
        let items = world.post_form(&mia, "/media", five).await.json(201)["items"].clone();
        kept.extend(items.as_array().unwrap().clone());
    }
    let shown = kept.pop().unwrap();
    let send = json!({"kind": "file", "attachments": [{"media_id": shown["id"]}]});
    expect_status(mia.post(&format!("/conversations/{}/messages", direct.id), send).await, 201);
    world.upload(&bob, "bob's", &noise(9)).await;
    expect_status(mia.put("/users/me/blocks/bob").await, 204);

    let answer = mia.get("/users/me/export").await;
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"export.json\"");
    let archive = expect_status(answer, 200);
    assert_eq!(archive["format"], "chinwag.export/1");
    assert!(archive["exported_at"].is_time());
    assert_eq!(archive["profile"]["username"], format!("mia.{CANARY}"));
    assert_eq!(archive["blocks"][0]["user"]["id"], "bob");
    assert!(archive["blocks"][0]["blocked_at"].is_time());
    let mut uploads = archive["uploads"].as_array().unwrap().clone();
    uploads.sort_by_key(|upload| upload["id"].to_string());
    kept.sort_by_key(|upload| upload["id"].to_string());
    assert_eq!(uploads, kept);
    let rooms = archive["conversations"].as_array().unwrap();
    let room = |id: uuid::Uuid| rooms.iter().find(|room| room["id"] == json!(id)).unwrap();
    let said = room(direct.id)["messages"].as_array().unwrap();
    assert_eq!(said.len(), 251);
    assert_eq!(said[250]["attachments"][0], shown);
    assert!((0..250).all(|n| said[n]["content"] == json!(format!("number {n}"))));
    let parted = room(group.id);
    assert_eq!((&parted["name"], parted["membership"]["left_at"].is_time()), (&Value::Null, true));
    assert_eq!(parted["messages"][0]["edits"][0]["previous"], "first");
    assert_eq!(parted["reactions"][0]["message_id"], json!(liked.id));
    assert!(!archive.to_string().contains("not mine to take"));
    assert_eq!(world.database.count("audit_log WHERE action = 'user.exported'").await, 1);
    let nobody = world.nobody();
    let answer = nobody.request(Method::GET, "/users/me/export", None).await.unwrap();
    expect_problem(&answer, 401, "token_missing");
}

/// Sends lines; the status and the answer.
async fn import(world: &World, by: &Person, lines: String) -> (u16, Value) {
    let bearer = format!("Bearer {}", by.token());
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/x-ndjson")];
    let answer =
        world.http(Method::POST, "/api/v1/users/import", &headers, lines.into_bytes()).await;
    (answer.status, serde_json::from_slice(&answer.bytes).unwrap())
}

fn line(n: usize, name: &str) -> String {
    format!(
        "{}\n",
        json!({"id": format!("p{n}"), "name": format!("{name} {n}"), "username": format!("u{n}")})
    )
}

async fn c1_many_people_are_taken_over_at_once(world: World) {
    let root = admin(&world).await;
    let lines: String = (0..10_000).map(|n| line(n, "Person")).collect();
    let (status, first) = import(&world, &root, lines.clone()).await;
    assert_eq!(
        (status, &first["created"], &first["failed"]),
        (200, &json!(10_000), &json!([])),
        "{first}"
    );
    for n in 0..100 {
        put(&root, &format!("q{n}"), json!({"name": "One", "username": "one"})).await;
    }
    let (_, again) = import(&world, &root, lines).await;
    assert_eq!(
        (&again["created"], &again["updated"], &again["unchanged"]),
        (&json!(0), &json!(0), &json!(10_000))
    );
    let changed: String = (9_999..10_001).map(|n| line(n, "Changed")).collect();
    let (_, changed) = import(&world, &root, changed).await;
    assert_eq!(
        (&changed["created"], &changed["updated"], &changed["unchanged"]),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!(expect_status(root.get("/users/p9999").await, 200)["name"], "Changed 9999");
    let found = expect_status(root.get("/users?search=person%2077").await, 200);
    assert_eq!(found["items"][0]["id"], "p77");
    let over: String = (0..10_001).map(|n| line(n, "Person")).collect();
    assert_eq!(import(&world, &root, over).await.0, 413);
}

async fn c1_lines_that_do_not_fit_are_named_and_lose_nothing(world: World) {
    let root = admin(&world).await;
    let bob = world.person("bob").await;
    let socket = bob.socket().await;
    let mia = marked(&world).await;
    erase(&root, &mia.id).await;
    let long = format!("{{\"id\":\"long\",\"name\":\"{}\"}}", "x".repeat(9_000));
    let lines = [
        r#"{"id":"good1","name":"Good"}"#,
        r#"{"id":"bad","name":""}"#,
        "not json",
        "",
        r#"{"name":"nobody"}"#,
        r#"{"id":"a b"}"#,
        r#"{"id":"sneak","role":"admin"}"#,
        &long,
        r#"{"id":"root","active":false}"#,
        r#"{"id":"mia","name":"Mia"}"#,
        r#"{"id":"good1","name":"Better"}"#,
        r#"{"id":"bob","active":false}"#,
        r#"{"id":"good2","name":"Last","avatar_url":null}"#,
    ];
    let (status, answer) = import(&world, &root, lines.join("\n")).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        (&answer["created"], &answer["updated"], &answer["failed_count"]),
        (&json!(2), &json!(2), &json!(8)),
        "{answer}"
    );
    let mut failed: Vec<(u64, &str)> = answer["failed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["line"].as_u64().unwrap(), one["pointer"].as_str().unwrap()))
        .collect();
    failed.sort_unstable();
    assert_eq!(
        failed,
        [
            (2, "/name"),
            (3, ""),
            (5, "/id"),
            (6, "/id"),
            (7, "/role"),
            (8, ""),
            (9, "/active"),
            (10, "/id")
        ]
    );
    assert_eq!(expect_status(root.get("/users/good1").await, 200)["name"], "Better");
    expect_status(root.get("/users/good2").await, 200);
    assert_eq!(expect_close(&socket).await, 4503);
    expect_problem(&bob.get("/users/me").await, 403, "account_deactivated");
    expect_problem(
        &root.post("/users/import", json!({"id": "x"})).await,
        415,
        "unsupported_media_type",
    );
    let exported = root.get("/users/export").await;
    assert_eq!(exported.status, 200, "{}", exported.text);
    for id in ["bob", "good1", "good2", "root"] {
        let mark = format!(r#""id":"{id}""#);
        assert_eq!(exported.text.lines().filter(|line| line.contains(&mark)).count(), 1, "{id}");
    }
    let member = world.person("ann").await;
    expect_problem(&member.get("/users/export").await, 403, "forbidden");
}
