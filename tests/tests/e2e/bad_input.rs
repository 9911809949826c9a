//! What bad input gets: the problem that names it, and nothing stored.

use chinwag_client::Socket;
use chinwag_tests::{
    RawSocket, World, expect_close, expect_event, expect_problem, expect_refusal, expect_status,
    on_both_databases,
};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases!(
    a_bad_send_is_refused_with_the_fields_pointer,
    a_bad_conversation_is_refused_with_the_fields_pointer,
    a_bad_id_names_nothing,
    a_bad_cursor_is_refused_everywhere,
    a_bad_frame_is_answered,
    too_many_bad_frames_close_the_socket,
    a_frame_that_is_too_big_closes_the_socket,
    what_is_no_text_closes_the_socket,
);

/// Bodies of a send, and the field that is wrong with each.
fn bad_sends() -> Vec<(Value, &'static str)> {
    let attachment = json!({"url": "https://files.example/a", "name": "a"});
    vec![
        (json!({}), "/content"),
        (json!({"content": ""}), "/content"),
        (json!({"content": " \n\t "}), "/content"),
        (json!({"content": 5}), "/content"),
        (json!({"content": "x".repeat(8_001)}), "/content"),
        (json!({"content": "nul \u{0}"}), "/content"),
        (json!({"content": "escape \u{1b}[31m"}), "/content"),
        (json!({"content": "delete \u{7f}"}), "/content"),
        (json!({"content": "x", "kind": "system"}), "/kind"),
        (json!({"content": "x", "kind": "poem"}), "/kind"),
        (json!({"content": "x", "client_id": ""}), "/client_id"),
        (json!({"content": "x", "client_id": "x".repeat(129)}), "/client_id"),
        (json!({"content": "x", "client_id": 7}), "/client_id"),
        (json!({"content": "x", "client_created_at": "yesterday"}), "/client_created_at"),
        (json!({"content": "x", "client_created_at": 1_700_000_000}), "/client_created_at"),
        (json!({"content": "x", "reply_to": "nonsense"}), "/reply_to"),
        (json!({"content": "x", "mentions": "bob"}), "/mentions"),
        (json!({"content": "x", "mentions": ["white space"]}), "/mentions/0"),
        (json!({"content": "x", "metadata": "y".repeat(4_097)}), "/metadata"),
        (json!({"content": "x", "sender_id": "bob"}), "/sender_id"),
        (json!({"content": "x", "seq": 1}), "/seq"),
        (json!({"content": "x", "contents": "typo"}), "/contents"),
        (json!({"kind": "image"}), "/attachments"),
        (json!({"content": "x", "attachments": vec![attachment; 6]}), "/attachments"),
        (
            json!({"content": "x", "attachments": [{"url": "javascript:alert(1)", "name": "a"}]}),
            "/attachments/0/url",
        ),
        (
            json!({"content": "x", "attachments": [{"url": "file:///etc/passwd", "name": "a"}]}),
            "/attachments/0/url",
        ),
        (
            json!({"content": "x", "attachments": [{"url": "/relative", "name": "a"}]}),
            "/attachments/0/url",
        ),
        (json!({"kind": "location"}), "/location"),
        (
            json!({"kind": "location", "location": {"latitude": 90.5, "longitude": 0.0, "live": false}}),
            "/location/latitude",
        ),
    ]
}

async fn a_bad_send_is_refused_with_the_fields_pointer(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let socket = alice.socket().await;
    let path = format!("/conversations/{}/messages", direct.id);

    for (body, pointer) in bad_sends() {
        let shown: String = body.to_string().chars().take(100).collect();
        let problem =
            expect_problem(&alice.post(&path, body.clone()).await, 422, "validation_failed");
        let pointers: Vec<_> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, [pointer], "{shown}: {:?}", problem.errors);

        let mut frame = body;
        frame["conversation_id"] = json!(direct.id);
        let problem =
            expect_refusal(socket.request("message.send", frame).await, "validation_failed");
        assert_eq!(problem.status, 422, "{shown}");
    }
    assert_eq!(world.database.count("messages").await, 0);
    assert_eq!(alice.client.conversation(direct.id).await.unwrap().revision, 1);
}

async fn a_bad_conversation_is_refused_with_the_fields_pointer(world: World) {
    let [alice, _] = world.people(["alice", "bob"]).await;
    let bad = [
        (json!({}), "/type"),
        (json!({"type": "channel", "participant_ids": []}), "/type"),
        (json!({"type": "group", "name": "x"}), "/participant_ids"),
        (json!({"type": "group", "name": "x", "participant_ids": "bob"}), "/participant_ids"),
        (json!({"type": "group", "name": "x", "participant_ids": [7]}), "/participant_ids/0"),
        (json!({"type": "group", "name": " ", "participant_ids": []}), "/name"),
        (json!({"type": "group", "name": "x".repeat(1_000), "participant_ids": []}), "/name"),
        (
            json!({"type": "group", "name": "x", "participant_ids": [], "avatar_url": "javascript:1"}),
            "/avatar_url",
        ),
        (
            json!({"type": "group", "name": "x", "participant_ids": [], "history": "some"}),
            "/history",
        ),
        (
            json!({"type": "group", "name": "x", "participant_ids": [], "permissions": {"fly": "member"}}),
            "/permissions/fly",
        ),
        (json!({"type": "group", "name": "x", "participant_ids": [], "role": "owner"}), "/role"),
    ];
    for (body, pointer) in bad {
        let problem = expect_problem(
            &alice.post("/conversations", body.clone()).await,
            422,
            "validation_failed",
        );
        let pointers: Vec<_> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, [pointer], "{body}: {:?}", problem.errors);
    }
    assert_eq!(world.database.count("conversations").await, 0);
}

async fn a_bad_id_names_nothing(world: World) {
    let alice = world.person("alice").await;
    for id in ["x", "1", "01890000-0000-7000-8000-00000000000", "%00", "..%2f..", "🦊"] {
        for path in [
            format!("/conversations/{id}"),
            format!("/conversations/{id}/messages"),
            format!("/conversations/{id}/changes?since=0"),
            format!("/messages/{id}"),
            format!("/messages/{id}/receipts"),
        ] {
            expect_problem(&alice.get(&path).await, 404, "not_found");
        }
    }
    let socket = alice.socket().await;
    for (kind, data) in [
        ("message.send", json!({"conversation_id": "x", "content": "y"})),
        ("message.edit", json!({"message_id": "x", "content": "y"})),
        ("message.delete", json!({"message_id": "x"})),
        ("conversation.read", json!({"conversation_id": "x"})),
        ("conversation.open", json!({"conversation_id": "x"})),
    ] {
        expect_refusal(socket.request(kind, data).await, "not_found");
    }
}

async fn a_bad_cursor_is_refused_everywhere(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    for number in 0..3 {
        alice.say(direct.id, &number.to_string()).await;
    }
    let history = format!("/conversations/{}/messages", direct.id);
    let page = expect_status(alice.get(&format!("{history}?limit=2")).await, 200);
    let good = page["next_cursor"].as_str().unwrap();
    let turned: String = good.chars().rev().collect();
    for cursor in ["", "x", "AAAA", "%27%20OR%201=1", "9999999999999999999999", turned.as_str()] {
        for list in [history.as_str(), "/conversations", "/users"] {
            let answer = alice.get(&format!("{list}?cursor={cursor}")).await;
            // A cursor turned round may by chance be another that is readable, but never a fault.
            if cursor != turned {
                expect_problem(&answer, 422, "validation_failed");
            }
            assert!(answer.status < 500, "{list} {cursor}: {}", answer.text);
        }
    }
    let sync = alice.post("/sync", json!({"conversations": {}, "cursor": "x"})).await;
    expect_problem(&sync, 422, "validation_failed");
    for known in [json!({"x": 1}), json!({Uuid::nil().to_string(): -1}), json!([])] {
        let answer = alice.post("/sync", json!({"conversations": known})).await;
        assert!(answer.status < 500, "{}", answer.text);
    }
}

/// Sends a text that is no request, and gives the reply's id and problem.
async fn reply_to(socket: &Socket, text: &str) -> (Value, Value) {
    socket.send_text(text).unwrap();
    let reply = expect_event(socket, "reply").await;
    assert_eq!(reply.extra["ok"], false, "{text}: {reply:?}");
    (reply.extra["id"].clone(), reply.extra["error"].clone())
}

async fn a_bad_frame_is_answered(world: World) {
    let alice = world.person("alice").await;
    // Two sockets, since bad frames are counted.
    let socket = alice.socket().await;
    for text in [
        "",
        "{",
        "[]",
        "\"text\"",
        "null",
        r#"{"type":"ping"}"#,
        r#"{"id":7,"type":"ping","data":{}}"#,
    ] {
        let (id, problem) = reply_to(&socket, text).await;
        assert_eq!((id, &problem["code"]), (Value::Null, &json!("validation_failed")), "{text}");
    }
    let socket = alice.socket().await;
    let (id, problem) = reply_to(&socket, r#"{"id":"a","type":"message.sing","data":{}}"#).await;
    assert_eq!((id, &problem["code"]), (json!("a"), &json!("validation_failed")));
    let long = json!({"id": "x".repeat(65), "type": "ping", "data": {}}).to_string();
    let (_, problem) = reply_to(&socket, &long).await;
    assert_eq!(problem["code"], "validation_failed");
    let (id, problem) =
        reply_to(&socket, r#"{"id":"b","type":"conversation.read","data":{"x":1}}"#).await;
    assert_eq!((id, &problem["code"]), (json!("b"), &json!("validation_failed")));
    let keys = ["type", "title", "status", "code", "temporary", "request_id"];
    assert!(keys.iter().all(|key| problem.get(key).is_some()), "{problem}");
    // The socket goes on.
    socket.request("ping", json!({})).await.unwrap();
}

async fn too_many_bad_frames_close_the_socket(world: World) {
    let alice = world.person("alice").await;
    let (bad, fine) = (alice.socket().await, alice.socket().await);
    for _ in 0..12 {
        // It may be closed before the last is sent.
        let _ = bad.send_text("{");
    }
    assert_eq!(expect_close(&bad).await, 4509);
    fine.request("ping", json!({})).await.unwrap();
}

async fn a_frame_that_is_too_big_closes_the_socket(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let socket = alice.socket().await;
    let big = json!({"id": "1", "type": "message.send", "data": {
        "conversation_id": direct.id, "content": "x", "metadata": "y".repeat(128 * 1024),
    }});
    socket.send_text(big.to_string()).unwrap();
    assert_eq!(expect_close(&socket).await, 1009);
    assert_eq!(world.database.count("messages").await, 0);
}

async fn what_is_no_text_closes_the_socket(world: World) {
    let alice = world.person("alice").await;
    let fine = alice.socket().await;
    for (first, payload, code) in [
        // A text that is not UTF-8, whole and in its second part.
        (vec![0x81], vec![b"\xff\xfe".as_slice()], 1007),
        (vec![0x01, 0x80], vec![b"{".as_slice(), b"\xc3\x28".as_slice()], 1007),
        // Bytes, a kind that does not exist, a bit that is reserved, a part of nothing.
        (vec![0x82], vec![b"{}".as_slice()], 4509),
        (vec![0x83], vec![b"{}".as_slice()], 4509),
        (vec![0xc1], vec![b"{}".as_slice()], 4509),
        (vec![0x80], vec![b"{}".as_slice()], 4509),
    ] {
        let mut socket = RawSocket::open(&alice, world.server.port()).await;
        for (first, payload) in first.iter().zip(&payload) {
            socket.send(*first, payload).await;
        }
        let (_, closed) = socket.drain().await;
        assert_eq!(closed, Some(code), "{first:x?} {payload:?}");
    }
    fine.request("ping", json!({})).await.unwrap();
}
