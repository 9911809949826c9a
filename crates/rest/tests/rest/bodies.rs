//! Request bodies.

use std::io::Write as _;

use actix_web::test::TestRequest;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::world::{World, at};

/// A body and what it is said to be.
fn typed(kind: &str, body: impl Into<Vec<u8>>) -> TestRequest {
    at("PATCH", "/users/me")
        .insert_header(("content-type", kind.to_owned()))
        .set_payload(body.into())
}

#[actix_web::test]
async fn what_is_no_json_is_told_from_what_does_not_fit() {
    let world = World::new();
    let ann = world.person("ann").await;
    let deep = "[".repeat(10_000);
    for body in ["{", "nope", "{} {}", "{\"name\":}", "\u{0}", &deep, "{\"name\":\"a\u{0}\"}"] {
        ann.raw("PATCH", "/users/me", body).await.expect_problem(400, "validation_failed");
    }
    let not_utf8 = b"{\"name\":\"\xff\xfe\"}".to_vec();
    ann.raw("PATCH", "/users/me", not_utf8).await.expect_problem(400, "validation_failed");
    for (body, pointer) in [
        ("{\"name\":5}", "/name"),
        ("{\"name\":\"\"}", "/name"),
        ("{\"nmae\":\"x\"}", "/nmae"),
        ("{\"role\":\"admin\"}", "/role"),
        ("{\"name\":\"a\",\"name\":\"b\"}", "/name"),
        ("{\"avatar_url\":\"javascript:x\"}", "/avatar_url"),
        ("[]", ""),
        ("[\"Ann\",null]", ""),
        ("3", ""),
    ] {
        let reply = ann.raw("PATCH", "/users/me", body).await;
        let reply = reply.expect_problem(422, "validation_failed");
        let said = reply.json["errors"][0]["pointer"].as_str().unwrap();
        // An unknown or repeated field is named in the detail where the parser gives no path.
        let detail = reply.json["errors"][0]["detail"].as_str().unwrap();
        let named = pointer.strip_prefix('/').is_some_and(|name| detail.contains(name));
        assert!(said == pointer || named, "{body}: {}", reply.text);
    }
}

#[actix_web::test]
async fn a_body_must_be_said_to_be_json() {
    let world = World::new();
    let ann = world.person("ann").await;
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;charset=\"UTF-8\"",
        "application/json; odd=1",
    ] {
        ann.send(typed(kind, "{}")).await.expect(200);
    }
    for kind in [
        "text/plain",
        "application/json-patch+json",
        "application/jsonx",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "json",
        "",
    ] {
        let reply = ann.send(typed(kind, "{}")).await;
        reply.expect_problem(415, "unsupported_media_type");
    }
    let reply = ann.send(at("PATCH", "/users/me").set_payload("{}")).await;
    reply.expect_problem(415, "unsupported_media_type");
    for encoding in ["br", "deflate", "gzip, gzip", "?"] {
        let packed = typed("application/json", "{}").insert_header(("content-encoding", encoding));
        ann.send(packed).await.expect_problem(415, "unsupported_media_type");
    }
    let plain = typed("application/json", "{}").insert_header(("content-encoding", "identity"));
    ann.send(plain).await.expect(200);
}

fn gzipped(kind: &str, body: &[u8]) -> TestRequest {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    typed(kind, encoder.finish().unwrap()).insert_header(("content-encoding", "gzip"))
}

#[actix_web::test]
async fn a_packed_body_is_unpacked_no_further_than_a_plain_one_may_go() {
    let world = World::new();
    let ann = world.person("ann").await;
    let reply = ann.send(gzipped("application/json", br#"{"name":"Packed"}"#)).await;
    assert_eq!(reply.expect(200).json["name"], "Packed");
    // 256 MiB in 256 KiB: a thousand times.
    let bomb = gzipped("application/json", &vec![b' '; 256 << 20]);
    ann.send(bomb).await.expect_problem(413, "payload_too_large");
    let broken = typed("application/json", "{}").insert_header(("content-encoding", "gzip"));
    ann.send(broken).await.expect_problem(400, "validation_failed");
    let other = gzipped("text/plain", b"{}");
    ann.send(other).await.expect_problem(415, "unsupported_media_type");
    // Who has no token is told that first.
    let nobody = gzipped("application/json", &vec![b' '; 1 << 20]);
    world.send(nobody).await.expect_problem(401, "token_missing");
}

#[actix_web::test]
async fn nothing_needs_no_type_and_counts_as_an_empty_object() {
    let world = World::new();
    let ann = world.person("ann").await;
    ann.send(at("PATCH", "/users/me")).await.expect(200);
    ann.send(typed("text/plain", "")).await.expect(200);
    ann.send(at("POST", "/sync")).await.expect(200);
    let group = ann.group(&[]).await;
    ann.send(at("POST", &format!("/conversations/{group}/read"))).await.expect(200);
    // `seq` must be there.
    let path = format!("/conversations/{group}/delivered");
    ann.send(at("POST", &path)).await.expect_problem(422, "validation_failed");
}

#[actix_web::test]
async fn a_body_has_at_most_256_kib() {
    let world = World::new();
    let ann = world.person("ann").await;
    let padded = |bytes: usize| format!("{}{{}}", " ".repeat(bytes - 2));
    ann.raw("PATCH", "/users/me", padded(256 * 1024)).await.expect(200);
    for bytes in [256 * 1024 + 1, 3 * 1024 * 1024] {
        let reply = ann.raw("PATCH", "/users/me", padded(bytes)).await;
        reply.expect_problem(413, "payload_too_large");
    }
}

/// Text is data: it comes back as it was sent.
#[actix_web::test]
async fn text_comes_back_as_it_was_sent() {
    let world = World::new();
    let ann = world.person("ann").await;
    let group = ann.group(&[]).await;
    let path = format!("/conversations/{group}/messages");
    for text in
        ["<script>alert(1)</script>", "' OR 1=1 --", "a\r\n\tb", "\u{202e}👩‍👩‍👧‍👦", "\\u0041\"\\"]
    {
        let reply = ann.call("POST", &path, json!({"content": text})).await.expect(201);
        assert_eq!(reply.json["content"], text);
        assert_eq!(reply.header("content-type"), "application/json");
    }
}

#[actix_web::test]
async fn a_client_cannot_set_what_is_the_servers() {
    let world = World::new();
    let ann = world.person("ann").await;
    let group = ann.group(&[]).await;
    let path = format!("/conversations/{group}/messages");
    for (field, value) in [
        ("sender_id", json!("bob")),
        ("sender", json!({"id": "bob"})),
        ("seq", json!(9)),
        ("revision", json!(9)),
        ("status", json!("read")),
        ("role", json!("admin")),
        ("created_at", json!("2020-01-01T00:00:00.000Z")),
        ("conversation_id", Value::String(group.clone())),
        ("recipient_id", json!("bob")),
    ] {
        let body = json!({"content": "x", field: value});
        let reply = ann.call("POST", &path, body).await;
        let reply = reply.expect_problem(422, "validation_failed");
        assert!(reply.json["errors"].to_string().contains(field), "{}", reply.text);
    }
}
