//! Bodies that are no JSON, no object, too large, of another kind, or have fields that do not fit: on every route
//! that takes one, the same answers, and nothing stored.

use chinwag_client::{Method, Response};
use chinwag_tests::{Person, TestDatabase, World, expect_problem, on_both_databases};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases!(
    every_route_refuses_what_is_no_body,
    every_route_refuses_unknown_and_repeated_fields,
    every_field_refuses_what_does_not_fit,
    every_parameter_refuses_what_does_not_fit,
    a_request_without_a_body_takes_no_fields,
);

/// Tables that a refused request must leave as they are.
const TABLES: [&str; 6] =
    ["users", "conversations", "participants", "messages", "message_edits", "reactions"];

/// A route, and by the place of each field the values that must not be taken there.
type BadFields = (Method, String, Vec<(&'static str, Vec<Value>)>);

/// A conversation with a message, and what stood in the database before anything went wrong.
struct Scene {
    alice: Person,
    group: Uuid,
    message: Uuid,
    before: (Vec<i64>, Value),
}

impl Scene {
    async fn set(world: &World) -> Self {
        let [alice, bob, _] = world.people(["alice", "bob", "carol"]).await;
        let group = alice.group_with("Team", &[&bob]).await.id;
        let message = alice.say(group, "kept").await.id;
        let mut scene = Self { alice, group, message, before: (Vec::new(), Value::Null) };
        scene.before = scene.state(&world.database).await;
        scene
    }

    async fn state(&self, database: &TestDatabase) -> (Vec<i64>, Value) {
        let mut counts = Vec::new();
        for table in TABLES {
            counts.push(database.count(table).await);
        }
        // The own settings are in it too.
        let detail = self.alice.get(&format!("/conversations/{}", self.group)).await.json;
        let me = self.alice.get("/users/me").await.json;
        (counts, json!([detail, me]))
    }

    async fn expect_unchanged(&self, world: &World) {
        assert_eq!(self.state(&world.database).await, self.before);
    }

    /// Every route that takes a body in the mode `external`, with one that would do.
    fn routes(&self) -> Vec<(Method, String, Value)> {
        let in_group = |rest: &str| format!("/conversations/{}{rest}", self.group);
        vec![
            (Method::PATCH, "/users/me".to_owned(), json!({"name": "Other"})),
            (
                Method::POST,
                "/conversations".to_owned(),
                json!({"type": "direct", "participant_ids": ["bob"]}),
            ),
            (Method::PATCH, in_group(""), json!({"name": "Other"})),
            (Method::PATCH, in_group("/membership"), json!({"muted": true})),
            (Method::POST, in_group("/read"), json!({"seq": 1})),
            (Method::POST, in_group("/delivered"), json!({"seq": 1})),
            (Method::POST, in_group("/participants"), json!({"user_ids": ["carol"]})),
            (Method::PATCH, in_group("/participants/bob"), json!({"role": "admin"})),
            (Method::POST, in_group("/messages"), json!({"content": "new"})),
            (
                Method::POST,
                "/messages".to_owned(),
                json!({"recipient_id": "bob", "content": "new"}),
            ),
            (Method::PATCH, format!("/messages/{}", self.message), json!({"content": "new"})),
            (Method::POST, "/sync".to_owned(), json!({"conversations": {}})),
        ]
    }

    /// Values that do not fit profiles and settings.
    fn bad_settings(&self) -> Vec<BadFields> {
        let in_group = |rest: &str| format!("/conversations/{}{rest}", self.group);
        let long = "x".repeat(3_000);
        vec![
            (
                Method::PATCH,
                "/users/me".to_owned(),
                vec![
                    (
                        "/name",
                        vec![json!(""), json!(" "), json!("two\nlines"), json!(long), json!(5)],
                    ),
                    (
                        "/avatar_url",
                        vec![json!("javascript:1"), json!("/a.png"), json!(""), json!(1)],
                    ),
                    ("/role", vec![json!("admin")]),
                    ("/id", vec![json!("bob")]),
                    ("/username", vec![json!("bob")]),
                ],
            ),
            (
                Method::PATCH,
                in_group(""),
                vec![
                    ("/name", vec![json!(""), json!("\u{1b}[2J"), json!(long), json!([])]),
                    ("/description", vec![json!("x".repeat(10_001)), json!("nul \u{0}"), json!(5)]),
                    ("/avatar_url", vec![json!("ftp://host/a"), json!("http://"), json!(long)]),
                    ("/category", vec![json!(""), json!(long), json!({})]),
                    ("/permissions/edit", vec![json!("owner"), json!(true)]),
                    ("/permissions", vec![json!("member"), json!([])]),
                    ("/type", vec![json!("direct")]),
                    ("/last_seq", vec![json!(99)]),
                    ("/revision", vec![json!(99)]),
                ],
            ),
            (
                Method::PATCH,
                in_group("/membership"),
                vec![
                    ("/muted", vec![json!("yes"), json!(1), json!([])]),
                    (
                        "/muted_until",
                        vec![json!("tomorrow"), json!(0), json!("2026-13-01T00:00:00Z")],
                    ),
                    ("/hidden", vec![json!("no"), json!(0)]),
                    ("/role", vec![json!("admin")]),
                    ("/read_seq", vec![json!(0)]),
                ],
            ),
            (
                Method::POST,
                in_group("/read"),
                vec![(
                    "/seq",
                    vec![json!(2), json!(-1), json!(1.5), json!("1"), json!(1_u64 << 63)],
                )],
            ),
            (
                Method::POST,
                in_group("/delivered"),
                vec![("/seq", vec![json!(2), json!(-1), json!(1.5), json!(true), Value::Null])],
            ),
        ]
    }

    /// Values that do not fit what people do.
    fn bad_requests(&self) -> Vec<BadFields> {
        let in_group = |rest: &str| format!("/conversations/{}{rest}", self.group);
        let long = "x".repeat(3_000);
        let many: Vec<String> = (0..501).map(|number| format!("user-{number}")).collect();
        vec![
            (
                Method::POST,
                in_group("/participants"),
                vec![
                    ("/user_ids", vec![json!([]), json!("carol"), json!(many), Value::Null]),
                    ("/user_ids/0", vec![json!([""]), json!([7]), json!(["a b"]), json!([long])]),
                    ("/user_ids/1", vec![json!(["carol", "<b>"])]),
                ],
            ),
            (
                Method::PATCH,
                in_group("/participants/bob"),
                vec![("/role", vec![json!("owner"), json!("Admin"), json!(1), Value::Null])],
            ),
            (
                Method::PATCH,
                format!("/messages/{}", self.message),
                vec![
                    ("/content", vec![json!(""), json!(" \n"), json!(5), Value::Null]),
                    ("/content", vec![json!("x".repeat(8_001)), json!("bell \u{7}")]),
                    ("/kind", vec![json!("system")]),
                ],
            ),
            (
                Method::POST,
                "/messages".to_owned(),
                vec![("/recipient_id", vec![json!(5), json!("alice"), Value::Null])],
            ),
            (
                Method::POST,
                "/sync".to_owned(),
                vec![
                    ("/cursor", vec![json!("x"), json!("s9"), json!(5)]),
                    ("/conversations", vec![json!([]), json!("all"), Value::Null]),
                ],
            ),
        ]
    }

    async fn raw(&self, method: &Method, path: &str, kind: Option<&str>, body: &[u8]) -> Response {
        let client = &self.alice.client;
        client.request_raw(method.clone(), path, kind, body).await.unwrap()
    }
}

async fn every_route_refuses_what_is_no_body(world: World) {
    let scene = Scene::set(&world).await;
    let json = Some("application/json");
    for (method, path, body) in scene.routes() {
        let good = body.to_string();
        let (open, twice) = (&good[..good.len() - 1], format!("{good}{good}"));
        let mut not_utf8 = good.clone().into_bytes();
        not_utf8.splice(2..3, [0xff]);
        for bad in
            [b"{", b"nope".as_slice(), b"{,}", b"\0", open.as_bytes(), twice.as_bytes(), &not_utf8]
        {
            let answer = scene.raw(&method, &path, json, bad).await;
            let shown = String::from_utf8_lossy(bad);
            assert_eq!(answer.status, 400, "{method} {path} {shown}: {}", answer.text);
            expect_problem(&answer, 400, "validation_failed");
        }
        for bad in ["[]", "null", "true", "3", "\"text\"", &format!("[{good}]")] {
            let answer = scene.raw(&method, &path, json, bad.as_bytes()).await;
            assert_eq!(answer.status, 422, "{method} {path} {bad}: {}", answer.text);
            expect_problem(&answer, 422, "validation_failed");
        }
        for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
            let answer = scene.raw(&method, &path, kind, good.as_bytes()).await;
            assert_eq!(answer.status, 415, "{method} {path} {kind:?}: {}", answer.text);
            expect_problem(&answer, 415, "unsupported_media_type");
        }
        let large = format!("{}{good}", " ".repeat(256 * 1024));
        let answer = scene.raw(&method, &path, json, large.as_bytes()).await;
        expect_problem(&answer, 413, "payload_too_large");
    }
    scene.expect_unchanged(&world).await;
}

async fn every_route_refuses_unknown_and_repeated_fields(world: World) {
    let scene = Scene::set(&world).await;
    for (method, path, good) in scene.routes() {
        for (name, value) in [
            ("wrong", json!(1)),
            ("sender_id", json!("bob")),
            ("user_id", json!("bob")),
            ("__proto__", json!({})),
            ("Content", json!("x")),
        ] {
            let mut bad = good.clone();
            bad[name] = value;
            let answer = scene.alice.request(method.clone(), &path, Some(&bad)).await;
            assert_eq!(answer.status, 422, "{method} {path} {bad}: {}", answer.text);
            let problem = expect_problem(&answer, 422, "validation_failed");
            assert_eq!(problem.errors[0].pointer, format!("/{name}"), "{method} {path}");
        }
        let (first, _) = good.as_object().unwrap().iter().next().unwrap();
        let good = good.to_string();
        let twice = format!("{},\"{first}\":null}}", &good[..good.len() - 1]);
        let json = Some("application/json");
        let answer = scene.raw(&method, &path, json, twice.as_bytes()).await;
        assert_eq!(answer.status, 422, "{method} {path} {twice}: {}", answer.text);
        expect_problem(&answer, 422, "validation_failed");
    }
    scene.expect_unchanged(&world).await;
}

async fn every_field_refuses_what_does_not_fit(world: World) {
    let scene = Scene::set(&world).await;
    let bad = scene.bad_settings().into_iter().chain(scene.bad_requests());
    for (method, path, fields) in bad {
        for (pointer, values) in fields {
            for value in values {
                let name = pointer[1..].split('/').next().unwrap();
                // The value goes where the pointer points.
                let body = match pointer[1..].split_once('/') {
                    Some((_, inner)) if inner.parse::<usize>().is_err() => {
                        json!({name: {inner: value}})
                    }
                    _ => json!({name: value}),
                };
                let body = with_content(&path, body);
                let answer = scene.alice.request(method.clone(), &path, Some(&body)).await;
                let shown: String = format!("{method} {path} {body}").chars().take(200).collect();
                assert_eq!(answer.status, 422, "{shown}: {}", answer.text);
                let problem = expect_problem(&answer, 422, "validation_failed");
                let pointers: Vec<_> =
                    problem.errors.iter().map(|error| error.pointer.as_str()).collect();
                assert_eq!(pointers, [pointer], "{shown}");
            }
        }
    }
    scene.expect_unchanged(&world).await;
}

/// What else a body needs, so that the field in question is all that is wrong.
fn with_content(path: &str, mut body: Value) -> Value {
    if path == "/messages" {
        body["content"] = json!("x");
    }
    body
}

async fn every_parameter_refuses_what_does_not_fit(world: World) {
    let scene = Scene::set(&world).await;
    let history = format!("/conversations/{}/messages", scene.group);
    let changes = format!("/conversations/{}/changes", scene.group);
    let long = "x".repeat(201);
    for (path, queries) in [
        (
            history.as_str(),
            vec![
                "limit=0",
                "limit=101",
                "limit=-1",
                "limit=1e1",
                "limit=",
                "page=0",
                "page=x",
                "page=99999999999999999999",
                "before=x",
                "before=-1",
                "after=1.5",
                "around=",
                "order=up",
                "order=ASC",
                "cursor=",
                "cursor=x",
                "search=%00",
                "wrong=1",
                "limit=1&limit=2",
                "page=1&cursor=x",
                "page=1&before=2",
                "around=1&after=0",
                "around=1&search=x",
                "token=x",
                "Limit=1",
            ],
        ),
        (
            "/conversations",
            vec![
                "limit=0",
                "limit=101",
                "page=0",
                "type=other",
                "hidden=yes",
                "cursor=x",
                "q=x",
                "page=1&cursor=x",
                "search=a%0ab",
            ],
        ),
        ("/users", vec!["limit=0", "cursor=%20", "page=1", "role=admin"]),
        ("/presence", vec!["", "user_ids=a%20b", "ids=a"]),
        (&changes, vec!["", "since=", "since=-1", "since=x", "since=1&limit=0", "since=1&page=1"]),
        ("/users/me", vec!["token=x", "access_token=x", "fields=id"]),
        ("/unread", vec!["limit=1"]),
    ] {
        for query in queries {
            let answer = scene.alice.get(&format!("{path}?{query}")).await;
            assert_eq!(answer.status, 422, "{path}?{query}: {}", answer.text);
            expect_problem(&answer, 422, "validation_failed");
        }
        if path != "/presence" && path != "/users/me" && path != "/unread" && path != changes {
            let answer = scene.alice.get(&format!("{path}?search={long}")).await;
            expect_problem(&answer, 422, "validation_failed");
        }
    }
    let many: Vec<String> = (0..501).map(|number| number.to_string()).collect();
    let answer = scene.alice.get(&format!("/presence?user_ids={}", many.join(","))).await;
    expect_problem(&answer, 422, "validation_failed");
    scene.expect_unchanged(&world).await;
}

async fn a_request_without_a_body_takes_no_fields(world: World) {
    let scene = Scene::set(&world).await;
    for path in ["clear", "leave"] {
        let path = format!("/conversations/{}/{path}", scene.group);
        let answer = scene.alice.post(&path, json!({"seq": 1})).await;
        let problem = expect_problem(&answer, 422, "validation_failed");
        assert_eq!(problem.errors[0].pointer, "/seq");
    }
    scene.expect_unchanged(&world).await;
}
