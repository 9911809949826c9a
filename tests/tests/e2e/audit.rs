//! The audit log: what is in it, who reads it, how it is taken away, and that tampering shows.

use chinwag_client::Method;
use chinwag_tests::{
    Person, Settings, Token, World, expect_problem, expect_status, on_both_databases,
};
use serde_json::{Value, json};

on_both_databases!(
    d10_what_is_done_is_in_the_log_with_its_actor_target_and_address,
    d10_filters_and_pieces_of_the_log,
    d10_the_log_is_taken_away_in_three_formats,
    d10_who_is_no_admin_is_refused_and_that_shows,
    e12_tampering_with_the_log_is_found,
    e12_two_servers_seal_one_chain,
);
on_both_databases!(with LOCAL; e12_sign_ins_and_failed_ones_are_in_the_log);

const LOCAL: &Settings = &[("auth.mode", "local")];

async fn admin(world: &World) -> Person {
    let token = Token::of("root").with("role", "admin");
    Person::with_token(&world.server, &token).await
}

/// The log with these filters, the oldest first.
async fn log(admin: &Person, query: &str) -> Vec<Value> {
    let list = expect_status(admin.get(&format!("/audit/logs?limit=100{query}")).await, 200);
    let mut items = list["items"].as_array().unwrap().clone();
    items.reverse();
    items
}

fn shape(entry: &Value) -> (String, String, String, String, Value) {
    let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let details = entry["details"].clone();
    (text("actor_id"), text("action"), text("target_type"), text("target_id"), details)
}

fn entry(
    actor: &str,
    action: &str,
    target: (&str, &dyn ToString),
    details: Value,
) -> (String, String, String, String, Value) {
    (actor.into(), action.into(), target.0.into(), target.1.to_string(), details)
}

async fn d10_what_is_done_is_in_the_log_with_its_actor_target_and_address(world: World) {
    let root = admin(&world).await;
    let [ann, bob, cem] = world.people(["ann", "bob", "cem"]).await;
    let id = ann.group_with("Secret name", &[&bob]).await.id;
    let message = bob.say(id, "secret words").await.id;
    let path = format!("/conversations/{id}");
    let people = format!("{path}/participants");
    expect_status(ann.patch(&path, json!({"description": "secret too"})).await, 200);
    expect_status(ann.post(&people, json!({"user_ids": ["cem"]})).await, 200);
    let role = json!({"role": "admin"});
    expect_status(ann.patch(&format!("{people}/cem"), role).await, 200);
    assert_eq!(ann.delete(&format!("/messages/{message}")).await.status, 204);
    assert_eq!(cem.delete(&format!("{people}/bob")).await.status, 204);
    assert_eq!(cem.request(Method::POST, &format!("{path}/leave"), None).await.status, 204);
    assert_eq!(ann.delete(&path).await.status, 204);

    let group = || ("conversation", &id as &dyn ToString);
    let expected = [
        entry(
            "ann",
            "conversation.created",
            group(),
            json!({"type": "group", "participant_ids": ["bob"]}),
        ),
        entry("ann", "conversation.updated", group(), json!({"changed": ["description"]})),
        entry("ann", "participant.added", group(), json!({"user_ids": ["cem"], "role": "member"})),
        entry(
            "ann",
            "participant.role_changed",
            group(),
            json!({"user_id": "cem", "from": "member", "to": "admin"}),
        ),
        entry(
            "ann",
            "message.deleted",
            ("message", &message),
            json!({"conversation_id": id, "sender_id": "bob"}),
        ),
        entry("cem", "participant.removed", group(), json!({"user_id": "bob"})),
        entry("cem", "participant.left", group(), json!({"user_id": "cem"})),
        entry("ann", "conversation.deleted", group(), json!({})),
    ];
    let found = log(&root, "").await;
    assert_eq!(found.iter().map(shape).collect::<Vec<_>>(), expected);
    assert!(found.iter().all(|entry| entry["ip"] == "127.0.0.1"), "{found:?}");
    let all = json!(found).to_string();
    assert!(!all.contains("ecret"), "what was said and how things are called: {all}");
}

async fn d10_filters_and_pieces_of_the_log(world: World) {
    let root = admin(&world).await;
    let [ann, bob] = world.people(["ann", "bob"]).await;
    let one = ann.group_with("One", &[]).await.id;
    let two = bob.group_with("Two", &[]).await.id;
    let path = format!("/conversations/{one}");
    expect_status(ann.patch(&path, json!({"name": "Other"})).await, 200);
    let all = log(&root, "").await;
    assert_eq!(all.len(), 3);
    let at = |number: usize| all[number]["at"].as_str().unwrap();
    for (query, expected) in [
        ("&action=conversation.created".to_owned(), vec![0, 1]),
        ("&actor_id=bob".to_owned(), vec![1]),
        (format!("&target={one}"), vec![0, 2]),
        (format!("&target=conversation:{two}"), vec![1]),
        (format!("&target=message:{two}"), vec![]),
        (format!("&actor_id=ann&action=conversation.updated&target={one}"), vec![2]),
        (format!("&from={}&target={one}&action=conversation.updated", at(2)), vec![2]),
        (format!("&to={}&target={one}&action=conversation.created", at(0)), vec![]),
        ("&from=2001-01-01T00:00:00Z&to=2002-01-01T00:00:00Z".to_owned(), vec![]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|at: usize| all[at].clone()).collect();
        assert_eq!(log(&root, &query).await, expected, "{query}");
    }

    let (mut found, mut path) = (Vec::new(), "/audit/logs?limit=1".to_owned());
    loop {
        let piece = expect_status(root.get(&path).await, 200);
        found.extend(piece["items"].as_array().unwrap().clone());
        let Some(cursor) = piece["next_cursor"].as_str() else { break };
        path = format!("/audit/logs?limit=1&cursor={cursor}");
    }
    found.reverse();
    assert_eq!(found, all);
    for bad in ["action=", "actor_id=a%20b", "target=", "from=now", "to=1", "limit=0", "cursor=x"] {
        expect_problem(&root.get(&format!("/audit/logs?{bad}")).await, 422, "validation_failed");
        let export = root.get(&format!("/audit/export?format=json&{bad}")).await;
        expect_problem(&export, 422, "validation_failed");
    }
    let backwards = "/audit/logs?from=2002-01-01T00:00:00Z&to=2001-01-01T00:00:00Z";
    expect_problem(&root.get(backwards).await, 422, "validation_failed");
}

async fn d10_the_log_is_taken_away_in_three_formats(world: World) {
    let root = admin(&world).await;
    let ann = world.person("=ann").await;
    for number in 0..3 {
        ann.group_with(&format!("Group {number}"), &[]).await;
    }
    for format in ["", "?format=xml", "?format=JSON"] {
        let refused = root.get(&format!("/audit/export{format}")).await;
        expect_problem(&refused, 422, "validation_failed");
    }
    let mut known = log(&root, "&action=conversation.created").await;
    known.reverse();

    let query = "&action=conversation.created&actor_id=%3Dann";
    let answer = root.get(&format!("/audit/export?format=json{query}")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-ndjson"));
    let lines: Vec<Value> =
        answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, known);

    let answer = root.get(&format!("/audit/export?format=csv{query}")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").starts_with("text/csv"));
    let name = answer.header("content-disposition");
    assert!(
        name.starts_with("attachment; filename=\"audit-2") && name.ends_with("Z.csv\""),
        "{name}"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    let mut reader = csv::Reader::from_reader(answer.text.as_bytes());
    let head: Vec<_> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), known.len());
    for (row, known) in rows.iter().zip(&known) {
        for (name, cell) in head.iter().zip(row) {
            match name.as_str() {
                // Nothing that a spreadsheet would take for a formula.
                "actor_id" => assert_eq!(cell, "'=ann"),
                "details" => {
                    assert_eq!(serde_json::from_str::<Value>(cell).unwrap(), known["details"]);
                }
                name => assert_eq!(cell, known[name].as_str().unwrap(), "{name}"),
            }
        }
    }

    let answer = root.get(&format!("/audit/export?format=pdf{query}")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/pdf"));
    assert!(answer.header("content-disposition").ends_with("Z.pdf\""));
    assert!(answer.text.starts_with("%PDF-1.") && answer.text.trim_end().ends_with("%%EOF"));

    let exports: Vec<_> = log(&root, "&action=audit.exported").await.iter().map(shape).collect();
    let filters = json!({"action": "conversation.created", "actor_id": "=ann"});
    let export = |format: &str| {
        let details = json!({"format": format, "filters": filters});
        entry("root", "audit.exported", ("audit_log", &format.to_owned()), details)
    };
    assert_eq!(exports, [export("json"), export("csv"), export("pdf")]);
}

async fn d10_who_is_no_admin_is_refused_and_that_shows(world: World) {
    let root = admin(&world).await;
    let supervisor = Token::of("sue").with("role", "supervisor");
    let sue = Person::with_token(&world.server, &supervisor).await;
    let ann = world.person("ann").await;
    let [logs, export] = ["/audit/logs?from=nonsense", "/audit/export?format=nonsense"];
    for (person, path) in [(&ann, logs), (&ann, export), (&sue, logs)] {
        expect_problem(&person.get(path).await, 403, "forbidden");
    }
    let nobody = world.nobody().request(Method::GET, "/audit/logs", None).await.unwrap();
    expect_problem(&nobody, 401, "token_missing");
    let found = log(&root, "").await;
    let denied = |who: &str, operation: &str, role: &str| {
        let target = ("operation", &operation.to_owned() as &dyn ToString);
        entry(who, "access.denied", target, json!({ "role": role }))
    };
    assert_eq!(
        found.iter().map(shape).collect::<Vec<_>>(),
        [
            denied("ann", "audit.list", "member"),
            denied("ann", "audit.export", "member"),
            denied("sue", "audit.list", "supervisor"),
        ]
    );
    assert!(found.iter().all(|entry| entry["ip"] == "127.0.0.1"));
}

async fn e12_sign_ins_and_failed_ones_are_in_the_log(world: World) {
    let nobody = world.nobody();
    let password = "correct horse battery staple";
    let signed_in = nobody.register("ann", password).await.unwrap();
    nobody.login("ann", "my other password").await.unwrap_err();
    nobody.login("my password instead", password).await.unwrap_err();
    let again = nobody.login("ann", password).await.unwrap();
    nobody.with_token(again.access_token.as_str()).logout().await.unwrap();
    nobody.refresh(&signed_in.refresh_token).await.unwrap();
    nobody.refresh(&signed_in.refresh_token).await.unwrap_err();

    let token = world.server.run(&["token", "--user", "root", "--role", "admin"]).await;
    let root = Person::with_signed_token(&world.server.url(), token.out.trim().to_owned()).await;
    let found = log(&root, "").await;
    let actions: Vec<_> = found.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let expected = [
        "user.registered",
        "session.created",
        "session.refused",
        "session.refused",
        "session.created",
        "session.revoked",
        "session.reused",
    ];
    assert_eq!(actions, expected);
    assert!(found.iter().all(|entry| entry["ip"] == "127.0.0.1"), "{found:?}");
    let ann = json!(signed_in.user.id);
    for (number, entry) in found.iter().enumerate() {
        let known = !matches!(number, 2 | 3);
        assert_eq!(entry["actor_id"], if known { ann.clone() } else { Value::Null }, "{entry}");
    }
    assert_eq!((&found[2]["target_id"], &found[3]["target_id"]), (&ann, &json!("unknown")));
    assert_eq!(found[6]["target_id"], found[1]["target_id"], "the sign-in that ended");
    let all = json!(found).to_string();
    let log = world.server.log();
    for secret in ["horse", "password inst", "my other", signed_in.refresh_token.as_str()] {
        assert!(!all.contains(secret) && !log.contains(secret), "{secret}");
    }
}

/// What `chinwag audit verify` says, and its exit code.
async fn verify(world: &World, expected: Option<&str>) -> (i32, String) {
    let mut arguments = vec!["audit", "verify"];
    arguments.extend(expected.map(|_| "--expect-head"));
    arguments.extend(expected);
    let said = world.server.run(&arguments).await;
    (said.code, said.out + &said.err)
}

async fn e12_tampering_with_the_log_is_found(world: World) {
    let (ann, database) = (world.person("ann").await, &world.database);
    for number in 0..6 {
        ann.group_with(&format!("Group {number}"), &[]).await;
    }
    let (code, said) = verify(&world, None).await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("6 entries") && said.contains("not sealed yet: 0"), "{said}");
    let head = said.lines().find_map(|line| line.strip_prefix("head: ")).unwrap().to_owned();
    assert!(head.starts_with("6:"), "{head}");
    // What erasing does is no tampering.
    database.execute("UPDATE audit_log SET ip = NULL, details = NULL WHERE number = 2").await;
    assert_eq!(verify(&world, Some(&head)).await.0, 0);

    let swap = "UPDATE audit_log SET number = -2 WHERE number = 2; \
                UPDATE audit_log SET number = 2 WHERE number = 4; \
                UPDATE audit_log SET number = 4 WHERE number = -2";
    let remove = |which: &str| {
        format!(
            "CREATE TABLE kept AS SELECT * FROM audit_log WHERE number {which}; \
             DELETE FROM audit_log WHERE number {which}"
        )
    };
    let restore = "INSERT INTO audit_log SELECT * FROM kept; DROP TABLE kept";
    let edit = "UPDATE audit_log SET actor_id = 'eve' WHERE number = 3";
    let mend = "UPDATE audit_log SET actor_id = 'ann' WHERE number = 3";
    for (attack, undo, told) in [
        (edit.to_owned(), mend, "entry 3 ("),
        (swap.to_owned(), swap, "entry 2 ("),
        (remove("= 3"), restore, "entry 3 was removed"),
        (remove("IN (4, 5)"), restore, "entries 4 to 5 were removed"),
        (remove("= 1"), restore, "entry 1 was removed"),
        (remove("= 6"), restore, "entry 6 was removed"),
        (remove("> 0"), restore, "entries 1 to 6 were removed"),
    ] {
        database.execute(&attack).await;
        let (code, said) = verify(&world, None).await;
        assert_eq!(code, 1, "{attack}: {said}");
        assert!(said.contains(told), "{attack}: {said}");
        database.execute(undo).await;
        let (code, said) = verify(&world, Some(&head)).await;
        assert_eq!(code, 0, "undone: {undo}: {said}");
    }

    // Who cuts the noted end too is found by who kept a head elsewhere.
    database.execute(&remove("= 6")).await;
    let earlier = "UPDATE audit_head SET number = 5, \
                   hash = (SELECT hash FROM audit_log WHERE number = 5)";
    database.execute(earlier).await;
    assert_eq!(verify(&world, None).await.0, 0);
    let (code, said) = verify(&world, Some(&head)).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("entry 6 was removed"), "{said}");
    let usage = verify(&world, Some("6:nonsense")).await;
    assert_eq!(usage.0, 2, "{}", usage.1);
}

async fn e12_two_servers_seal_one_chain(world: World) {
    let ann = world.person("ann").await;
    let other = world.second_server().await;
    let there = ann.at_other(other.as_ref());
    for number in 0..15 {
        let name = format!("Group {number}");
        tokio::join!(ann.group_with(&name, &[]), there.group_with(&name, &[]));
    }
    let (one, two) = tokio::join!(verify(&world, None), verify(&world, None));
    for (code, said) in [one, two] {
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("30 entries"), "{said}");
    }
}
