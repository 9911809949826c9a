//! People who belong to a host application: made known, changed, deactivated, let in again.

use chinwag_client::Method;
use chinwag_tests::{
    IsJson, Person, Token, World, expect_close, expect_problem, expect_status, on_both_databases,
    soon,
};
use serde_json::{Value, json};

on_both_databases!(
    c1_a_host_makes_people_known_before_their_first_token,
    c1_a_record_changes_what_it_names,
    c1_a_token_still_updates_the_profile,
    c1_only_an_application_admin_keeps_people,
    c1_records_that_do_not_fit_are_refused_whole,
    c1_a_deactivated_person_is_refused_at_once_and_comes_back,
    c1_what_is_deactivated_at_one_server_ends_at_the_other,
    c1_nobody_adds_or_writes_first_to_a_deactivated_person,
    c1_two_records_of_one_new_person_are_both_kept,
);

on_both_databases!(with &[("auth.mode", "local")];
    c1_local_accounts_are_deactivated_with_their_sign_ins,
);

pub(crate) async fn admin(world: &World) -> Person {
    Person::with_token(&world.server, &Token::of("root").with("roles", json!(["admin"]))).await
}

pub(crate) async fn put(by: &Person, id: &str, record: Value) -> chinwag_client::Response {
    by.request(Method::PUT, &format!("/users/{id}"), Some(&record)).await
}

/// Entries of the audit log about people.
async fn entries(world: &World) -> i64 {
    world.database.count("audit_log WHERE action LIKE 'user.%'").await
}

async fn c1_a_host_makes_people_known_before_their_first_token(world: World) {
    let root = admin(&world).await;
    let picture = "https://example.org/ann.png";
    let record = json!({"name": "Ann Smith", "username": "ann", "avatar_url": picture});
    let made = expect_status(put(&root, "host%7C7", record.clone()).await, 201);
    assert!(
        made.has_only_keys(&[
            "id",
            "username",
            "name",
            "avatar_url",
            "role",
            "active",
            "last_seen_at"
        ]),
        "{made}"
    );
    assert_eq!((&made["id"], &made["name"]), (&json!("host|7"), &json!("Ann Smith")));
    assert_eq!((&made["active"], &made["role"]), (&json!(true), &json!("member")));
    // The same again changes nothing, and is written down once.
    assert_eq!(expect_status(put(&root, "host%7C7", record).await, 200), made);
    assert_eq!(entries(&world).await, 1);

    // Others can look for the person and write to them.
    let found = expect_status(root.get("/users?search=smith").await, 200);
    assert_eq!(found["items"][0]["avatar_url"], json!(picture));
    let direct = json!({"type": "direct", "participant_ids": ["host|7"]});
    expect_status(root.post("/conversations", direct).await, 201);
    let token = Token::of("host|7").without("name").without("username");
    let ann = Person::with_token(&world.server, &token).await;
    let me = expect_status(ann.get("/users/me").await, 200);
    assert_eq!((&me["name"], &me["username"]), (&json!("Ann Smith"), &json!("ann")));
}

async fn c1_a_record_changes_what_it_names(world: World) {
    let root = admin(&world).await;
    let all = json!({"name": "Ann", "username": "ann", "avatar_url": "https://example.org/a"});
    expect_status(put(&root, "ann", all).await, 201);
    let changed = expect_status(put(&root, "ann", json!({"avatar_url": null})).await, 200);
    assert_eq!((&changed["name"], &changed["username"]), (&json!("Ann"), &json!("ann")));
    assert_eq!(changed["avatar_url"], Value::Null);
    let changed = expect_status(put(&root, "ann", json!({"username": null})).await, 200);
    assert_eq!((&changed["name"], &changed["username"]), (&json!("Ann"), &Value::Null));
    expect_status(put(&root, "ann", json!({})).await, 200);
    assert_eq!(entries(&world).await, 3);
}

async fn c1_a_token_still_updates_the_profile(world: World) {
    let root = admin(&world).await;
    expect_status(put(&root, "ann", json!({"name": "Ann of the host"})).await, 201);
    let token = Token::of("ann").with("name", "Ann of the token").with("roles", json!(["admin"]));
    let ann = Person::with_token(&world.server, &token).await;
    let me = expect_status(ann.get("/users/me").await, 200);
    assert_eq!((&me["name"], &me["role"]), (&json!("Ann of the token"), &json!("admin")));
    // The role is the token's: without the claim it is gone, whatever was stored.
    let plain = Person::with_token(&world.server, &Token::of("ann")).await;
    expect_problem(&put(&plain, "bob", json!({})).await, 403, "forbidden");
}

async fn c1_only_an_application_admin_keeps_people(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let supervisor = Token::of("sam").with("roles", json!(["supervisor"]));
    let sam = Person::with_token(&world.server, &supervisor).await;
    for person in [&alice, &sam] {
        // Before the body is looked at, and whether there is such a person or not.
        for body in [json!({"name": "Bob"}), json!({"nonsense": 1})] {
            expect_problem(&put(person, "bob", body.clone()).await, 403, "forbidden");
            expect_problem(&put(person, "nobody", body).await, 403, "forbidden");
        }
        expect_problem(&person.delete("/users/bob").await, 403, "forbidden");
        expect_problem(&person.delete("/users/nobody").await, 403, "forbidden");
        expect_problem(&person.delete(&format!("/users/{}", person.id)).await, 403, "forbidden");
    }
    let nobody = world.nobody();
    for method in [Method::PUT, Method::DELETE] {
        let answer = nobody.request(method, "/users/bob", None).await.unwrap();
        expect_problem(&answer, 401, "token_missing");
    }
    assert_eq!(expect_status(bob.get("/users/me").await, 200)["name"], "bob");
    let forged = Token::of("root")
        .with("roles", json!(["admin"]))
        .signed_with("another secret of that length");
    let stranger = world.nobody().with_token(forged.sign());
    let answer = stranger.request(Method::DELETE, "/users/bob", None).await.unwrap();
    expect_problem(&answer, 401, "token_invalid");
}

async fn c1_records_that_do_not_fit_are_refused_whole(world: World) {
    let root = admin(&world).await;
    for (body, pointer) in [
        (json!({"name": ""}), "/name"),
        (json!({"name": "a\nb"}), "/name"),
        (json!({"name": "x".repeat(101)}), "/name"),
        (json!({"username": "x".repeat(65)}), "/username"),
        (json!({"avatar_url": "javascript:alert(1)"}), "/avatar_url"),
        (json!({"active": "yes"}), "/active"),
        (json!({"name": "Ann", "role": "admin"}), "/role"),
        (json!({"name": "Ann", "id": "other"}), "/id"),
        (json!({"deactivated_at": null}), "/deactivated_at"),
    ] {
        let problem =
            expect_problem(&put(&root, "ann", body.clone()).await, 422, "validation_failed");
        assert_eq!(problem.errors[0].pointer, pointer, "{body}");
    }
    expect_problem(&put(&root, "a%20b", json!({})).await, 404, "not_found");
    expect_problem(&root.get("/users/ann").await, 404, "not_found");
    expect_problem(&put(&root, "root", json!({"active": false})).await, 409, "conflict");
    assert_eq!(entries(&world).await, 0);
}

async fn c1_a_deactivated_person_is_refused_at_once_and_comes_back(world: World) {
    let root = admin(&world).await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    bob.say(group.id, "hello").await;
    let (first, second) = (bob.socket().await, bob.socket().await);

    expect_status(root.delete("/users/bob").await, 204);
    expect_problem(&bob.get("/users/me").await, 403, "account_deactivated");
    let codes = tokio::join!(expect_close(&first), expect_close(&second));
    assert_eq!(codes, (4503, 4503));
    let path = format!("/conversations/{}/messages", group.id);
    expect_problem(&bob.post(&path, json!({"content": "x"})).await, 403, "account_deactivated");
    // A token with other claims makes no other person.
    let other = world.nobody().with_token(Token::of("bob").with("name", "Robert").sign());
    let answer = other.request(Method::GET, "/users/me", None).await.unwrap();
    expect_problem(&answer, 403, "account_deactivated");

    // What was said stays, under the name, and so does the membership.
    let history = expect_status(alice.get(&path).await, 200);
    assert_eq!(history["items"][0]["sender"]["name"], "bob");
    let people =
        expect_status(alice.get(&format!("/conversations/{}/participants", group.id)).await, 200);
    assert_eq!(people["items"].as_array().unwrap().len(), 2);
    soon("he is offline", || async {
        let presence = expect_status(alice.get("/presence?user_ids=bob").await, 200);
        (presence["items"][0]["online"] == json!(false)).then_some(())
    })
    .await;

    // Again: nothing. Unknown: nobody. Oneself: no.
    expect_status(root.delete("/users/bob").await, 204);
    expect_problem(&root.delete("/users/nobody").await, 404, "not_found");
    expect_problem(&root.delete("/users/root").await, 409, "conflict");
    assert_eq!(entries(&world).await, 1);

    let back = expect_status(put(&root, "bob", json!({"active": true})).await, 200);
    assert_eq!((&back["active"], &back["name"]), (&json!(true), &json!("bob")));
    expect_status(bob.get("/users/me").await, 200);
    bob.say(group.id, "back").await;
    bob.socket().await;
    // A record can end an account as well.
    let socket = bob.socket().await;
    let ended = expect_status(put(&root, "bob", json!({"active": false})).await, 200);
    assert_eq!(ended["active"], json!(false));
    assert_eq!(expect_close(&socket).await, 4503);
    expect_problem(&bob.get("/users/me").await, 403, "account_deactivated");
    assert_eq!(entries(&world).await, 3);
}

async fn c1_what_is_deactivated_at_one_server_ends_at_the_other(world: World) {
    let other = world.second_server().await;
    let root = admin(&world).await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let (alice, bob) = (alice.at_other(other.as_ref()), bob.at_other(other.as_ref()));
    expect_status(bob.get("/users/me").await, 200);
    let (socket, bystander) = (bob.socket().await, alice.socket().await);

    expect_status(root.delete("/users/bob").await, 204);
    assert_eq!(expect_close(&socket).await, 4503);
    soon("the token is refused", || async {
        (bob.get("/users/me").await.status == 403).then_some(())
    })
    .await;
    expect_problem(&bob.get("/users/me").await, 403, "account_deactivated");
    bystander.request("ping", json!({})).await.unwrap();
}

async fn c1_nobody_adds_or_writes_first_to_a_deactivated_person(world: World) {
    let root = admin(&world).await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    world.person("carol").await;
    let group = alice.group_with("Team", &[&bob]).await;
    expect_status(root.delete("/users/carol").await, 204);
    let add = format!("/conversations/{}/participants", group.id);
    expect_problem(&alice.post(&add, json!({"user_ids": ["carol"]})).await, 404, "not_found");
    let direct = json!({"type": "direct", "participant_ids": ["carol"]});
    expect_problem(&alice.post("/conversations", direct).await, 404, "not_found");
    let send = json!({"recipient_id": "carol", "content": "hi"});
    expect_problem(&alice.post("/messages", send).await, 404, "not_found");
    expect_problem(&alice.get("/users/carol").await, 404, "not_found");
    let listed = expect_status(alice.get("/users?search=carol").await, 200);
    assert_eq!(listed["items"], json!([]));
}

async fn c1_two_records_of_one_new_person_are_both_kept(world: World) {
    let root = admin(&world).await;
    for round in 0..10 {
        let id = format!("p{round}");
        let (one, other) = tokio::join!(
            put(&root, &id, json!({"name": "Ann"})),
            put(&root, &id, json!({"avatar_url": "https://example.org/a"})),
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201], "one of them made the person");
        let now = expect_status(root.get(&format!("/users/{id}")).await, 200);
        assert_eq!(
            (&now["name"], &now["avatar_url"]),
            (&json!("Ann"), &json!("https://example.org/a"))
        );
    }
}

async fn c1_local_accounts_are_deactivated_with_their_sign_ins(world: World) {
    let nobody = world.nobody();
    let register = async |username: &str| {
        let body = json!({"username": username, "password": "correct horse"});
        let made = nobody.request(Method::POST, "/auth/register", Some(&body)).await.unwrap();
        expect_status(made, 201)
    };
    let ann = register("ann").await;
    let id = ann["user"]["id"].as_str().unwrap().to_owned();
    let person = Person::with_signed_token(
        &world.server.url(),
        ann["access_token"].as_str().unwrap().to_owned(),
    )
    .await;
    let socket = person.socket().await;
    // Its own tokens carry the role of the account, so the host signs one for its admin.
    let root = register("root").await;
    let admin = Person::with_signed_token(&world.server.url(), admin_token(&root)).await;

    let refused = put(&admin, &id, json!({"username": "other"})).await;
    let problem = expect_problem(&refused, 422, "validation_failed");
    assert_eq!(problem.errors[0].pointer, "/username");
    expect_status(admin.delete(&format!("/users/{id}")).await, 204);
    expect_problem(&person.get("/users/me").await, 403, "account_deactivated");
    assert_eq!(expect_close(&socket).await, 4503);
    let refresh = json!({"refresh_token": ann["refresh_token"]});
    let refreshed = nobody.request(Method::POST, "/auth/refresh", Some(&refresh)).await.unwrap();
    expect_problem(&refreshed, 401, "token_invalid");
    let login = json!({"username": "ann", "password": "correct horse"});
    let login_again =
        async || nobody.request(Method::POST, "/auth/login", Some(&login)).await.unwrap();
    expect_problem(&login_again().await, 403, "account_deactivated");

    expect_status(put(&admin, &id, json!({"active": true})).await, 200);
    let fresh = expect_status(login_again().await, 200);
    // The old sign-in stays ended.
    expect_problem(&person.get("/users/me").await, 401, "session_revoked");
    let token = fresh["access_token"].as_str().unwrap().to_owned();
    Person::with_signed_token(&world.server.url(), token).await;
}

/// The access token of a local account, with the role admin.
fn admin_token(account: &Value) -> String {
    Token::from_payload_of(account["access_token"].as_str().unwrap())
        .with("roles", json!(["admin"]))
        .sign()
}
