//! Pages of other origins.

use actix_web::test::TestRequest;

use crate::world::{Reply, World, at};

const FRIEND: &str = "https://app.example";

fn world() -> World {
    let mut world = World::new();
    world.options.origins = vec![FRIEND.to_owned()];
    world
}

fn preflight(origin: &str, method: &str, headers: &str) -> TestRequest {
    at("OPTIONS", "/users/me")
        .insert_header(("origin", origin.to_owned()))
        .insert_header(("access-control-request-method", method.to_owned()))
        .insert_header(("access-control-request-headers", headers.to_owned()))
}

fn allowed(reply: &Reply) -> &str {
    reply.header("access-control-allow-origin")
}

#[actix_web::test]
async fn a_befriended_page_may_call() {
    let world = world();
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let asked = preflight(FRIEND, method, "authorization, content-type, x-request-id");
        let reply = world.send(asked).await.expect(200);
        assert_eq!(allowed(&reply), FRIEND);
        assert!(!reply.headers.contains_key("access-control-allow-credentials"));
    }
    let reply = world.send(at("GET", "/users/me").insert_header(("origin", FRIEND))).await;
    let reply = reply.expect_problem(401, "token_missing");
    assert_eq!(allowed(&reply), FRIEND, "a page must be able to read problems");
    let exposed = reply.header("access-control-expose-headers").to_lowercase();
    for name in ["location", "link", "retry-after", "x-request-id", "www-authenticate"] {
        assert!(exposed.contains(name), "{exposed}");
    }
}

#[actix_web::test]
async fn any_other_page_may_not() {
    let world = world();
    for origin in ["https://evil.example", "https://app.example.evil", "http://app.example", "null"]
    {
        let reply = world.send(preflight(origin, "GET", "authorization")).await;
        assert_eq!(allowed(&reply), "", "{origin}");
        let reply = world.send(at("GET", "/users/me").insert_header(("origin", origin))).await;
        assert_eq!(allowed(&reply), "", "{origin}");
    }
    let odd = world.send(preflight(FRIEND, "TRACE", "authorization")).await;
    odd.expect_problem(400, "validation_failed");
    let odd = world.send(preflight(FRIEND, "GET", "x-odd")).await;
    odd.expect_problem(400, "validation_failed");
}

#[actix_web::test]
async fn a_page_of_the_server_itself_is_not_in_the_way() {
    let world = World::new();
    let ann = world.person("ann").await;
    let own = at("GET", "/users/me").insert_header(("origin", "http://localhost:8080"));
    ann.send(own).await.expect(200);
}
