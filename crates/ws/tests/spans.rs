//! What is logged of a request can be told from what is logged of others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]
#![allow(dead_code, reason = "the parts are shared with the other tests")]

#[path = "sockets/client.rs"]
mod client;
#[path = "sockets/server.rs"]
mod server;

use chinwag_testkit::Log;
use serde_json::json;
use server::Server;
use tracing_subscriber::{EnvFilter, fmt::format::FmtSpan};

/// Alone in its program, since a log is for all of it.
#[actix_web::test]
async fn at_the_usual_level_every_request_has_a_span_of_its_own() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("info"))
        .with_span_events(FmtSpan::NEW)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();

    let server = Server::start();
    let (ann, bob) = (server.actor("ann").await, server.actor("bob").await);
    let group = server.group(&ann, &[&bob]).await;
    let mut client = server.stranger().await;
    client.ok("authenticate", json!({ "token": server.token("ann") })).await;
    let ready = client.event("ready").await;
    client.ok("message.send", json!({"conversation_id": group, "content": "hello"})).await;
    client.close().await;
    server.hub.drain();
    server.stop().await;

    let logged = log.text();
    // The id that problems of this socket carry.
    let id = ready["data"]["session_id"].as_str().unwrap();
    for number in [1, 2] {
        let span = format!("frame{{request_id=\"{id}\" number={number}}}");
        assert!(logged.contains(&span), "{span} in\n{logged}");
    }
}
