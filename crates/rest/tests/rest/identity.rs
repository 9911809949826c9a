//! Who may call at all.

use actix_web::http::header::HeaderValue;
use chinwag_domain::{Timestamp, ports::Users as _};
use chinwag_testkit::user;
use serde_json::json;

use crate::{
    routes::{OPEN, ROUTES, filled},
    world::{ABSENT, World, at},
};

#[actix_web::test]
async fn the_header_is_read_strictly() {
    let world = World::new();
    let ann = world.person("ann").await;
    let token = &ann.token;
    for good in [format!("Bearer {token}"), format!("bearer {token}"), format!("BEARER   {token}")]
    {
        let request = at("GET", "/users/me").insert_header(("authorization", good));
        assert_eq!(world.send(request).await.expect(200).json["id"], "ann");
    }
    for bad in [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        token.clone(),
        format!("Bearer{token}"),
        format!("Basic {token}"),
        format!("Token {token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer {token},{token}"),
        format!("Bearer \"{token}\""),
        "Bearer unknown".to_owned(),
        String::new(),
    ] {
        let request = at("GET", "/users/me").insert_header(("authorization", bad.as_str()));
        let reply = world.send(request).await.expect_problem(401, "token_invalid");
        let challenge = r#"Bearer realm="chinwag", error="invalid_token""#;
        assert_eq!(reply.header("www-authenticate"), challenge, "{bad}");
    }
    let bytes = HeaderValue::from_bytes(b"Bearer \xff\xfe").unwrap();
    let request = at("GET", "/users/me").insert_header(("authorization", bytes));
    world.send(request).await.expect_problem(401, "token_invalid");

    let twice = at("GET", "/users/me")
        .append_header(("authorization", ann.bearer()))
        .append_header(("authorization", ann.bearer()));
    world.send(twice).await.expect_problem(401, "token_invalid");

    let reply = world.send(at("GET", "/users/me")).await.expect_problem(401, "token_missing");
    assert_eq!(reply.header("www-authenticate"), r#"Bearer realm="chinwag""#);
}

#[actix_web::test]
async fn a_token_in_the_url_is_no_token() {
    let world = World::new();
    let ann = world.person("ann").await;
    for name in ["token", "access_token"] {
        for path in ["/users/me", "/conversations"] {
            let path = format!("{path}?{name}={}", ann.token);
            world.send(at("GET", &path)).await.expect_problem(401, "token_missing");
            let reply = ann.get(&path).await.expect_refused(&[name]);
            assert!(!reply.text.contains(&ann.token), "{}", reply.text);
        }
    }
    let login = at("POST", "/auth/login?token=x").set_json(json!({}));
    world.send(login).await.expect_refused(&["token"]);
}

#[actix_web::test]
async fn a_token_ends() {
    let world = World::new();
    let ann = world.person("ann").await;
    world.clock.advance(3_599_999);
    ann.get("/users/me").await.expect(200);
    world.clock.advance(1);
    ann.get("/users/me").await.expect_problem(401, "token_expired");

    let body = json!({"username": "bob", "password": "long enough"});
    let signed_in = world.send(at("POST", "/auth/register").set_json(body)).await.expect(201);
    let bearer = format!("Bearer {}", signed_in.json["access_token"].as_str().unwrap());
    let bob = |method, path| at(method, path).insert_header(("authorization", bearer.clone()));
    world.send(bob("GET", "/users/me")).await.expect(200);
    world.send(bob("POST", "/auth/logout")).await.expect(204);
    world.send(bob("GET", "/users/me")).await.expect_problem(401, "session_revoked");
}

#[actix_web::test]
async fn who_is_deactivated_is_told_so() {
    let world = World::new();
    let mut gone = user("eve");
    gone.deactivated_at = Some(Timestamp::from_millis(1));
    world.store.provision(gone).await.unwrap();
    let token = world.tokens.grant(chinwag_domain::AccessClaims {
        subject: chinwag_testkit::user_id("eve"),
        session: None,
        profile: chinwag_domain::Profile::default(),
        role: chinwag_domain::AppRole::Member,
        expires_at: Timestamp::MAX,
    });
    let request =
        at("GET", "/users/me").insert_header(("authorization", format!("Bearer {token}")));
    world.send(request).await.expect_problem(403, "account_deactivated");
}

/// Whatever else is wrong: nobody learns anything without a token.
#[actix_web::test]
async fn every_route_but_the_open_ones_wants_a_token_first() {
    let world = World::new();
    for (path, methods) in ROUTES.iter().filter(|(path, _)| !OPEN.contains(path)) {
        for method in *methods {
            for odd in ["", "?odd=1"] {
                let path = format!("{}{odd}", filled(path, "malformed", "malformed"));
                let request = at(method, &path)
                    .insert_header(("content-type", "text/plain"))
                    .set_payload("{");
                let reply = world.send(request).await;
                assert_eq!((reply.status, &reply.json["code"]), (401, &json!("token_missing")));
            }
        }
    }
}

/// A conversation that one is not in is as one that does not exist, whatever the body.
#[actix_web::test]
async fn a_stranger_sees_no_difference_between_absent_and_not_theirs() {
    let world = World::new();
    let (ann, _bob) = (world.person("ann").await, world.person("bob").await);
    let eve = world.person("eve").await;
    let conversation = ann.group(&["bob"]).await;
    let message = ann.say(&conversation, "hello").await;
    for (path, methods) in ROUTES {
        if !path.contains("{conversation_id}") && !path.contains("{message_id}") {
            continue;
        }
        let query = if path.ends_with("/changes") { "?since=0" } else { "" };
        for method in *methods {
            for body in ["", "{", "{\"odd\":1}", "[]"] {
                let theirs = format!("{}{query}", filled(path, &conversation, &message));
                let absent = format!("{}{query}", filled(path, ABSENT, ABSENT));
                let malformed = format!("{}{query}", filled(path, "1", "1"));
                let mut replies = Vec::new();
                for path in [theirs, absent, malformed] {
                    let reply = eve.raw(method, &path, body).await;
                    let mut reply = reply.expect_problem(404, "not_found");
                    reply.json["request_id"].take();
                    replies.push(reply.json);
                }
                assert_eq!(replies[0], replies[1], "{method} {path}");
                assert_eq!(replies[0], replies[2], "{method} {path}");
            }
        }
    }
}

#[actix_web::test]
async fn what_one_may_not_do_is_said_before_what_is_wrong_with_the_body() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let group = ann.group(&["bob"]).await;
    let message = ann.say(&group, "hello").await;
    for (method, path) in [
        ("PATCH", format!("/conversations/{group}")),
        ("POST", format!("/conversations/{group}/participants")),
        ("PATCH", format!("/conversations/{group}/participants/ann")),
        ("PATCH", format!("/messages/{message}")),
    ] {
        for body in ["{", "{\"odd\":1}"] {
            bob.raw(method, &path, body).await.expect_problem(403, "forbidden");
            let reply = ann.raw(method, &path, body).await;
            assert!(matches!(reply.status, 400 | 422), "{}", reply.text);
        }
    }
}
