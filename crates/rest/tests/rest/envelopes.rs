//! Request ids, headers and the trace of a request.

use std::{
    io,
    sync::{Arc, Mutex},
};

use actix_web::{
    App, HttpResponse,
    http::header,
    middleware::from_fn,
    test::{TestRequest, call_service, init_service},
    web,
};
use chinwag_rest::{RestOptions, configure, envelope};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::world::{Reply, World, at};

#[actix_web::test]
async fn a_sane_request_id_is_kept_and_another_is_replaced() {
    let world = World::new();
    let id = async |given: Option<&[u8]>| {
        let mut request = at("GET", "/users/me");
        if let Some(given) = given {
            let value = header::HeaderValue::from_bytes(given).unwrap();
            request = request.insert_header(("x-request-id", value));
        }
        let reply = world.send_as_it_is(request).await.expect_problem(401, "token_missing");
        reply.header("x-request-id").to_owned()
    };
    let long = "x".repeat(64);
    for sane in ["a", "0190-b!~", &long] {
        assert_eq!(id(Some(sane.as_bytes())).await, sane);
    }
    let too_long = "x".repeat(65);
    for odd in ["", "a b", "a\tb", "ä", &too_long] {
        let made = id(Some(odd.as_bytes())).await;
        assert_eq!((made.len(), made == odd), (36, false), "{odd:?} -> {made}");
    }
    assert_eq!(id(Some(b"\xff")).await.len(), 36);
    assert_ne!(id(None).await, id(None).await);
}

#[actix_web::test]
async fn every_answer_has_the_security_headers() {
    let world = World::new();
    let ann = world.person("ann").await;
    for reply in [
        ann.get("/users/me").await.expect(200),
        ann.get("/users/nobody").await.expect(404),
        ann.get("/nowhere").await.expect(404),
        ann.call("PUT", "/users/me", json!({})).await.expect(405),
        world.send(at("GET", "/users/me")).await.expect(401),
    ] {
        assert_eq!(reply.header("cache-control"), "no-store", "{}", reply.text);
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{}", reply.text);
        assert!(reply.header("x-request-id").starts_with('r'), "{}", reply.text);
    }
}

#[actix_web::test]
async fn the_host_keeps_its_own_routes_and_its_own_word_on_caching() {
    let world = World::new();
    let routes =
        configure(world.chat.clone(), RestOptions { base: "/chat".into(), ..world.options });
    let own =
        || async { HttpResponse::Ok().insert_header(("cache-control", "no-cache")).body("own") };
    let app = App::new()
        .wrap(from_fn(envelope))
        .configure(routes)
        .route("/own", web::get().to(own))
        .route("/missing", web::get().to(HttpResponse::NotFound));
    let app = init_service(app).await;
    let get = async |path| {
        let request = TestRequest::with_uri(path).insert_header(("x-request-id", "r1"));
        Reply::of(call_service(&app, request.to_request()).await).await
    };
    let reply = get("/own").await.expect(200);
    assert_eq!((reply.text.as_str(), reply.header("cache-control")), ("own", "no-cache"));
    assert_eq!(reply.header("x-request-id"), "r1");
    for path in ["/missing", "/nowhere", "/chat/nowhere"] {
        get(path).await.expect_problem(404, "not_found");
    }
    let reply = get("/chat/users/me").await.expect_problem(401, "token_missing");
    assert_eq!(reply.headers.get_all("x-request-id").count(), 1, "one envelope inside another");
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[actix_web::test]
async fn the_trace_tells_the_template_and_no_secrets() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(captured.clone())
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

    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
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
