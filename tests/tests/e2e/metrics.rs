//! e12: what the server measures: every metric is described, listed and counts what it says; who may read them.

use crate::webhooks::root;
use chinwag_client::Method;
use chinwag_tests::{
    Exposition, FakeFcm, Receiver, World, expect_event, expect_status, on_both_databases, soon,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Set: the list of metrics is written instead of compared.
const WRITE: &str = "CHINWAG_WRITE_METRICS";

on_both_databases!(
    e12_metrics_count_what_happened,
    e12_every_frame_counts_as_what_it_is,
    e12_what_people_say_is_in_no_metric,
    e12_connections_are_counted_until_they_end,
    e12_metrics_are_for_this_machine_or_for_a_token,
);
on_both_databases!(with &[
        ("webhooks.allow_private", "true"),
        ("jobs.first_pause_ms", "600000"),
    ];
    e12_every_metric_is_listed_and_every_one_of_the_dashboard_exists,
);
on_both_databases!(with &[
        ("server.trusted_proxies", "127.0.0.1"),
        ("limits.requests_per_second", "1"),
        ("limits.requests_burst", "5"),
        ("limits.address_factor", "2"),
    ];
    e12_who_asks_for_metrics_through_a_proxy_is_who_came_to_it,
);
on_both_databases!(with &[("limits.sends_burst", "2"), ("limits.sends_per_second", "1")];
    e12_who_was_told_to_wait_is_counted,
);

async fn scrape(world: &World) -> Exposition {
    let answer = world.http(Method::GET, "/metrics", &[], Vec::new()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    Exposition::read(std::str::from_utf8(&answer.bytes).unwrap())
}

async fn e12_metrics_count_what_happened(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let before = scrape(&world).await;
    let (from, to) = (alice.socket().await, bob.socket().await);
    let send = json!({"conversation_id": group.id, "content": "hello", "client_id": "one"});
    from.request("message.send", send.clone()).await.unwrap();
    from.request("message.send", send).await.unwrap();
    alice.say(group.id, "over REST").await;
    expect_event(&to, "message.created").await;
    expect_event(&to, "message.created").await;
    from.request("sync", json!({"conversations": {}})).await.unwrap();
    from.request("no.such.request", json!({})).await.unwrap_err();

    let after = scrape(&world).await;
    let grown = |name: &str, labels: &[(&str, &str)]| {
        let was = before.value(name, labels).unwrap_or(0.0);
        after.value(name, labels).unwrap_or_else(|| panic!("no {name} {labels:?}")) - was
    };
    let messages = "/api/v1/conversations/{conversation_id}/messages";
    for (name, labels, count) in [
        ("chinwag_sends_total", [("outcome", "stored")].as_slice(), 2.0),
        ("chinwag_sends_total", &[("outcome", "failed")], 0.0),
        ("chinwag_frames_received_total", &[("type", "message.send")], 2.0),
        ("chinwag_frames_received_total", &[("type", "sync")], 1.0),
        ("chinwag_frames_received_total", &[("type", "other")], 1.0),
        ("chinwag_frames_sent_total", &[("type", "message.created")], 4.0),
        ("chinwag_frames_sent_total", &[("type", "reply")], 4.0),
        ("chinwag_frames_sent_total", &[("type", "ready")], 2.0),
        ("chinwag_sockets_opened_total", &[("identity", "header")], 2.0),
        ("chinwag_sockets_open", &[], 2.0),
        ("chinwag_people_connected", &[], 2.0),
        ("chinwag_fan_out_sockets_count", &[], 2.0),
        ("chinwag_fan_out_sockets_sum", &[], 4.0),
        ("chinwag_bus_events_total", &[("kind", "durable")], 2.0),
        ("chinwag_sync_required_total", &[], 0.0),
        ("chinwag_rate_limited_total", &[], 0.0),
        (
            "chinwag_http_requests_total",
            &[("method", "POST"), ("route", messages), ("status", "201")],
            1.0,
        ),
        (
            "chinwag_http_request_duration_seconds_count",
            &[("method", "POST"), ("route", messages)],
            1.0,
        ),
    ] {
        assert!(
            (grown(name, labels) - count).abs() < 0.5,
            "{name} {labels:?} grew by {}",
            grown(name, labels)
        );
    }
    // A repeated send may be answered before it gets to the log.
    let queued = grown("chinwag_send_duration_seconds_count", &[]);
    assert!((2.0..=3.0).contains(&queued), "{queued}");
    let batches = grown("chinwag_batch_size_count", &[("queue", "messages")]);
    assert!((1.0..=3.0).contains(&batches), "{batches}");
    assert!(grown("chinwag_batch_duration_seconds_sum", &[("queue", "messages")]) > 0.0);
    assert!(grown("chinwag_commit_duration_seconds_count", &[]) >= 1.0);
    assert!(grown("chinwag_socket_sent_bytes_total", &[]) > 1_000.0);
    assert!(after.value("chinwag_connections_open", &[]) >= Some(2.0));
    assert!(after.value("chinwag_database_connections", &[]) >= Some(1.0));
    assert!(after.value("process_open_fds", &[]) >= Some(10.0));
}

/// Those too that no change of a conversation brings about, and what stands in for a change that one may not see.
async fn e12_every_frame_counts_as_what_it_is(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let message = alice.say(group.id, "hello").await;
    bob.client.clear(group.id).await.unwrap();
    let socket = bob.socket().await;
    let before = scrape(&world).await;
    let edit = json!({"content": "hello again"});
    expect_status(alice.patch(&format!("/messages/{}", message.id), edit).await, 200);
    expect_event(&socket, "revision").await;
    let path = format!("/conversations/{}/participants/bob", group.id);
    expect_status(alice.delete(&path).await, 204);
    expect_event(&socket, "conversation.removed").await;
    let after = scrape(&world).await;
    for (kind, count) in
        [("revision", 1.0), ("message.updated", 0.0), ("conversation.removed", 1.0)]
    {
        let value = |scrape: &Exposition| {
            scrape.value("chinwag_frames_sent_total", &[("type", kind)]).expect(kind)
        };
        assert!((value(&after) - value(&before) - count).abs() < 0.5, "{kind}");
    }
}

/// Neither as a label nor anywhere else, whoever chose it.
async fn e12_what_people_say_is_in_no_metric(world: World) {
    let canary = "canary4711";
    let person = world.person(canary).await;
    let group = person.group_with(canary, &[]).await;
    person.say(group.id, canary).await;
    let socket = person.socket().await;
    socket.request(canary, json!({canary: canary})).await.unwrap_err();
    person.get(&format!("/{canary}?{canary}={canary}")).await;
    person.get(&format!("/users/{canary}")).await;
    let brew = Method::from_bytes(canary.to_uppercase().as_bytes()).unwrap();
    world.http(brew, "/", &[("x-request-id", canary)], Vec::new()).await;
    world.http(Method::GET, &format!("/{canary}"), &[], Vec::new()).await;
    let answer = world.http(Method::GET, "/metrics", &[], Vec::new()).await;
    let text = String::from_utf8(answer.bytes).unwrap();
    assert!(text.contains("route=\"none\"") && text.contains("method=\"other\""), "{text}");
    assert!(!text.to_lowercase().contains(canary), "{text}");
    assert!(!text.contains(&group.id.to_string()), "{text}");
}

async fn e12_connections_are_counted_until_they_end(world: World) {
    let alice = world.person("alice").await;
    let sockets = [alice.socket().await, alice.socket().await];
    assert_eq!(scrape(&world).await.value("chinwag_sockets_open", &[]), Some(2.0));
    let [closed, aborted] = sockets;
    closed.close(1000);
    closed.closed().await;
    aborted.abort();
    soon("the sockets are gone", || async {
        let now = scrape(&world).await;
        let ended = now.value("chinwag_sockets_closed_total", &[]);
        (now.value("chinwag_sockets_open", &[]) == Some(0.0) && ended == Some(2.0)).then_some(())
    })
    .await;
    drop(aborted);
    let before = scrape(&world).await.value("chinwag_connections_open", &[]);
    let held = chinwag_tests::RawSocket::open(&alice, world.server.port()).await;
    let during = scrape(&world).await.value("chinwag_connections_open", &[]);
    assert!(during > before, "{before:?}, then {during:?}");
    drop(held);
    soon("the connection is gone", || async {
        let now = scrape(&world).await.value("chinwag_connections_open", &[]);
        (now < during).then_some(())
    })
    .await;
}

async fn e12_who_was_told_to_wait_is_counted(world: World) {
    let alice = world.person("alice").await;
    let group = alice.group_with("Team", &[]).await;
    let path = format!("/conversations/{}/messages", group.id);
    let mut refused = 0.0;
    for _ in 0..6 {
        if alice.post(&path, json!({"content": "again"})).await.status == 429 {
            refused += 1.0;
        }
    }
    assert!(refused >= 1.0);
    let now = scrape(&world).await;
    let labels = [("work", "sends"), ("payer", "own")];
    assert_eq!(now.value("chinwag_rate_limited_total", &labels), Some(refused));
    assert_eq!(now.value("chinwag_http_requests_total", &[("status", "429")]), Some(refused));
}

async fn e12_metrics_are_for_this_machine_or_for_a_token(world: World) {
    let status = async |headers: &[(&str, &str)]| {
        world.http(Method::GET, "/metrics", headers, Vec::new()).await
    };
    assert_eq!(status(&[]).await.status, 200);
    let forwarded = status(&[("x-forwarded-for", "203.0.113.7")]).await;
    assert_eq!(forwarded.problem(403), "forbidden");
    assert!(forwarded.json(403)["detail"].as_str().unwrap().contains("metrics.token"));

    world.server.restart_with(&[("server.public_url", "https://chat.example".to_owned())]).await;
    assert_eq!(status(&[]).await.problem(403), "forbidden", "it may be somebody behind the proxy");

    world.server.restart_with(&[("metrics.token", "a-token-for-prometheus".to_owned())]).await;
    assert_eq!(status(&[]).await.problem(401), "token_missing");
    let person = world.person("alice").await;
    for (token, code) in [("a-token-for-prometheuS", 401), (person.token(), 403)] {
        let answer = status(&[("authorization", &format!("Bearer {token}"))]).await;
        assert_eq!(answer.status, code, "{token}");
    }
    let bearer = ("authorization", "Bearer a-token-for-prometheus");
    assert_eq!(status(&[bearer, ("x-forwarded-for", "203.0.113.7")]).await.status, 200);

    // All that the configuration takes, the route takes too.
    let token = "Any.char_that~a+token/may-have==";
    world.server.restart_with(&[("metrics.token", token.to_owned())]).await;
    assert_eq!(status(&[("authorization", &format!("Bearer {token}"))]).await.status, 200);
}

/// A flood of bad tokens is its sender's alone, a good token goes on its person's account, and the audit log
/// has the address that was refused, not the proxy's.
async fn e12_who_asks_for_metrics_through_a_proxy_is_who_came_to_it(world: World) {
    let [alice, root] = [world.person("alice").await, root(&world).await];
    let status = async |token: &str, address: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("x-forwarded-for", address)];
        world.http(Method::GET, "/metrics", &headers, Vec::new()).await.status
    };
    assert_eq!(status(alice.token(), "203.0.113.7").await, 403);
    let denied = expect_status(root.get("/audit/logs?action=access.denied").await, 200);
    assert_eq!(denied["items"][0]["details"]["role"], "member");
    assert_eq!(denied["items"][0]["ip"], "203.0.113.7");

    let mut flood = Vec::new();
    for _ in 0..40 {
        flood.push(status("eyJhbGciOiJub25lIn0.e30.", "198.51.100.9").await);
    }
    assert!(flood[..10].iter().all(|status| *status == 401) && flood.contains(&429), "{flood:?}");
    // Half a second gives one back, so one of these may pass.
    let mut good = Vec::new();
    for _ in 0..3 {
        good.push(status(root.token(), "198.51.100.9").await);
    }
    assert!(good.contains(&429), "{good:?} from an address that has nothing left");
    assert_eq!(status(root.token(), "198.51.100.10").await, 200, "another has what it had");
    let mut own = Vec::new();
    for number in 0..20 {
        own.push(status(root.token(), &format!("198.51.100.{}", 11 + number)).await);
    }
    assert!(own.contains(&429), "{own:?} on one account");
}

/// The list is what the server says, so that none is undescribed and the documentation never stale.
async fn e12_every_metric_is_listed_and_every_one_of_the_dashboard_exists(world: World) {
    let scrape = everything(&world).await;
    let list = list(&scrape);
    let file = repository().join("docs/metrics.md");
    let page = fs::read_to_string(&file).unwrap();
    let (start, end) = ("<!-- list -->\n", "<!-- end -->\n");
    let from = page.find(start).expect("where the list begins") + start.len();
    let to = page.find(end).expect("where the list ends");
    if std::env::var_os(WRITE).is_some() {
        fs::write(&file, format!("{}{list}{}", &page[..from], &page[to..])).unwrap();
    } else {
        let stale =
            "docs/metrics.md is not what a server says: run the test with CHINWAG_WRITE_METRICS=1";
        assert!(page[from..to] == list, "{stale}\n{list}");
    }
    check_dashboard(&scrape);
}

/// A scrape after something of everything has happened.
async fn everything(world: &World) -> Exposition {
    let fcm = FakeFcm::start().await;
    let credentials = world.server.put_file("firebase.json", &fcm.credentials().to_string());
    let push = [("push.fcm_credentials", credentials), ("push.fcm_url", fcm.url())];
    world.server.restart_with(&push).await;
    let receiver = Receiver::start().await;
    receiver.answers(|_| chinwag_tests::Reply::Status(500));
    let (alice, root) = (world.person("alice").await, root(world).await);
    let webhook = json!({"url": receiver.url()});
    expect_status(root.post("/webhooks", webhook).await, 201);
    let group = alice.group_with("Team", &[]).await;
    alice.say(group.id, "hello").await;
    soon("a job was tried", || async {
        let now = scrape(world).await;
        let waits = [("kind", "webhook.deliver"), ("state", "waiting")];
        let tried = now.value("chinwag_job_duration_seconds_count", &[]) >= Some(1.0)
            && now.value("chinwag_repair_duration_seconds_count", &[]) >= Some(1.0);
        (tried && now.value("chinwag_jobs", &waits) >= Some(1.0)).then_some(now)
    })
    .await
}

fn list(scrape: &Exposition) -> String {
    let mut list = String::from("| metric | type | labels | what |\n|---|---|---|---|\n");
    for (name, family) in scrape.families() {
        let labels: Vec<_> = family.labels().iter().map(|label| format!("`{label}`")).collect();
        let (kind, help) = (&family.kind, &family.help);
        writeln!(list, "| `{name}` | {kind} | {} | {help} |", labels.join(", ")).unwrap();
    }
    list
}

/// Each metric that an expression names, and each label that it groups by or selects.
fn check_dashboard(scrape: &Exposition) {
    let file = repository().join("config/grafana/chinwag.json");
    let dashboard: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let mut expressions = Vec::new();
    gather(&dashboard, &mut expressions);
    assert!(expressions.len() > 40, "{}", expressions.len());
    let mut named = BTreeSet::new();
    for expression in &expressions {
        let words: Vec<&str> = expression
            .split(|it: char| !it.is_ascii_alphanumeric() && it != '_')
            .filter(|word| word.starts_with("chinwag_") || word.starts_with("process_"))
            .collect();
        assert!(!words.is_empty(), "no metric in {expression}");
        let mut labels = BTreeSet::from(["job", "instance", "le"]);
        for word in words {
            let family = scrape.families().iter().find(|(name, family)| {
                let series = ["_bucket", "_sum", "_count"].map(|suffix| format!("{name}{suffix}"));
                let histogram = family.kind == "histogram";
                if histogram { series.contains(&word.to_owned()) } else { name.as_str() == word }
            });
            let (name, family) =
                family.unwrap_or_else(|| panic!("there is no {word}: {expression}"));
            labels.extend(family.labels());
            named.insert(name.as_str());
        }
        for label in used_labels(expression) {
            assert!(labels.contains(label), "there is no label {label}: {expression}");
        }
    }
    let absent: Vec<_> =
        scrape.families().keys().filter(|name| !named.contains(name.as_str())).collect();
    assert!(absent.is_empty(), "the dashboard does not show {absent:?}");
}

/// The texts under `expr` and `query`, wherever they are.
fn gather(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "expr" => found.push(text.clone()),
                    _ => gather(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, found)),
        _ => {}
    }
}

/// What stands in `by (…)`, and before the operators in `{…}`.
fn used_labels(expression: &str) -> Vec<&str> {
    let between = |open: &'static str, close: char| {
        expression.split(open).skip(1).filter_map(move |rest| rest.split(close).next())
    };
    let grouped = between("by (", ')').flat_map(|labels| labels.split(','));
    let selected = between("{", '}').flat_map(|matchers| matchers.split(','));
    let selected = selected.filter_map(|matcher| matcher.split(['=', '!']).next());
    grouped.chain(selected).map(str::trim).collect()
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
