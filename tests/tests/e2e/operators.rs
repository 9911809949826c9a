//! e12: what application admins see of the whole installation and do about it: people, groups, sign-ins, sockets.

use crate::webhooks::root;
use chinwag_client::{Client, Method};
use chinwag_tests::{
    Person, World, expect_close, expect_problem, expect_status, on_both_databases, soon,
};
use serde_json::{Value, json};

on_both_databases!(
    e12_admins_see_everybody_and_bring_back_whom_they_deactivated,
    e12_admins_see_every_group_and_nothing_of_what_is_said,
    e12_admins_see_sockets_and_close_them,
    e12_the_overview_is_for_application_admins,
    e12_who_may_not_hears_that_first_and_is_written_down_with_what_they_asked,
    e12_lists_for_admins_are_read_strictly,
    e12_there_is_no_page_for_admins_until_it_is_asked_for,
);
on_both_databases!(with &[("log.format", "json"), ("log.level", "info,chinwag_storage=debug,chinwag_ws=debug")];
    e12_what_a_request_stored_carries_its_id_in_the_log,
);
on_both_databases!(with &[("auth.mode", "local"), ("admin.page", "true")];
    e12_an_admin_ends_all_sign_ins_of_a_person,
    e12_the_page_for_admins_is_served_strictly,
);

/// The routes, each with what its body would be.
const ROUTES: [(&str, &str); 5] = [
    ("GET", "/admin/users"),
    ("GET", "/admin/conversations"),
    ("GET", "/admin/connections"),
    ("DELETE", "/admin/users/alice/sessions"),
    ("DELETE", "/admin/connections/01890000-0000-7000-8000-000000000000"),
];

async fn items(root: &Person, path: &str) -> Vec<Value> {
    expect_status(root.get(path).await, 200)["items"].as_array().unwrap().clone()
}

async fn entries(root: &Person, action: &str) -> Vec<Value> {
    items(root, &format!("/audit/logs?action={action}")).await
}

async fn e12_admins_see_everybody_and_bring_back_whom_they_deactivated(world: World) {
    let [_, bob] = world.people(["alice", "bob"]).await;
    let root = root(&world).await;
    expect_status(root.delete("/users/bob").await, 204);
    let seen = items(&root, "/admin/users").await;
    let seen: Vec<_> = seen
        .iter()
        .map(|user| (user["id"].as_str().unwrap(), user["active"].as_bool().unwrap()))
        .collect();
    assert_eq!(seen, [("alice", true), ("bob", false), ("root", true)]);
    assert_eq!(items(&root, "/users").await.len(), 2, "the directory is for people");

    let first = expect_status(root.get("/admin/users?search=b&limit=1").await, 200);
    assert_eq!((&first["items"][0]["id"], &first["next_cursor"]), (&json!("bob"), &Value::Null));
    let one = expect_status(root.get("/admin/users?limit=1").await, 200);
    let cursor = one["next_cursor"].as_str().unwrap();
    let rest = items(&root, &format!("/admin/users?cursor={cursor}")).await;
    assert_eq!((rest.len(), &rest[0]["id"]), (2, &json!("bob")));

    expect_problem(&bob.get("/users/me").await, 403, "account_deactivated");
    let back = root.request(Method::PUT, "/users/bob", Some(&json!({"active": true}))).await;
    assert_eq!(expect_status(back, 200)["active"], true);
    soon("bob is let in again", || async {
        (bob.get("/users/me").await.status == 200).then_some(())
    })
    .await;
}

async fn e12_admins_see_every_group_and_nothing_of_what_is_said(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let root = root(&world).await;
    let old = alice.group_with("Old friends", &[&bob]).await;
    alice.direct_with(&bob).await;
    let new = bob.group_with("Zoo", &[]).await;
    let said = alice.say(old.id, "canary4711").await;

    let seen = items(&root, "/admin/conversations").await;
    let ids: Vec<_> = seen.iter().map(|group| group["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [new.id.to_string(), old.id.to_string()]);
    assert_eq!(seen[1]["message_count"], said.seq);
    assert_eq!(
        (&seen[1]["participant_count"], &seen[1]["created_by"]),
        (&json!(2), &json!("alice"))
    );
    assert!(!json!(seen).to_string().contains("canary4711"));
    assert_eq!(items(&root, "/admin/conversations?search=ZO").await.len(), 1);
    expect_problem(&root.get(&format!("/conversations/{}", old.id)).await, 404, "not_found");

    expect_status(alice.delete(&format!("/conversations/{}", old.id)).await, 204);
    assert_eq!(items(&root, "/admin/conversations").await.len(), 1);
}

async fn e12_admins_see_sockets_and_close_them(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let root = root(&world).await;
    alice.group_with("Team", &[&bob]).await;
    let (of_alice, of_bob) = (alice.socket().await, bob.socket().await);

    let seen = items(&root, "/admin/connections").await;
    assert_eq!(seen.len(), 2);
    let only = items(&root, "/admin/connections?user_id=bob").await;
    assert_eq!((only.len(), &only[0]["user"]["id"]), (1, &json!("bob")));
    assert_eq!((&only[0]["address"], &only[0]["conversations"]), (&json!("127.0.0.1"), &json!(1)));
    let one = expect_status(root.get("/admin/connections?limit=1").await, 200);
    let cursor = one["next_cursor"].as_str().unwrap();
    let rest = items(&root, &format!("/admin/connections?cursor={cursor}")).await;
    assert_eq!(
        (rest.len(), &one["items"][0]["user"]["id"]),
        (1, &json!("alice")),
        "the oldest first"
    );

    let path = format!("/admin/connections/{}", only[0]["id"].as_str().unwrap());
    expect_status(root.delete(&path).await, 204);
    assert_eq!(expect_close(&of_bob).await, 4420, "the client may come back");
    soon("the socket is gone", || async {
        (items(&root, "/admin/connections").await.len() == 1).then_some(())
    })
    .await;
    expect_problem(&root.delete(&path).await, 404, "not_found");
    assert_eq!(of_alice.close_code(), None);
    let scrape = world.http(Method::GET, "/metrics", &[], Vec::new()).await.bytes;
    let counted = r#"chinwag_sockets_closed_total{reason="closed_by_admin"} 1"#;
    assert!(String::from_utf8(scrape).unwrap().contains(counted), "not as draining");
    let written = entries(&root, "connection.closed").await;
    assert_eq!((written.len(), &written[0]["target_id"]), (1, &json!("bob")));
    assert_eq!(written[0]["details"]["connection_id"], only[0]["id"]);
}

async fn e12_the_overview_is_for_application_admins(world: World) {
    let alice = world.person("alice").await;
    let root = root(&world).await;
    for (method, path) in ROUTES {
        let method: Method = method.parse().unwrap();
        expect_problem(&alice.request(method.clone(), path, None).await, 403, "forbidden");
        let nobody = world.nobody().request(method, path, None).await.unwrap();
        expect_problem(&nobody, 401, "token_missing");
    }
    assert_eq!(entries(&root, "access.denied").await.len(), ROUTES.len());

    // The page reads the metrics as whoever uses it, also behind a proxy.
    let settings = [("server.public_url", "https://chat.example".to_owned())];
    world.server.restart_with(&settings).await;
    let status = async |person: &Person| {
        let bearer = format!("Bearer {}", person.token());
        let headers = [("authorization", bearer.as_str())];
        world.http(Method::GET, "/metrics", &headers, Vec::new()).await.status
    };
    assert_eq!((status(&root).await, status(&alice).await), (200, 403));
}

/// Whatever else is wrong with the request: an id that cannot be, a parameter, the body.
async fn e12_who_may_not_hears_that_first_and_is_written_down_with_what_they_asked(world: World) {
    let alice = world.person("alice").await;
    let root = root(&world).await;
    let asked = [
        ("GET", "/admin/users?limit=0", "users.list"),
        ("DELETE", "/admin/users/a%20b/sessions", "sessions.end"),
        ("GET", "/admin/conversations?limit=x", "conversations.list"),
        ("GET", "/admin/connections?user_id=a%20b", "connections.list"),
        ("DELETE", "/admin/connections/x", "connections.close"),
        ("GET", "/jobs?state=x", "jobs.list"),
        ("DELETE", "/jobs/x", "jobs.discard"),
        ("POST", "/jobs/x/retry", "jobs.retry"),
        ("POST", "/webhooks", "webhooks.create"),
        ("DELETE", "/webhooks/x", "webhooks.delete"),
        ("POST", "/webhooks/x/test", "webhooks.test"),
        ("PUT", "/users/a%20b", "user.upsert"),
        ("DELETE", "/users/a%20b", "user.deactivate"),
        ("DELETE", "/users/a%20b?erase=true", "user.erase"),
    ];
    for (method, path, operation) in asked {
        let body = (method == "POST" || method == "PUT").then(|| json!("no object"));
        let answer = alice.request(method.parse().unwrap(), path, body.as_ref()).await;
        expect_problem(&answer, 403, "forbidden");
        let denied = entries(&root, "access.denied").await;
        assert_eq!(denied[0]["target_id"], operation, "{method} {path}");
    }
    assert_eq!(entries(&root, "access.denied").await.len(), asked.len());
}

async fn e12_lists_for_admins_are_read_strictly(world: World) {
    let alice = world.person("alice").await;
    let root = root(&world).await;
    for path in [
        "/admin/users?limit=0",
        "/admin/users?state=x",
        "/admin/conversations?cursor=x",
        "/admin/conversations?limit=101",
        "/admin/connections?cursor=x",
        "/admin/connections?user_id=a%20b",
        "/admin/connections?search=x",
    ] {
        expect_problem(&root.get(path).await, 422, "validation_failed");
    }
    expect_problem(&alice.get("/admin/users?limit=0").await, 403, "forbidden");
    for path in ["/admin/connections/x", "/admin/connections/01890000-0000-7000-8000-000000000000"]
    {
        expect_problem(&root.delete(path).await, 404, "not_found");
    }
    let conflict = root.delete("/admin/users/alice/sessions").await;
    expect_problem(&conflict, 409, "conflict");
}

async fn e12_an_admin_ends_all_sign_ins_of_a_person(world: World) {
    let said = world.server.run(&["token", "--user", "operator", "--role", "admin"]).await;
    let root = Person::with_signed_token(&world.server.url(), said.out.trim().to_owned()).await;
    let nobody = world.nobody();
    let account = json!({"username": "ann", "password": "a good long password"});
    let registered = nobody.request(Method::POST, "/auth/register", Some(&account)).await.unwrap();
    let first = expect_status(registered, 201);
    let login = nobody.request(Method::POST, "/auth/login", Some(&account)).await.unwrap();
    let second = expect_status(login, 200);
    let token = |tokens: &Value| tokens["access_token"].as_str().unwrap().to_owned();
    let phone = Person::with_signed_token(&world.server.url(), token(&first)).await;
    let laptop = Person::with_signed_token(&world.server.url(), token(&second)).await;
    let socket = phone.socket().await;

    let path = format!("/admin/users/{}/sessions", phone.id);
    let ended = expect_status(root.delete(&path).await, 200);
    assert_eq!(ended, json!({"ended": 2}));
    assert_eq!(expect_close(&socket).await, 4503);
    for device in [&phone, &laptop] {
        expect_problem(&device.get("/users/me").await, 401, "session_revoked");
    }
    let refresh = json!({"refresh_token": first["refresh_token"]});
    let refused = nobody.request(Method::POST, "/auth/refresh", Some(&refresh)).await.unwrap();
    expect_problem(&refused, 401, "token_invalid");
    let again = nobody.request(Method::POST, "/auth/login", Some(&account)).await.unwrap();
    let again = expect_status(again, 200);
    let back = Client::new(&world.server.url()).unwrap().with_token(token(&again));
    assert_eq!(back.me().await.unwrap().id, phone.id, "the account stays");

    expect_problem(&root.delete("/admin/users/nobody/sessions").await, 404, "not_found");
    let written = entries(&root, "sessions.ended").await;
    assert_eq!((written.len(), &written[0]["details"]), (1, &json!({"count": 2})));
    assert_eq!(written[0]["target_id"], phone.id);
}

async fn e12_there_is_no_page_for_admins_until_it_is_asked_for(world: World) {
    for path in ["/admin", "/admin/app.js", "/admin/index.html"] {
        assert_eq!(world.http(Method::GET, path, &[], Vec::new()).await.problem(404), "not_found");
    }
}

async fn e12_the_page_for_admins_is_served_strictly(world: World) {
    let page = world.http(Method::GET, "/admin", &[], Vec::new()).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    let text = String::from_utf8(page.bytes.clone()).unwrap();
    assert!(text.contains("src=\"/admin/app.js\""), "{text}");
    assert_eq!(world.http(Method::GET, "/admin/app.js", &[], Vec::new()).await.status, 200);
}

/// One id in header, log and problem; and with it in the log whatever the request has stored.
async fn e12_what_a_request_stored_carries_its_id_in_the_log(world: World) {
    let alice = world.person("alice").await;
    let group = alice.group_with("Team", &[]).await;
    let bearer = format!("Bearer {}", alice.token());
    let path = format!("/api/v1/conversations/{}/messages", group.id);
    let send = async |id: &str, body: &str| {
        let kind = ("content-type", "application/json");
        let headers = [("x-request-id", id), ("authorization", bearer.as_str()), kind];
        world.http(Method::POST, &path, &headers, body.as_bytes().to_vec()).await
    };
    let stored = send("good-one", r#"{"content":"hello"}"#).await;
    assert_eq!((stored.status, stored.header("x-request-id")), (201, "good-one"));
    let message = stored.json(201)["id"].clone();
    let refused = send("bad-one", r#"{"content":""}"#).await;
    assert_eq!(refused.header("x-request-id"), "bad-one");
    assert_eq!(refused.json(422)["request_id"], "bad-one");
    let socket = alice.socket().await;
    let said = json!({"conversation_id": group.id, "content": "over the socket"});
    let over_socket = socket.request("message.send", said).await.unwrap()["id"].clone();

    let lines = soon("the log tells", || async {
        let log = world.server.log();
        let lines: Vec<Value> =
            log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let told = |what: &str, id: &str| {
            lines.iter().any(|line| line["message"] == what && line["span"]["id"] == id)
        };
        (told("stored", "good-one") && told("answered", "good-one") && told("answered", "bad-one"))
            .then_some(lines)
    })
    .await;
    let of = |id: &Value| {
        let told = |line: &&Value| line["message"] == "stored" && line["message_id"] == *id;
        lines.iter().find(told).unwrap_or_else(|| panic!("nothing of {id}: {lines:#?}"))["span"]
            .clone()
    };
    assert_eq!(
        (&of(&message)["id"], &of(&message)["name"]),
        (&json!("good-one"), &json!("request"))
    );
    let frame = of(&over_socket);
    assert_eq!((&frame["name"], frame["request_id"].is_string()), (&json!("frame"), true));
    assert!(lines.iter().any(|line| line["message"] == "committed"), "a unit of work");
}
