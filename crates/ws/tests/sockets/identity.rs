//! Who a socket is of: by header, by frame, renewed, expired, revoked.

use std::time::Duration;

use chinwag_ws::{HubOptions, WsOptions};
use serde_json::json;

use crate::{client::Client, server::Server};

#[actix_web::test]
async fn by_header_the_first_frame_is_ready() {
    let server = Server::start();
    let mut client = server.client_by(&server.token("ann")).await;
    let ready = client.hear().await;
    assert_eq!((&ready["type"], &ready["data"]["user"]["id"]), (&json!("ready"), &json!("ann")));
    assert_eq!(ready["data"]["heartbeat_ms"], 25_000);
    server.stop().await;
}

#[actix_web::test]
async fn by_frame_the_reply_comes_before_ready_and_ready_before_events() {
    let server = Server::start();
    let (ann, bob) = (server.actor("ann").await, server.actor("bob").await);
    let group = server.group(&ann, &[&bob]).await;
    let mut client = server.stranger().await;
    client
        .say(
            json!({"id": "a", "type": "authenticate", "data": {"token": server.token("bob")}})
                .to_string(),
        )
        .await;
    let body = br#"{"content":"x"}"#;
    server.chat.send_message.to_conversation(&ann, group, body).await.unwrap();
    let reply = client.hear().await;
    assert_eq!(
        (&reply["type"], &reply["id"], &reply["ok"]),
        (&json!("reply"), &json!("a"), &json!(true))
    );
    assert_eq!(reply["data"]["user"]["id"], "bob");
    assert_eq!(reply["data"]["expires_at"], "2025-11-20T13:00:00.000Z");
    assert_eq!(client.hear().await["type"], "ready");
    server.chat.send_message.to_conversation(&ann, group, body).await.unwrap();
    assert_eq!(client.hear().await["type"], "message.created");
    server.stop().await;
}

#[actix_web::test]
async fn without_identity_there_is_nothing_but_authenticate_and_ping() {
    let server = Server::start();
    let mut client = server.stranger().await;
    assert_eq!(client.ok("ping", json!({})).await, json!({}));
    for kind in ["message.send", "sync", "conversation.create", "typing.start", "no.such.type"] {
        assert_eq!(client.refused(kind, json!({})).await, "token_missing", "{kind}");
    }
    // A bad try is no end.
    assert_eq!(client.refused("authenticate", json!({"token": "bad"})).await, "token_invalid");
    assert_eq!(client.refused("authenticate", json!({})).await, "validation_failed");
    client.ok("authenticate", json!({"token": server.token("ann")})).await;
    assert_eq!(client.hear().await["type"], "ready");
    server.stop().await;
}

#[actix_web::test]
async fn who_does_not_say_who_they_are_is_closed_in_time() {
    let options = WsOptions { identity_within: Duration::from_millis(50), ..WsOptions::default() };
    assert_eq!(WsOptions::default().identity_within, Duration::from_secs(5));
    let server = Server::with(HubOptions::default(), options);
    let mut silent = server.stranger().await;
    assert_eq!(silent.closed().await, 4401);
    // Saying other things is no way to stay.
    let mut chatty = server.stranger().await;
    chatty.say_all((0..2_000).map(|_| r#"{"id":"1","type":"ping"}"#.to_owned())).await;
    assert_eq!(chatty.closed().await, 4401);
    server.stop().await;
}

#[actix_web::test]
async fn a_token_is_renewed_by_the_same_frame() {
    let server = Server::start();
    let mut client = server.client_by(&server.token_for("ann", 120_000)).await;
    client.event("ready").await;
    let renewed = client.ok("authenticate", json!({"token": server.token("ann")})).await;
    assert_eq!(renewed["expires_at"], "2025-11-20T13:00:00.000Z");
    server.clock.advance(130_000);
    assert_eq!(client.ok("ping", json!({})).await, json!({}));
    server.stop().await;
}

#[actix_web::test]
async fn another_person_cannot_take_over_a_socket() {
    let server = Server::start();
    let mut client = server.client("ann").await;
    for token in [server.token("bob"), "bad".to_owned()] {
        assert_eq!(client.refused("authenticate", json!({"token": token})).await, "token_invalid");
    }
    let expired = server.token_for("ann", 0);
    assert_eq!(client.refused("authenticate", json!({"token": expired})).await, "token_expired");
    let asked = json!({"user_ids": ["ann"]});
    let presence = client.ok("presence.query", asked).await;
    assert_eq!(presence["items"][0]["online"], true, "still Ann");
    server.stop().await;
}

#[actix_web::test]
async fn an_ended_sign_in_of_somebody_else_does_not_end_the_socket() {
    let server = Server::start();
    let bob = server.actor("bob").await;
    let (session, token) = server.signed_in("bob").await;
    server.chat.accounts.revoke(&bob, session).await.unwrap();
    let mut client = server.client("ann").await;
    assert_eq!(client.refused("authenticate", json!({"token": token})).await, "session_revoked");
    client.ok("ping", json!({})).await;
    let mut stranger = server.stranger().await;
    assert_eq!(stranger.refused("authenticate", json!({"token": token})).await, "session_revoked");
    assert_eq!(stranger.closed().await, 4503);
    server.stop().await;
}

#[actix_web::test]
async fn the_end_of_a_token_is_told_a_minute_before_and_closes() {
    let server = Server::start();
    let mut client = server.client_by(&server.token_for("ann", 60_000)).await;
    client.event("ready").await;
    let expiring = client.hear().await;
    assert_eq!(expiring["type"], "auth.expiring");
    assert_eq!(expiring["data"]["expires_at"], "2025-11-20T12:01:00.000Z");
    server.clock.advance(59_999);
    client.ok("ping", json!({})).await;
    // At `exp`, not after it, and before anything else is answered.
    server.clock.advance(1);
    client.say(r#"{"id":"late","type":"ping"}"#).await;
    assert_eq!(client.closed().await, 4401);
    server.stop().await;
}

#[actix_web::test]
async fn the_end_of_a_token_needs_no_frame() {
    let server = Server::start();
    // The clock of the test stands, so the token has ended when the timer looks.
    let token = server.token_for("ann", 40);
    let mut client = server.client_by(&token).await;
    client.event("auth.expiring").await;
    server.clock.advance(40);
    assert_eq!(client.closed().await, 4401);
    server.stop().await;
}

#[actix_web::test]
async fn an_ended_sign_in_closes_its_sockets() {
    let server = Server::start();
    let ann = server.actor("ann").await;
    let (session, token) = server.signed_in("ann").await;
    let mut ending = server.client_by(&token).await;
    ending.event("ready").await;
    let mut staying = server.client("ann").await;
    server.chat.accounts.revoke(&ann, session).await.unwrap();
    assert_eq!(ending.closed().await, 4503);
    staying.ok("ping", json!({})).await;
    server.stop().await;
}

#[actix_web::test]
async fn one_socket_too_many_is_told_so_and_may_come_back() {
    let hub = HubOptions { sockets_per_user: 1, ..HubOptions::default() };
    let server = Server::with(hub, WsOptions::default());
    let mut first = server.client("ann").await;
    let mut second = server.client_by(&server.token("ann")).await;
    assert_eq!(second.closed().await, 4429);
    let mut third = server.stranger().await;
    let token = json!({"token": server.token("ann")});
    assert_eq!(third.refused("authenticate", token).await, "rate_limited");
    assert_eq!(third.closed().await, 4429);
    first.ok("ping", json!({})).await;
    server.stop().await;
}

#[actix_web::test]
async fn draining_tells_everybody_to_come_back_later() {
    let server = Server::start();
    let (mut client, mut stranger) = (server.client("ann").await, server.stranger().await);
    server.hub.drain();
    let goodbye = client.event("goodbye").await;
    assert!(goodbye["data"]["reconnect_after_ms"].is_u64());
    assert_eq!(client.closed().await, 1001);
    assert_eq!(stranger.closed().await, 1001);
    let mut late = server.client_by(&server.token("ann")).await;
    assert_eq!(late.closed().await, 1001);
    server.stop().await;
}

#[actix_web::test]
async fn a_socket_that_goes_is_forgotten() {
    let server = Server::start();
    let client = server.client("ann").await;
    assert_eq!(server.hub.socket_count(), 1);
    client.close().await;
    for _ in 0..1_000 {
        if server.hub.socket_count() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(server.hub.socket_count(), 0);
    let _: Client = server.client("ann").await;
    server.stop().await;
}
