//! Which paths there are, and which methods each answers.

use crate::world::{World, at};

/// The protocol's routes.
pub const ROUTES: &[(&str, &[&str])] = &[
    ("/auth/register", &["POST"]),
    ("/auth/login", &["POST"]),
    ("/auth/guest", &["POST"]),
    ("/auth/refresh", &["POST"]),
    ("/auth/logout", &["POST"]),
    ("/auth/sessions", &["GET"]),
    ("/auth/sessions/{session_id}", &["DELETE"]),
    ("/users", &["GET"]),
    ("/users/import", &["POST"]),
    ("/users/me/export", &["GET"]),
    ("/users/me", &["GET", "PATCH"]),
    ("/users/me/devices", &["GET"]),
    ("/users/me/devices/phone", &["PUT", "DELETE"]),
    ("/users/me/devices/phone/test", &["POST"]),
    ("/users/{user_id}", &["GET", "PUT", "DELETE"]),
    ("/presence", &["GET"]),
    ("/conversations", &["GET", "POST"]),
    ("/conversations/{conversation_id}", &["GET", "PATCH", "DELETE"]),
    ("/conversations/{conversation_id}/membership", &["PATCH"]),
    ("/conversations/{conversation_id}/clear", &["POST"]),
    ("/conversations/{conversation_id}/leave", &["POST"]),
    ("/conversations/{conversation_id}/read", &["POST"]),
    ("/conversations/{conversation_id}/delivered", &["POST"]),
    ("/conversations/{conversation_id}/participants", &["GET", "POST"]),
    ("/conversations/{conversation_id}/participants/{user_id}", &["PATCH", "DELETE"]),
    ("/conversations/{conversation_id}/messages", &["GET", "POST"]),
    ("/conversations/{conversation_id}/changes", &["GET"]),
    ("/messages", &["POST"]),
    ("/messages/{message_id}", &["GET", "PATCH", "DELETE"]),
    ("/messages/{message_id}/read", &["PUT"]),
    ("/messages/{message_id}/receipts", &["GET"]),
    ("/messages/{message_id}/reactions/{emoji}", &["PUT", "DELETE"]),
    ("/sync", &["POST"]),
    ("/unread", &["GET"]),
    ("/audit/logs", &["GET"]),
    ("/audit/export", &["GET"]),
];

/// Those that need no token.
pub const OPEN: &[&str] = &["/auth/register", "/auth/login", "/auth/guest", "/auth/refresh"];

/// A path with ids in it.
pub fn filled(path: &str, conversation: &str, message: &str) -> String {
    path.replace("{conversation_id}", conversation)
        .replace("{message_id}", message)
        .replace("{session_id}", message)
        .replace("{user_id}", "ann")
        .replace("{emoji}", "%F0%9F%91%8D")
}

#[actix_web::test]
async fn another_method_is_told_which_there_are() {
    let world = World::new();
    let ann = world.person("ann").await;
    for (path, methods) in ROUTES {
        let mut allowed: Vec<&str> = methods.to_vec();
        if allowed.contains(&"GET") {
            allowed.push("HEAD");
        }
        allowed.sort_unstable();
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "ODD"] {
            let reply = ann.send(at(method, &filled(path, "x", "x"))).await;
            if allowed.contains(&method) {
                assert_ne!(reply.status, 405, "{method} {path}");
                continue;
            }
            let reply = reply.expect_problem(405, "method_not_allowed");
            let mut said: Vec<_> = reply.header("allow").split(", ").collect();
            said.sort_unstable();
            assert_eq!(said, allowed, "{path}");
        }
    }
}

#[actix_web::test]
async fn any_other_path_is_unknown() {
    let world = World::new();
    let ann = world.person("ann").await;
    for path in [
        "",
        "/",
        "/nowhere",
        "/users/me/",
        "/users//me",
        "/Users/me",
        "/conversations/x/y/z",
        "/messages/x/reactions/",
        "/messages/x/reactions/a/b",
        "/users/../users/me/..",
        "/users/%00",
        "/users/%FF",
        "/users/%2e%2e%2f",
        "/users/%",
        "/users/%zz",
    ] {
        ann.get(path).await.expect_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn segments_are_decoded_once() {
    let world = World::new();
    let ann = world.person("ann").await;
    for id in ["auth0|5f7c", "bob@example.org", "a+b=c~d-e:f.g_h"] {
        world.person(id).await;
        let encoded: Vec<String> = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let encoded = encoded.concat();
        for path in [encoded, id.replace('|', "%7C")] {
            assert_eq!(ann.get(&format!("/users/{path}")).await.expect(200).json["id"], id);
        }
    }
    // `%2562` is the text `%62`, not the letter that this would stand for.
    ann.get("/users/%2562ob@example.org").await.expect_problem(404, "not_found");

    let group = ann.group(&[]).await;
    let message = ann.say(&group, "hello").await;
    for (path, emoji) in [
        ("%F0%9F%91%8D", "👍"),
        ("👍", "👍"),
        (":thumbs_up:", ":thumbs_up:"),
        ("%2B1", "+1"),
        ("+1", "+1"),
        ("%2F", "/"),
        ("%25", "%"),
    ] {
        // Test requests want URIs; a browser's may hold the letters themselves.
        let path: String = path
            .bytes()
            .map(|b| if b.is_ascii() { char::from(b).into() } else { format!("%{b:02X}") })
            .collect();
        let path = format!("/messages/{message}/reactions/{path}");
        let reply = ann.send(at("PUT", &path)).await.expect(200);
        assert_eq!(
            reply.json["reactions"],
            serde_json::json!([{"emoji": emoji, "count": 1, "me": true}])
        );
        let reply = ann.send(at("DELETE", &path)).await.expect(200);
        assert_eq!(reply.json["reactions"], serde_json::json!([]));
    }
    for odd in ["%20", "%00", "%0A", &"x".repeat(33)] {
        let path = format!("/messages/{message}/reactions/{odd}");
        ann.send(at("PUT", &path)).await.expect_refused(&["/emoji"]);
    }
}
