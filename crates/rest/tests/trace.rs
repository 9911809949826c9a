//! The trace of a request. In a program of its own: which subscriber listens is
//! decided once for all threads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails loudly

#[allow(dead_code)] // shared with the other tests
#[path = "rest/world.rs"]
mod world;

use chinwag_testkit::Log;
use serde_json::json;

use crate::world::{World, at};

#[actix_web::test]
async fn the_trace_tells_the_template_and_no_secrets() {
    let captured = Log::default();
    let writer = captured.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .json()
        .finish();
    let world = World::new();
    let ann = world.person("ann").await;
    let id = ann.group(&[]).await;
    let guard = tracing::subscriber::set_default(subscriber);
    let canary = "canary-4711";
    let path = format!("/conversations/{id}/messages?search={canary}");
    ann.get(&path).await.expect(200);
    ann.say(&id, canary).await;
    ann.get(&format!("/{canary}?token={canary}")).await.expect(404);
    let login = json!({"username": canary, "password": canary});
    world.send(at("POST", "/auth/login").set_json(login)).await.expect(401);
    let forged =
        at("GET", "/users/me").insert_header(("authorization", format!("Bearer {canary}")));
    world.send(forged).await.expect(401);
    drop(guard);

    let log = captured.text();
    let answered: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &serde_json::Value| line["fields"]["message"] == "answered")
        .collect();
    let spans: Vec<_> = answered.iter().map(|line| &line["span"]).collect();
    let seen: Vec<_> = spans
        .iter()
        .map(|span| (span["method"].as_str(), span["path"].as_str(), span["status"].as_u64()))
        .collect();
    let messages = Some("/api/v1/conversations/{conversation_id}/messages");
    assert_eq!(
        seen,
        [
            (Some("GET"), messages, Some(200)),
            (Some("POST"), messages, Some(201)),
            (Some("GET"), Some("-"), Some(404)),
            (Some("POST"), Some("/api/v1/auth/login"), Some(401)),
            (Some("GET"), Some("/api/v1/users/me"), Some(401)),
        ]
    );
    for span in spans {
        assert!(span["id"].as_str().is_some_and(|id| id.starts_with('r')), "{span}");
        assert!(span["duration_ms"].is_f64(), "{span}");
    }
    assert!(!log.contains(canary), "{log}");
    assert!(!log.contains(&ann.token), "{log}");
}
