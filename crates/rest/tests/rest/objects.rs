//! Each object of the protocol, as REST writes it.

use serde_json::json;

use crate::world::{World, at};

macro_rules! golden {
    ($reply:expr) => {
        insta::assert_json_snapshot!($reply.golden())
    };
}

#[actix_web::test]
async fn accounts() {
    let world = World::new();
    let body = json!({"username": "Ann", "password": "long enough", "name": "Ann A."});
    let request = at("POST", "/auth/register").insert_header(("user-agent", "test/1"));
    let registered = world.send(request.set_json(&body)).await.expect(201);
    golden!(registered);
    world.clock.advance(1);
    let login = json!({"username": "ann", "password": "long enough"});
    golden!(world.send(at("POST", "/auth/login").set_json(login)).await.expect(200));
    let refresh = json!({"refresh_token": registered.json["refresh_token"]});
    golden!(world.send(at("POST", "/auth/refresh").set_json(&refresh)).await.expect(200));

    let bearer = format!("Bearer {}", registered.json["access_token"].as_str().unwrap());
    let ann =
        |method, path: &str| at(method, path).insert_header(("authorization", bearer.clone()));
    let sessions = world.send(ann("GET", "/auth/sessions")).await.expect(200);
    golden!(sessions);
    let other =
        &sessions.json["items"].as_array().unwrap().iter().find(|it| it["current"] == false);
    let path = format!("/auth/sessions/{}", other.unwrap()["id"].as_str().unwrap());
    assert_eq!(world.send(ann("DELETE", &path)).await.expect(204).text, "");
    world.send(ann("DELETE", &path)).await.expect_problem(404, "not_found");

    let wrong = json!({"username": "ann", "password": "wrong wrong"});
    let wrong = world.send(at("POST", "/auth/login").set_json(wrong)).await;
    wrong.expect_problem(401, "token_invalid");
    let taken = world.send(at("POST", "/auth/register").set_json(&body)).await;
    taken.expect_problem(409, "conflict");
    let reused = world.send(at("POST", "/auth/refresh").set_json(&refresh)).await;
    reused.expect_problem(401, "session_revoked");
    let guest = at("POST", "/auth/guest").set_json(json!({"name": "Visitor"}));
    golden!(world.send(guest).await.expect(201));
}

#[actix_web::test]
async fn people() {
    let world = World::new();
    let ann = world.person("ann").await;
    world.person("bob").await;
    ann.call("POST", "/conversations", json!({"type": "direct", "participant_ids": ["bob"]})).await;
    golden!(ann.get("/users/me").await.expect(200));
    let patch = json!({"name": "Ann B.", "avatar_url": "https://a.example/a.png"});
    golden!(ann.call("PATCH", "/users/me", patch).await.expect(200));
    golden!(ann.get("/users/bob").await.expect(200));
    golden!(ann.get("/users?limit=1").await.expect(200));
    golden!(ann.get("/presence?user_ids=bob,nobody").await.expect(200));
}

#[actix_web::test]
async fn conversations() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    world.person("eve").await;
    let direct = json!({"type": "direct", "participant_ids": ["bob"]});
    let made = ann.call("POST", "/conversations", direct.clone()).await.expect(201);
    golden!(made);
    let again = ann.call("POST", "/conversations", direct).await.expect(200);
    assert_eq!((again.id(), again.header("location")), (made.id(), ""));

    world.clock.advance(1_000);
    let group = ann
        .call(
            "POST",
            "/conversations",
            json!({"type": "group", "name": "Team", "participant_ids": ["bob"],
                "description": "about", "category": "work", "history": "since_join",
                "permissions": {"add_members": "member"}}),
        )
        .await
        .expect(201);
    golden!(group);
    let path = format!("/conversations/{}", group.id());
    assert_eq!(group.header("location"), format!("/api/v1{path}"));
    golden!(ann.call("PATCH", &path, json!({"name": "Crew"})).await.expect(200));
    let people = format!("{path}/participants");
    golden!(ann.call("POST", &people, json!({"user_ids": ["eve"]})).await.expect(200));
    golden!(ann.get(&people).await.expect(200));
    let one = format!("{people}/eve");
    golden!(ann.call("PATCH", &one, json!({"role": "admin"})).await.expect(200));
    assert_eq!(ann.send(at("DELETE", &one)).await.expect(204).text, "");
    let settings = json!({"muted_until": "2023-12-01T00:00:00Z", "hidden": false});
    golden!(bob.call("PATCH", &format!("{path}/membership"), settings).await.expect(200));
    golden!(bob.send(at("POST", &format!("{path}/clear"))).await.expect(200));
    golden!(ann.get("/conversations?page=1&limit=1").await.expect(200));
    assert_eq!(bob.send(at("POST", &format!("{path}/leave"))).await.expect(204).text, "");
    assert_eq!(ann.send(at("DELETE", &path)).await.expect(204).text, "");
    ann.get(&path).await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn messages() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let group = ann.group(&["bob"]).await;
    let path = format!("/conversations/{group}/messages");
    let body = json!({
        "content": "hello", "client_id": "c1", "client_created_at": "2023-11-14T22:13:20.000Z",
        "mentions": ["bob"], "metadata": {"a": 1}, "kind": "image",
        "attachments": [{"url": "https://files.example/a.png", "name": "a.png"}],
    });
    let sent = ann.call("POST", &path, body.clone()).await.expect(201);
    golden!(sent);
    assert_eq!(sent.header("location"), format!("/api/v1/messages/{}", sent.id()));
    let again = ann.call("POST", &path, body).await.expect(200);
    assert_eq!((&again.json["duplicate"], again.id()), (&json!(true), sent.id()));
    assert_eq!(again.header("location"), "");
    let other = json!({"content": "other", "client_id": "c1"});
    ann.call("POST", &path, other).await.expect_problem(409, "conflict");

    let direct = json!({"recipient_id": "ann", "content": "psst"});
    let direct = bob.call("POST", "/messages", direct).await.expect(201);
    assert_eq!(direct.header("location"), format!("/api/v1/messages/{}", direct.id()));

    world.clock.advance(1_000);
    let one = format!("/messages/{}", sent.id());
    golden!(bob.send(at("PUT", &format!("{one}/reactions/%F0%9F%91%8D"))).await.expect(200));
    golden!(ann.call("PATCH", &one, json!({"content": "hello!"})).await.expect(200));
    golden!(bob.get("/unread").await.expect(200));
    golden!(bob.send(at("PUT", &format!("{one}/read"))).await.expect(200));
    golden!(ann.get(&format!("{one}/receipts")).await.expect(200));
    assert_eq!(ann.send(at("DELETE", &one)).await.expect(204).text, "");
    golden!(ann.get(&one).await.expect(200));
    let late = json!({
        "kind": "location", "location": {"latitude": 1.5, "longitude": 2.0}, "reply_to": sent.id(),
    });
    ann.call("POST", &path, late).await.expect(201);
    golden!(bob.get(&format!("{path}?limit=1")).await.expect(200));
    let read = format!("/conversations/{group}/read");
    golden!(bob.call("POST", &read, json!({"seq": 2})).await.expect(200));
    let delivered = format!("/conversations/{group}/delivered");
    golden!(bob.call("POST", &delivered, json!({"seq": 1})).await.expect(200));
    bob.call("POST", &read, json!({"seq": 3})).await.expect_refused(&["/seq"]);
}

#[actix_web::test]
async fn what_was_missed() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let group = ann.group(&["bob"]).await;
    ann.say(&group, "one").await;
    golden!(bob.get(&format!("/conversations/{group}/changes?since=1")).await.expect(200));
    let known = json!({"conversations": {&group: 1, "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b": 1}});
    golden!(bob.call("POST", "/sync", known).await.expect(200));
}
