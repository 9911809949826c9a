//! What people say, and what they are known by, is in no log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]
#![allow(dead_code, reason = "the parts are shared with the other tests")]

#[path = "sockets/client.rs"]
mod client;
#[path = "sockets/server.rs"]
mod server;

use chinwag_testkit::Log;
use serde_json::json;
use server::Server;
use tracing_subscriber::EnvFilter;

/// Alone in its program, since a log is for all of it.
#[actix_web::test]
async fn neither_tokens_nor_words_are_logged() {
    const WORDS: &str = "canary-in-the-words";
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("info,chinwag_ws=trace,chinwag_application=trace"))
        .with_writer(move || writer.clone())
        .init();

    let server = Server::start();
    let (ann, bob) = (server.actor("ann").await, server.actor("bob").await);
    let group = server.group(&ann, &[&bob]).await;
    let token = server.token("ann");
    let mut client = server.stranger().await;
    client.ok("authenticate", json!({ "token": token })).await;
    client.event("ready").await;
    let send = json!({"conversation_id": group, "content": WORDS, "client_id": WORDS});
    let message = client.ok("message.send", send).await["id"].take();
    client.ok("message.edit", json!({"message_id": message, "content": format!("{WORDS}!")})).await;
    // Where they do not belong, and in what cannot be read.
    for (kind, data) in [
        ("authenticate", json!({"token": format!("bad-{token}")})),
        ("authenticate", json!({"token": [token]})),
        ("message.send", json!({"conversation_id": WORDS, "content": WORDS, "kind": WORDS})),
        ("message.send", json!({"conversation_id": group, WORDS: WORDS})),
        (WORDS, json!({})),
    ] {
        client.refused(kind, data).await;
    }
    client.say(format!("{{\"id\":\"{WORDS}\",\"token\":\"{token}\"")).await;
    client.hear().await;
    let path = format!("/api/v1/ws?token={token}");
    assert!(client::Client::connect_to(server.address, &path, &[]).await.is_err());
    client.close().await;
    server.hub.drain();
    server.stop().await;

    tracing::info!("the log works");
    let logged = log.text();
    assert!(logged.contains("the log works"));
    for secret in [token.as_str(), WORDS] {
        assert!(!logged.contains(secret), "{logged}");
    }
}
