//! Accounts that the server keeps itself.

use chinwag_client::{Auth, Client, Method, SignedIn, Socket, SocketOptions};
use chinwag_tests::{
    Settings, World, expect_close, expect_problem, expect_status, on_both_databases, soon,
};
use futures_util::future::join_all;
use serde_json::json;

const LOCAL: &Settings = &[("auth.mode", "local")];
const LOCAL_WITH_GUESTS: &Settings = &[("auth.mode", "local"), ("auth.guests", "true")];

on_both_databases!(
    with LOCAL;
    c2_register_and_log_in,
    c2_a_wrong_password_and_an_unknown_name_get_the_same_answer,
    c2_a_refresh_token_is_used_once,
    c2_logging_out_ends_the_session_and_its_sockets,
    c2_sessions_are_listed_and_revoked,
    c2_a_name_registered_many_times_at_once_is_one_account,
    c2_a_refresh_token_used_many_times_at_once_is_used_once,
    c2_bad_fields_are_refused,
    c2_signing_out_holds_on_every_server,
    c2_guests_come_in_only_where_they_may,
    c2_sign_ins_that_are_over_are_forgotten,
);
on_both_databases!(c2_a_host_application_keeps_the_accounts);
on_both_databases!(with LOCAL_WITH_GUESTS; c2_a_guest_signs_in_by_name);

const PASSWORD: &str = "correct horse battery staple";

async fn registered(world: &World, name: &str) -> (Client, SignedIn) {
    let signed_in = world.nobody().register(name, PASSWORD).await.unwrap();
    (world.nobody().with_token(signed_in.access_token.as_str()), signed_in)
}

async fn c2_register_and_log_in(world: World) {
    let (alice, signed_in) = registered(&world, "alice").await;
    assert_eq!(signed_in.user.username.as_deref(), Some("alice"));
    assert_eq!(signed_in.token_type, "Bearer");
    assert!(signed_in.expires_in > 0);
    assert_eq!(alice.me().await.unwrap().id, signed_in.user.id);

    let again = world.nobody().login("alice", PASSWORD).await.unwrap();
    assert_eq!(again.user.id, signed_in.user.id);
    assert_ne!(again.refresh_token, signed_in.refresh_token);
    // Names are unique, however they are written.
    for name in ["alice", "Alice"] {
        let body = json!({"username": name, "password": PASSWORD});
        let taken = world.nobody().request(Method::POST, "/auth/register", Some(&body)).await;
        expect_problem(&taken.unwrap(), 409, "conflict");
    }
    for (name, password) in [("bob", "short"), ("", PASSWORD), ("with space", PASSWORD)] {
        let body = json!({"username": name, "password": password});
        let refused = world.nobody().request(Method::POST, "/auth/register", Some(&body)).await;
        expect_problem(&refused.unwrap(), 422, "validation_failed");
    }
    assert_eq!(world.database.count("users").await, 1);
    assert_eq!(world.database.count("credentials").await, 1);

    let changed = alice.update_me(&json!({"name": "Alice E."})).await.unwrap();
    assert_eq!(changed.name.as_deref(), Some("Alice E."));
    // At once, under the token from before: what they begin next is not told under the old name.
    let auth = Auth::Header(signed_in.access_token.clone());
    let socket = Socket::connect(&world.server.url(), auth, SocketOptions::default()).await;
    assert_eq!(socket.unwrap().ready().unwrap().data["user"]["name"], "Alice E.");
    let mass = alice.request(Method::PATCH, "/users/me", Some(&json!({"role": "admin"}))).await;
    expect_problem(&mass.unwrap(), 422, "validation_failed");
}

async fn c2_a_wrong_password_and_an_unknown_name_get_the_same_answer(world: World) {
    registered(&world, "alice").await;
    let mut answers = Vec::new();
    for (name, password) in [("alice", "wrong horse battery"), ("nobody", PASSWORD)] {
        let body = json!({"username": name, "password": password});
        let path = "/auth/login";
        let answer = world.nobody().request(Method::POST, path, Some(&body)).await.unwrap();
        assert_eq!(answer.status, 401, "{}", answer.text);
        let mut problem = answer.json;
        problem.as_object_mut().unwrap().remove("request_id");
        answers.push(problem);
    }
    assert_eq!(answers[0], answers[1]);
}

async fn c2_a_refresh_token_is_used_once(world: World) {
    let (_, first) = registered(&world, "alice").await;
    let second = world.nobody().refresh(&first.refresh_token).await.unwrap();
    assert_ne!(second.refresh_token, first.refresh_token);
    let third = world.nobody().refresh(&second.refresh_token).await.unwrap();
    let client = world.nobody().with_token(third.access_token.as_str());
    client.me().await.unwrap();

    // Somebody comes with a used one: the whole family ends, also its newest member.
    for token in [&first.refresh_token, &third.refresh_token] {
        let refused = world.nobody().refresh(token).await.unwrap_err();
        assert_eq!(refused.problem().unwrap().status, 401, "{refused}");
    }
    let me = client.request(Method::GET, "/users/me", None).await.unwrap();
    expect_problem(&me, 401, "session_revoked");
    // A refresh token is no access token.
    let fresh = world.nobody().login("alice", PASSWORD).await.unwrap();
    let wrong = world.nobody().with_token(fresh.refresh_token.as_str());
    let me = wrong.request(Method::GET, "/users/me", None).await.unwrap();
    expect_problem(&me, 401, "token_invalid");
}

async fn c2_logging_out_ends_the_session_and_its_sockets(world: World) {
    let (alice, signed_in) = registered(&world, "alice").await;
    let auth = Auth::Header(signed_in.access_token.clone());
    let options = SocketOptions::default();
    let socket = Socket::connect(&world.server.url(), auth, options).await.unwrap();

    alice.logout().await.unwrap();
    assert_eq!(expect_close(&socket).await, 4503);
    let me = alice.request(Method::GET, "/users/me", None).await.unwrap();
    expect_problem(&me, 401, "session_revoked");
    let refused = world.nobody().refresh(&signed_in.refresh_token).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().status, 401, "{refused}");
}

async fn c2_sessions_are_listed_and_revoked(world: World) {
    let (phone, _) = registered(&world, "alice").await;
    let laptop = world.nobody().login("alice", PASSWORD).await.unwrap();
    let laptop = world.nobody().with_token(laptop.access_token.as_str());
    let (other, _) = registered(&world, "bob").await;

    let sessions = phone.sessions().await.unwrap().items;
    assert_eq!(sessions.len(), 2, "{sessions:?}");
    let (own, others): (Vec<_>, Vec<_>) = sessions.iter().partition(|it| it["current"] == true);
    assert_eq!((own.len(), others.len()), (1, 1));
    let id = others[0]["id"].as_str().unwrap();
    // Not by somebody else.
    let path = format!("/auth/sessions/{id}");
    expect_problem(&other.request(Method::DELETE, &path, None).await.unwrap(), 404, "not_found");
    laptop.me().await.unwrap();

    phone.end_session(id).await.unwrap();
    let me = laptop.request(Method::GET, "/users/me", None).await.unwrap();
    expect_problem(&me, 401, "session_revoked");
    phone.me().await.unwrap();
    assert_eq!(phone.sessions().await.unwrap().items.len(), 1);
}

async fn c2_a_name_registered_many_times_at_once_is_one_account(world: World) {
    let nobody = world.nobody();
    let body = json!({"username": "alice", "password": PASSWORD});
    let answers =
        join_all((0..8).map(|_| nobody.request(Method::POST, "/auth/register", Some(&body)))).await;
    let statuses: Vec<u16> = answers.into_iter().map(|answer| answer.unwrap().status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
    assert_eq!(world.database.count("users").await, 1);
    assert_eq!(world.database.count("sessions").await, 1);
}

async fn c2_a_refresh_token_used_many_times_at_once_is_used_once(world: World) {
    let (_, first) = registered(&world, "alice").await;
    let nobody = world.nobody();
    let answers = join_all((0..6).map(|_| nobody.refresh(&first.refresh_token))).await;
    let fresh: Vec<&SignedIn> = answers.iter().flatten().collect();
    assert_eq!(fresh.len(), 1, "{answers:?}");
    // Five came with a used one: nobody knows who is the thief, so all are out.
    let client = nobody.with_token(fresh[0].access_token.as_str());
    let me = client.request(Method::GET, "/users/me", None).await.unwrap();
    expect_problem(&me, 401, "session_revoked");
    assert!(nobody.refresh(&fresh[0].refresh_token).await.is_err());
}

async fn c2_bad_fields_are_refused(world: World) {
    let nobody = world.nobody();
    let long = "x".repeat(300);
    for (path, body, pointer) in [
        ("register", json!({"username": "a", "password": PASSWORD}), "/username"),
        ("register", json!({"username": "älice", "password": PASSWORD}), "/username"),
        ("register", json!({"username": long, "password": PASSWORD}), "/username"),
        ("register", json!({"username": 5, "password": PASSWORD}), "/username"),
        ("register", json!({"password": PASSWORD}), "/username"),
        ("register", json!({"username": "alice", "password": long}), "/password"),
        ("register", json!({"username": "alice"}), "/password"),
        ("register", json!({"username": "alice", "password": PASSWORD, "name": ""}), "/name"),
        ("register", json!({"username": "alice", "password": PASSWORD, "role": "admin"}), "/role"),
        ("login", json!({"username": "alice"}), "/password"),
        ("login", json!({"username": "alice", "password": 5}), "/password"),
        ("refresh", json!({}), "/refresh_token"),
        ("refresh", json!({"refresh_token": ["x"]}), "/refresh_token"),
    ] {
        let path = format!("/auth/{path}");
        let answer = nobody.request(Method::POST, &path, Some(&body)).await.unwrap();
        let problem = expect_problem(&answer, 422, "validation_failed");
        let pointers: Vec<_> = problem.errors.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(pointers, [pointer], "{path} {body}");
    }
    let body = json!({"refresh_token": "nonsense"});
    let answer = nobody.request(Method::POST, "/auth/refresh", Some(&body)).await.unwrap();
    expect_problem(&answer, 401, "token_invalid");
    for table in ["users", "credentials", "sessions"] {
        assert_eq!(world.database.count(table).await, 0, "{table}");
    }
}

async fn c2_signing_out_holds_on_every_server(world: World) {
    let second = world.second_server().await;
    let url = second.as_ref().unwrap_or(&world.server).url();
    let (alice, signed_in) = registered(&world, "alice").await;
    let there = Client::new(&url).unwrap().with_token(signed_in.access_token.as_str());
    there.me().await.unwrap();

    alice.logout().await.unwrap();
    soon("the other server refuses the token", || async {
        let me = there.request(Method::GET, "/users/me", None).await.unwrap();
        (me.status == 401).then(|| expect_problem(&me, 401, "session_revoked"))
    })
    .await;
    let auth = Auth::Header(signed_in.access_token.clone());
    let socket = Socket::connect(&url, auth, SocketOptions::default()).await;
    let refused = socket.unwrap_err();
    assert_eq!(refused.problem().map(|it| it.code.as_str()), Some("session_revoked"));
}

async fn c2_guests_come_in_only_where_they_may(world: World) {
    let nobody = world.nobody();
    let guest = json!({"name": "Alice"});
    let answer = nobody.request(Method::POST, "/auth/guest", Some(&guest)).await.unwrap();
    expect_problem(&answer, 404, "not_found");
    assert_eq!(world.database.count("users").await, 0);
}

async fn c2_a_host_application_keeps_the_accounts(world: World) {
    let nobody = world.nobody();
    let body = json!({"username": "alice", "password": PASSWORD});
    for path in ["register", "login", "guest", "refresh"] {
        let path = format!("/auth/{path}");
        let answer = nobody.request(Method::POST, &path, Some(&body)).await.unwrap();
        expect_problem(&answer, 404, "not_found");
    }
    assert_eq!(world.database.count("users").await, 0);
}

async fn c2_a_guest_signs_in_by_name(world: World) {
    let alice = world.nobody().guest("Alice").await.unwrap();
    let bob = world.nobody().guest("Bob").await.unwrap();
    assert_eq!(alice.user.name.as_deref(), Some("Alice"));
    assert_ne!(alice.user.id, bob.user.id);
    let client = world.nobody().with_token(alice.access_token);
    let direct = client.create_direct(&bob.user.id).await.unwrap();
    assert_eq!(direct.participant.unwrap().name.as_deref(), Some("Bob"));
    let nameless = json!({"name": " "});
    let refused = world.nobody().request(Method::POST, "/auth/guest", Some(&nameless)).await;
    expect_problem(&refused.unwrap(), 422, "validation_failed");
    expect_status(client.request(Method::GET, "/users/me", None).await.unwrap(), 200);
}

async fn c2_sign_ins_that_are_over_are_forgotten(world: World) {
    let (_, alice) = registered(&world, "alice").await;
    let (_, bob) = registered(&world, "bob").await;
    world.nobody().refresh(&alice.refresh_token).await.unwrap();
    let bob = world.nobody().refresh(&bob.refresh_token).await.unwrap();
    assert_eq!(world.database.count("refresh_tokens").await, 4);
    world.server.kill();
    // As if the server had been away for years.
    let of_alice =
        format!("UPDATE sessions SET expires_at = 1 WHERE user_id = '{}'", alice.user.id);
    world.database.execute(&of_alice).await;
    world.database.execute("UPDATE refresh_tokens SET used_at = 1 WHERE used_at > 0").await;
    world.server.restart().await;
    soon("they are swept", || async {
        (world.database.count("refresh_tokens").await == 1).then_some(())
    })
    .await;
    assert_eq!(world.database.count("sessions").await, 1);
    world.nobody().refresh(&bob.refresh_token).await.unwrap();
}
