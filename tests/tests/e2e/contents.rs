//! What a message may carry: every kind comes back as it was sent, by every door, and nothing of it is run or fetched.

use chinwag_tests::{World, expect_event, expect_problem, expect_status, on_both_databases};
use serde_json::{Value, json};

on_both_databases!(
    a8_every_kind_comes_back_as_it_was_sent,
    a8_a_kind_without_what_it_needs_is_refused,
    b9_an_attachment_by_url_is_kept_and_never_fetched,
    e14_scripts_are_text,
);

/// The parts of a message that its sender decides.
fn said(message: &Value) -> Value {
    json!({
        "kind": message["kind"], "content": message["content"], "location": message["location"],
        "attachments": message["attachments"].as_array().map(|all| all.iter().map(|it| json!({
            "url": it["url"], "name": it["name"]})).collect::<Vec<_>>()),
        "place": message["meeting"]["place"], "at": message["meeting"]["scheduled_at"],
    })
}

async fn a8_every_kind_comes_back_as_it_was_sent(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let socket = bob.socket().await;
    let files = |count: usize| -> Vec<Value> {
        let file = |at| json!({"url": format!("https://files.example/{at}.bin"), "name": format!("{at}.bin")});
        (0..count).map(file).collect()
    };
    let place = json!({"latitude": 52.5, "longitude": -13.25, "live": true});
    let meeting = json!({"place": "Café", "scheduled_at": "2031-05-06T07:08:09.000Z"});
    for body in [
        json!({"content": "words", "kind": "text"}),
        json!({"content": "words without a kind"}),
        json!({"kind": "image", "attachments": files(5)}),
        json!({"kind": "video", "content": "a film", "attachments": files(1)}),
        json!({"kind": "audio", "attachments": files(1)}),
        json!({"kind": "file", "attachments": files(2)}),
        json!({"kind": "location", "location": place}),
        json!({"kind": "meeting", "meeting": meeting}),
    ] {
        let path = format!("/conversations/{}/messages", direct.id);
        let sent = expect_status(alice.post(&path, body.clone()).await, 201);
        assert_eq!(sent["kind"], body.get("kind").cloned().unwrap_or_else(|| json!("text")));
        assert_eq!(sent["content"], body.get("content").cloned().unwrap_or(Value::Null));
        assert_eq!(
            sent["attachments"].as_array().map(Vec::len),
            Some(body["attachments"].as_array().map_or(0, Vec::len))
        );
        assert_eq!(sent["location"], body["location"], "{body}");
        assert_eq!(sent["meeting"]["place"], body["meeting"]["place"], "{body}");
        assert_eq!(sent["meeting"]["scheduled_at"], body["meeting"]["scheduled_at"], "{body}");

        let event = expect_event(&socket, "message.created").await;
        assert_eq!(said(&event.data), said(&sent), "live");
        let one = expect_status(
            bob.get(&format!("/messages/{}", sent["id"].as_str().unwrap())).await,
            200,
        );
        assert_eq!(said(&one), said(&sent), "alone");
        let history = expect_status(bob.get(&format!("{path}?limit=1")).await, 200);
        assert_eq!(said(&history["items"][0]), said(&sent), "in history");
    }
}

async fn a8_a_kind_without_what_it_needs_is_refused(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/messages", direct.id);
    for (body, pointer) in [
        (json!({"kind": "text"}), "/content"),
        (json!({"kind": "text", "content": " \n"}), "/content"),
        (json!({"kind": "image"}), "/attachments"),
        (json!({"kind": "video", "content": "no film"}), "/attachments"),
        (json!({"kind": "location"}), "/location"),
        (
            json!({"kind": "location", "location": {"latitude": 90.5, "longitude": 0}}),
            "/location/latitude",
        ),
        (json!({"kind": "meeting"}), "/meeting"),
        (json!({"content": "x", "location": {"latitude": 1, "longitude": 1}}), "/location"),
        (json!({"kind": "system", "content": "x"}), "/kind"),
        (json!({"kind": "smell", "content": "x"}), "/kind"),
    ] {
        let answer = alice.post(&path, body.clone()).await;
        let problem = expect_problem(&answer, 422, "validation_failed");
        assert_eq!(problem.errors[0].pointer, pointer, "{body}");
    }
    assert_eq!(world.database.count_messages(direct.id).await, 0);
}

async fn b9_an_attachment_by_url_is_kept_and_never_fetched(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/messages", direct.id);
    // Somebody who would hear of it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/secret?a=b#c", listener.local_addr().unwrap());
    let body = json!({"kind": "file", "attachments": [{"url": url, "name": "über \"it\".pdf"}]});
    let sent = expect_status(alice.post(&path, body).await, 201);
    let seen =
        expect_status(bob.get(&format!("/messages/{}", sent["id"].as_str().unwrap())).await, 200);
    assert_eq!(seen["attachments"][0]["url"], json!(url));
    assert_eq!(seen["attachments"][0]["name"], "über \"it\".pdf");

    let files = |url: &str| json!({"kind": "file", "attachments": [{"url": url, "name": "x"}]});
    for bad in [
        "ftp://files.example/a",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "//files.example/a",
        "http://",
        "",
    ] {
        let answer = alice.post(&path, files(bad)).await;
        let problem = expect_problem(&answer, 422, "validation_failed");
        assert_eq!(problem.errors[0].pointer, "/attachments/0/url", "{bad}");
    }
    let six = json!({"kind": "file", "attachments": vec![json!({"url": "https://files.example/a", "name": "x"}); 6]});
    expect_problem(&alice.post(&path, six).await, 422, "validation_failed");
    // All that was sent has been answered, read again and refused: whoever fetches would have come by now.
    assert!(listener.accept().is_err(), "nobody asked for it");
}

async fn e14_scripts_are_text(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\u{202e}&amp;\u{2028}'\"`${x}";
    let group = alice.group_with(evil, &[&bob]).await;
    let socket = bob.socket().await;
    let sent = alice.say(group.id, evil).await;
    assert_eq!(expect_event(&socket, "message.created").await.data["content"], json!(evil));
    for path in [
        format!("/messages/{}", sent.id),
        format!("/conversations/{}", group.id),
        format!("/conversations/{}/messages", group.id),
        "/conversations".to_owned(),
        "/search/messages?q=%3Cscript%3E".to_owned(),
    ] {
        let answer = bob.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").starts_with("application/json"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        let verbatim = serde_json::to_string(evil).unwrap();
        assert!(answer.text.contains(&verbatim), "{path}: as it was written");
    }
    assert_eq!(bob.client.conversation(group.id).await.unwrap().name.as_deref(), Some(evil));
}
