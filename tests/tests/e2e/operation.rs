//! Running it: origins, configuration, errors as problems, stopping and starting.

use chinwag_client::{Method, Outgoing, Response};
use chinwag_tests::{
    PATIENCE, World, expect_close, expect_event, expect_problem, expect_status, on_both_databases,
};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    process::{Command, Output, Stdio},
};

on_both_databases!(
    c6_every_error_is_a_problem,
    c6_everything_is_there_again_after_a_crash,
    c6_stopping_is_graceful,
    c6_stopping_loses_nothing_that_was_acknowledged,
    health_is_told,
);
on_both_databases!(
    with &[("cors.origins", "https://app.example,https://two.example")];
    a19_only_configured_origins_get_cors_headers,
);

async fn a19_only_configured_origins_get_cors_headers(world: World) {
    let alice = world.person("alice").await;
    let preflight = async |origin: &str| -> Response {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "PATCH"),
            ("access-control-request-headers", "authorization,content-type"),
        ];
        let nobody = world.nobody();
        nobody.request_with_headers(Method::OPTIONS, "/users/me", &headers).await.unwrap()
    };
    let get = async |origin: &str| -> Response {
        let headers = [("origin", origin)];
        let alice = &alice.client;
        alice.request_with_headers(Method::GET, "/users/me", &headers).await.unwrap()
    };
    for origin in ["https://app.example", "https://two.example"] {
        let answer = preflight(origin).await;
        assert!((200..300).contains(&answer.status), "{origin}: {}", answer.status);
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        assert!(answer.header("access-control-allow-methods").contains("PATCH"));
        let allowed = answer.header("access-control-allow-headers").to_lowercase();
        assert!(allowed.contains("authorization") && allowed.contains("content-type"), "{allowed}");
        let got = get(origin).await;
        assert_eq!(got.header("access-control-allow-origin"), origin);
        expect_status(got, 200);
    }
    for origin in ["https://evil.example", "null", "https://app.example.evil"] {
        assert_eq!(preflight(origin).await.header("access-control-allow-origin"), "", "{origin}");
        assert_eq!(get(origin).await.header("access-control-allow-origin"), "", "{origin}");
    }
}

async fn c6_every_error_is_a_problem(world: World) {
    let alice = world.person("alice").await;
    let group = alice.group_with("Team", &[]).await;
    let path = format!("/conversations/{}/messages", group.id);

    expect_problem(&alice.get("/no/such/route").await, 404, "not_found");
    expect_problem(&alice.delete("/users/me").await, 405, "method_not_allowed");
    expect_problem(&alice.put("/conversations").await, 405, "method_not_allowed");
    let no_socket = alice.delete("/ws").await;
    expect_problem(&no_socket, 405, "method_not_allowed");
    assert_eq!(no_socket.header("allow"), "GET");
    let problem = expect_problem(&alice.get("/ws").await, 400, "validation_failed");
    let said = "the request cannot be read: a WebSocket handshake is needed here";
    assert_eq!(problem.detail.as_deref(), Some(said));
    let raw = async |content_type: Option<&str>, body: Vec<u8>| {
        alice.client.request_raw(Method::POST, &path, content_type, body).await.unwrap()
    };
    let json = Some("application/json");
    for body in ["{", "content=x", "{\"content\":\"x\"} {}", "\u{0}"] {
        expect_problem(&raw(json, body.into()).await, 400, "validation_failed");
    }
    expect_problem(
        &raw(json, b"{\"content\":\"\xff\xfe\"}".to_vec()).await,
        400,
        "validation_failed",
    );
    for body in ["[]", "null", "3", "\"text\""] {
        expect_problem(&raw(json, body.into()).await, 422, "validation_failed");
    }
    let fine = br#"{"content":"x"}"#;
    expect_problem(&raw(Some("text/plain"), fine.to_vec()).await, 415, "unsupported_media_type");
    let large = json!({"content": "x", "metadata": "y".repeat(256 * 1024)}).to_string();
    expect_problem(&raw(json, large.into_bytes()).await, 413, "payload_too_large");
    let nested =
        format!("{{\"content\":\"x\",\"metadata\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let problem = expect_problem(&raw(json, nested.into_bytes()).await, 422, "validation_failed");
    assert!(problem.errors[0].pointer.starts_with("/metadata/0/0"), "{problem:?}");
    assert_eq!(world.database.count("messages").await, 0);

    // Every answer has an id by which its log lines are found.
    let answer = alice.get("/users/me").await;
    assert!(!answer.header("x-request-id").is_empty(), "{:?}", answer.headers);
    let refused = alice.get("/no/such/route").await;
    assert_eq!(refused.json["request_id"], refused.header("x-request-id"));
}

async fn c6_everything_is_there_again_after_a_crash(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let sent = alice.say(direct.id, "survives").await;
    bob.client.mark_read(direct.id, None).await.unwrap();

    world.server.restart().await;
    let alice = alice.at(&world.server.url());
    let message = alice.client.message(sent.id).await.unwrap();
    assert_eq!(
        (message.content.as_deref(), message.status.as_deref()),
        (Some("survives"), Some("read"))
    );
    let next = alice.say(direct.id, "next").await;
    assert_eq!((next.seq, next.revision), (sent.seq + 1, sent.revision + 1));
}

async fn c6_stopping_is_graceful(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let socket = bob.socket().await;
    let sent = alice.say(direct.id, "before").await;

    world.server.begin_stop();
    let goodbye = expect_event(&socket, "goodbye").await;
    assert!(goodbye.data["reconnect_after_ms"].is_u64(), "{goodbye:?}");
    assert_eq!(expect_close(&socket).await, 1001);
    let status = world.server.stop().await;
    assert!(status.success(), "{status}");

    world.server.restart().await;
    let alice = alice.at(&world.server.url());
    assert_eq!(alice.client.message(sent.id).await.unwrap().content.as_deref(), Some("before"));
}

async fn c6_stopping_loses_nothing_that_was_acknowledged(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let socket = alice.socket().await;
    let texts: Vec<String> = (0..400).map(|number| number.to_string()).collect();

    // Half over REST, half over a socket, all while the server is asked to end.
    let sends: stream::FuturesUnordered<_> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let (alice, socket) = (&alice, &socket);
            async move {
                let message = Outgoing::text(text.as_str()).with_client_id(text.as_str());
                if number % 2 == 0 {
                    return alice.client.send(direct.id, &message).await.is_ok().then_some(text);
                }
                let mut frame = json!(message);
                frame["conversation_id"] = json!(direct.id);
                socket.request("message.send", frame).await.is_ok().then_some(text)
            }
        })
        .collect();
    let mut answers = 0;
    let acknowledged: BTreeSet<String> = sends
        .inspect(|_| {
            answers += 1;
            if answers == 20 {
                world.server.begin_stop();
            }
        })
        .filter_map(|text| async move { text.cloned() })
        .collect()
        .await;
    assert!(acknowledged.len() >= 20, "{}", acknowledged.len());
    let status = world.server.stop().await;
    assert!(status.success(), "{status}");

    world.server.restart().await;
    let bob = bob.at(&world.server.url());
    let path = format!("/conversations/{}/messages?order=asc&limit=100", direct.id);
    let mut stored = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = expect_status(bob.get(&format!("{path}{cursor}")).await, 200);
        let items = page["items"].as_array().unwrap();
        stored.extend(items.iter().map(|it| it["content"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let each_once: BTreeSet<String> = stored.iter().cloned().collect();
    assert_eq!(each_once.len(), stored.len());
    let lost: Vec<_> = acknowledged.difference(&each_once).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

async fn health_is_told(world: World) {
    for path in ["/health/live", "/health/ready"] {
        let answer = world.http(Method::GET, path, &[], Vec::new()).await;
        assert_eq!(answer.status, 200, "{path}");
    }
}

/// Runs the binary to its end with this configuration and nothing else.
pub(crate) fn run_with(settings: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_chinwag-under-test"));
    child.arg("serve").current_dir(folder.path()).env_clear().envs(settings.iter().copied());
    child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    // Held open, since the process ends with it; and a process that did start must not run for ever.
    let stdin = child.stdin.take();
    let (done, ended) = std::sync::mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        let timed_out = ended.recv_timeout(PATIENCE).is_err();
        drop(stdin);
        timed_out
    });
    let output = child.wait_with_output().unwrap();
    let _ = done.send(());
    assert!(!watch.join().unwrap(), "it started: {}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn c6_a_mistyped_key_names_the_right_one() {
    let output = run_with(&[("CHINWAG_SERVER__PROT", "8080")]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
    assert!(said.contains("prot") && said.contains("port"), "{said}");
}

#[test]
fn c6_a_public_address_needs_a_secret() {
    let public = ("CHINWAG_SERVER__HOST", "0.0.0.0");
    let port = ("CHINWAG_SERVER__PORT", "0");
    let output = run_with(&[public, port]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("auth.secret") || said.contains("AUTH__SECRET"), "{said}");
    // Nor does a short one do.
    let output = run_with(&[public, port, ("CHINWAG_AUTH__SECRET", "short")]);
    assert!(!output.status.success());
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{output:?}");
    assert_ne!(Value::from(output.status.code()), json!(0));
}
