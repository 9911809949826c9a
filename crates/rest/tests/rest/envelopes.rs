//! Request ids and headers.

use actix_web::{
    App, HttpResponse,
    http::header,
    middleware::from_fn,
    test::{TestRequest, call_service, init_service},
    web,
};
use chinwag_rest::{RestOptions, configure, envelope};
use serde_json::json;

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
