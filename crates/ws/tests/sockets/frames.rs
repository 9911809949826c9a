//! Requests and replies: shape, order, and what is refused.

use serde_json::{Value, json};

use crate::server::Server;

const NOWHERE: &str = "01900000-0000-7000-8000-000000000000";

#[actix_web::test]
async fn replies_carry_the_id_of_the_request() {
    let server = Server::start();
    let mut client = server.client("ann").await;
    for id in ["1", "x".repeat(64).as_str(), "ü 🙂 \"quoted\""] {
        client.say(json!({"id": id, "type": "ping"}).to_string()).await;
        let reply = client.hear().await;
        assert_eq!(
            (&reply["id"], &reply["ok"], &reply["data"]),
            (&json!(id), &json!(true), &json!({}))
        );
    }
    server.stop().await;
}

#[actix_web::test]
async fn an_unreadable_frame_is_answered_without_an_id_and_the_tenth_closes() {
    let server = Server::start();
    let mut client = server.client("ann").await;
    let deep = format!(r#"{{"id":"1","type":"ping","data":{{"a":{}}}}}"#, "[".repeat(10_000));
    for bad in [
        "",
        "nonsense",
        "[]",
        "\u{0}",
        r#"{"id":"1"}"#,
        r#"{"id":7,"type":"ping"}"#,
        r#"{"id":"1","id":"1","type":"ping"}"#,
        r#"{"id":"1","type":"ping","more":1}"#,
        deep.as_str(),
    ] {
        client.say(bad).await;
        let reply = client.hear().await;
        assert_eq!((&reply["id"], &reply["ok"]), (&Value::Null, &json!(false)), "{bad:.60}");
        assert_eq!(reply["error"]["code"], "validation_failed", "{bad:.60}");
    }
    client.say("{").await;
    assert_eq!(client.hear().await["id"], Value::Null);
    assert_eq!(client.closed().await, 4509);
    server.stop().await;
}

#[actix_web::test]
async fn an_unknown_type_is_a_bad_frame_with_its_id() {
    let server = Server::start();
    let mut client = server.client("ann").await;
    for _ in 0..10 {
        assert_eq!(client.refused("message.shout", json!({})).await, "validation_failed");
    }
    assert_eq!(client.closed().await, 4509);
    server.stop().await;
}

#[actix_web::test]
async fn what_is_refused_is_no_bad_frame() {
    let server = Server::start();
    let mut client = server.client("ann").await;
    for _ in 0..30 {
        assert_eq!(client.refused("sync", json!({"x": 1})).await, "validation_failed");
    }
    client.ok("ping", json!({})).await;
    server.stop().await;
}

/// All requests about a conversation or a message, with data that fits.
fn about(conversation: &str, message: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("message.send", json!({"conversation_id": conversation, "content": "x"})),
        ("message.edit", json!({"message_id": message, "content": "y"})),
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

#[actix_web::test]
async fn malformed_absent_and_foreign_are_the_same_not_found() {
    let server = Server::start();
    let (ann, bob) = (server.actor("ann").await, server.actor("bob").await);
    let group = server.group(&ann, &[&bob]).await;
    let body = br#"{"content":"x"}"#;
    let sent = server.chat.send_message.to_conversation(&ann, group, body).await.unwrap();
    let (group, message) = (group.to_string(), sent.message.message.id.to_string());
    let mut stranger = server.client("carol").await;
    for (conversation, message) in
        [("nonsense", "nonsense"), ("", ""), (NOWHERE, NOWHERE), (&group, &message)]
    {
        for (kind, data) in about(conversation, message) {
            let code = stranger.refused(kind, data.clone()).await;
            assert_eq!(code, "not_found", "{kind} {data}");
            // Nor do they learn it from what is wrong with the rest.
            let mut wrong = data;
            wrong["sender_id"] = json!("ann");
            let code = stranger.refused(kind, wrong.clone()).await;
            assert_eq!(code, "not_found", "{kind} {wrong}");
        }
    }
    server.stop().await;
}

#[actix_web::test]
async fn unknown_fields_are_refused_and_nothing_is_done() {
    let server = Server::start();
    let (ann, bob) = (server.actor("ann").await, server.actor("bob").await);
    let group = server.group(&ann, &[&bob]).await;
    let body = br#"{"content":"x"}"#;
    let sent = server.chat.send_message.to_conversation(&ann, group, body).await.unwrap();
    let (group, message) = (group.to_string(), sent.message.message.id.to_string());
    let (mut anns, mut bobs) = (server.client("ann").await, server.client("bob").await);
    let mut requests = about(&group, &message);
    requests.extend([
        ("ping", json!({})),
        ("authenticate", json!({"token": server.token("ann")})),
        ("conversation.create", json!({"type": "direct", "participant_ids": ["bob"]})),
        ("presence.query", json!({"user_ids": []})),
        ("presence.subscribe", json!({"user_ids": []})),
        ("presence.unsubscribe", json!({"user_ids": []})),
        ("sync", json!({"conversations": {}})),
    ]);
    for (kind, mut data) in requests {
        data["sneaked_in"] = json!(true);
        assert_eq!(anns.refused(kind, data).await, "validation_failed", "{kind}");
    }
    // Bob would have heard of any of it.
    bobs.ok("message.send", json!({"conversation_id": group, "content": "end"})).await;
    let heard = bobs.hear().await;
    assert_eq!(
        (&heard["type"], &heard["data"]["content"]),
        (&json!("message.created"), &json!("end"))
    );
    server.stop().await;
}

#[actix_web::test]
async fn fields_of_a_wrong_kind_are_named() {
    let server = Server::start();
    let mut client = server.client("ann").await;
    for (kind, data) in [
        ("message.send", json!({"content": 5, "recipient_id": "bob"})),
        ("message.send", json!({"content": "x"})),
        ("conversation.read", json!({"conversation_id": 5})),
        ("conversation.read", json!({})),
        ("message.edit", json!([])),
        ("sync", json!("x")),
        ("presence.query", json!({"user_ids": ["not an id"]})),
    ] {
        let reply = client.ask(kind, data.clone()).await;
        assert_eq!(reply["error"]["code"], "validation_failed", "{kind} {data}");
        assert_eq!(reply["error"]["status"], 422, "{kind} {data}");
    }
    let twice = format!(
        r#"{{"id":"t","type":"conversation.read","data":{{"conversation_id":"{NOWHERE}","conversation_id":"{NOWHERE}"}}}}"#
    );
    client.say(twice).await;
    assert_eq!(client.hear().await["error"]["code"], "validation_failed");
    server.stop().await;
}

#[actix_web::test]
async fn a_hundred_sends_at_once_are_all_answered_and_stored_in_their_order() {
    let server = Server::start();
    let (ann, bob) = (server.actor("ann").await, server.actor("bob").await);
    let group = server.group(&ann, &[&bob]).await;
    let mut client = server.client("ann").await;
    let send = |at: usize| {
        let mut data = json!({"conversation_id": group, "content": at.to_string(), "client_id": at.to_string()});
        // Some have to be looked up first.
        if at % 10 == 7 {
            data.as_object_mut().unwrap().remove("conversation_id");
            data["recipient_id"] = json!("bob");
        }
        json!({"id": at.to_string(), "type": "message.send", "data": data}).to_string()
    };
    for duplicate in [false, true] {
        client.say_all((0..100).map(send)).await;
        let mut seqs = vec![None; 100];
        let mut answered = 0;
        while answered < 100 {
            let frame = client.hear().await;
            if frame["type"] == "reply" {
                assert_eq!(
                    (&frame["ok"], &frame["data"]["duplicate"]),
                    (&json!(true), &json!(duplicate))
                );
                let at: usize = frame["id"].as_str().unwrap().parse().unwrap();
                assert_eq!(frame["data"]["content"], at.to_string());
                assert!(seqs[at].replace(frame["data"]["seq"].as_i64().unwrap()).is_none());
                answered += 1;
            }
        }
        for to_bob in [false, true] {
            let seqs: Vec<_> = (0..100)
                .filter(|at| (at % 10 == 7) == to_bob)
                .map(|at| seqs[at].unwrap())
                .collect();
            let expected: Vec<_> = (1..).take(seqs.len()).collect();
            assert_eq!(seqs, expected, "duplicate: {duplicate}, to Bob: {to_bob}");
        }
    }
    server.stop().await;
}

#[actix_web::test]
async fn other_requests_do_not_wait_for_ever_behind_sends() {
    let server = Server::start();
    let (ann, bob) = (server.actor("ann").await, server.actor("bob").await);
    let group = server.group(&ann, &[&bob]).await;
    let mut client = server.client("ann").await;
    // The writers of the store stand in one line, which sends and this enter in turn.
    let texts = (0..300).map(|at| match at % 3 {
        0 => json!({"id": "s", "type": "message.send", "data": {"conversation_id": group, "content": "x"}}),
        1 => json!({"id": "c", "type": "conversation.create",
            "data": {"type": "group", "name": "x", "participant_ids": []}}),
        _ => json!({"id": "r", "type": "conversation.read", "data": {"conversation_id": group}}),
    });
    client.say_all(texts.map(|text| text.to_string())).await;
    let mut replies = 0;
    while replies < 300 {
        let frame = client.hear().await;
        if frame["type"] == "reply" {
            assert_eq!(frame["ok"], true, "{frame}");
            replies += 1;
        }
    }
    server.stop().await;
}

#[actix_web::test]
async fn opening_is_told_once_and_silences_that_device() {
    let server = Server::start();
    let (ann, bob) = (server.actor("ann").await, server.actor("bob").await);
    let group = server.group(&ann, &[&bob]).await;
    let here = json!({"conversation_id": group});
    let mut anns = server.client("ann").await;
    let (mut one, mut other) = (server.client("bob").await, server.client("bob").await);
    // Closing what is not open says nothing to anybody.
    one.ok("conversation.close", here.clone()).await;
    for client in [&mut one, &mut other] {
        client.ok("conversation.open", here.clone()).await;
        client.ok("conversation.open", here.clone()).await;
    }
    let send = json!({"conversation_id": group, "content": "x"});
    anns.ok("message.send", send).await;
    assert_eq!(anns.hear().await["type"], "participant.opened");
    assert_eq!(anns.hear().await["type"], "message.created");
    for client in [&mut one, &mut other] {
        assert_eq!(client.hear().await["notify"], false);
        client.ok("conversation.close", here.clone()).await;
    }
    assert_eq!(anns.hear().await["type"], "participant.closed");
    server.stop().await;
}

#[actix_web::test]
async fn many_pings_harm_nobody_else() {
    let server = Server::start();
    let (mut flooding, mut other) = (server.client("ann").await, server.client("bob").await);
    let flood = async {
        for batch in 0..50 {
            let ids = batch * 100_u32..(batch + 1) * 100;
            let ping = |at: u32| json!({"id": at.to_string(), "type": "ping"}).to_string();
            flooding.say_all(ids.clone().map(ping)).await;
            for at in ids {
                assert_eq!(flooding.hear().await["id"], at.to_string());
            }
        }
    };
    let calm = async {
        for _ in 0..50 {
            other.ok("ping", json!({})).await;
        }
    };
    tokio::join!(flood, calm);
    server.stop().await;
}
