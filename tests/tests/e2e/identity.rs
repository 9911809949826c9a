//! Tokens of a host application, and the profiles that come with them.

use chinwag_client::Client;
use chinwag_tests::{Person, Token, World, expect_problem, expect_status, on_both_databases};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

on_both_databases!(
    a15_missing_expired_and_invalid_tokens_are_told_apart,
    a15_what_is_no_bearer_token_is_told_from_none,
    c1_a_first_token_makes_the_profile,
    c1_the_role_is_that_of_the_current_token,
    c1_the_directory_is_searched,
);
on_both_databases!(
    with &[("auth.claims.subject", "userId"), ("auth.claims.name", "displayName"),
        ("auth.claims.picture", "image"), ("auth.claims.roles", "permissions"),
        ("auth.claims.username", "login")];
    c1_claims_have_the_names_that_the_host_gives_them,
);
on_both_databases!(
    with &[("auth.issuer", "https://host.example"), ("auth.audience", "chat")];
    a15_issuer_and_audience_are_checked_where_configured,
);
on_both_databases!(
    with &[("users.directory", "false")];
    c1_a_closed_directory_shows_whom_one_talks_to,
);
on_both_databases!(with &[("auth.algorithm", "HS512")]; a15_the_algorithm_is_the_configured_one);

async fn get_me(world: &World, token: &str) -> chinwag_client::Response {
    let client = Client::new(&world.server.url()).unwrap().with_token(token);
    client.request(chinwag_client::Method::GET, "/users/me", None).await.unwrap()
}

async fn a15_missing_expired_and_invalid_tokens_are_told_apart(world: World) {
    let nobody = world.nobody();
    let answer = nobody.request(chinwag_client::Method::GET, "/users/me", None).await.unwrap();
    expect_problem(&answer, 401, "token_missing");
    for seconds in [-3_600, -1, 0] {
        let expired = Token::of("alice").expiring_in(seconds).sign();
        expect_problem(&get_me(&world, &expired).await, 401, "token_expired");
    }

    let good = Token::of("alice").sign();
    let (start, signature) = good.rsplit_once('.').unwrap();
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", start.split_once('.').unwrap().1);
    let invalid = [
        "nonsense".to_owned(),
        "a.b.c".to_owned(),
        format!("{start}."),
        format!("{start}.{}", signature.chars().rev().collect::<String>()),
        none,
        Token::of("alice").signed_with("another secret of at least 32 bytes length").sign(),
        Token::of("alice").by(Algorithm::HS512).sign(),
        Token::of("alice").without("exp").sign(),
        Token::of("alice").with("exp", "9999999999").sign(),
        Token::of("alice").without("sub").sign(),
        Token::of("").sign(),
        Token::of("white space").sign(),
        Token::of(&"x".repeat(129)).sign(),
    ];
    for token in invalid {
        let answer = get_me(&world, &token).await;
        assert_eq!(answer.status, 401, "{token}: {}", answer.text);
        expect_problem(&answer, 401, "token_invalid");
    }
    assert_eq!(world.database.count("users").await, 0);
    // Never in the URL.
    let path = format!("/users/me?token={good}");
    let answer = nobody.request(chinwag_client::Method::GET, &path, None).await.unwrap();
    assert_eq!(answer.status, 401, "{}", answer.text);
    expect_status(get_me(&world, &good).await, 200);
}

async fn a15_the_algorithm_is_the_configured_one(world: World) {
    let weaker = Token::of("alice").by(Algorithm::HS256).sign();
    expect_problem(&get_me(&world, &weaker).await, 401, "token_invalid");
    let right = Token::of("alice").by(Algorithm::HS512).sign();
    expect_status(get_me(&world, &right).await, 200);
}

async fn a15_what_is_no_bearer_token_is_told_from_none(world: World) {
    let token = Token::of("alice").sign();
    let bearer = format!("Bearer {token}");
    let lower = format!("bearer {token}");
    let basic = "Basic YWxpY2U6c2VjcmV0".to_owned();
    let nobody = world.nobody();
    for (headers, status, code) in [
        (vec![], 401, "token_missing"),
        (vec![("x-authorization", &bearer)], 401, "token_missing"),
        (vec![("cookie", &bearer)], 401, "token_missing"),
        (vec![("authorization", &token)], 401, "token_invalid"),
        (vec![("authorization", &basic)], 401, "token_invalid"),
        (vec![("authorization", &bearer), ("authorization", &bearer)], 401, "token_invalid"),
        (vec![("authorization", &bearer)], 200, ""),
        (vec![("authorization", &lower)], 200, ""),
    ] {
        let named: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let get = chinwag_client::Method::GET;
        let answer = nobody.request_with_headers(get, "/users/me", &named).await.unwrap();
        assert_eq!(answer.status, status, "{named:?}: {}", answer.text);
        if status == 401 {
            expect_problem(&answer, 401, code);
            // As HTTP has it for who does not say who they are.
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{named:?}");
        }
    }
}

async fn c1_a_first_token_makes_the_profile(world: World) {
    let picture = "https://pictures.example/a.png";
    let token = Token::of("user-1")
        .with("name", "Alice Example")
        .with("username", "alice")
        .with("picture", picture);
    let alice = Person::with_token(&world.server, &token).await;
    let me = expect_status(alice.get("/users/me").await, 200);
    assert_eq!(
        me,
        json!({
            "id": "user-1", "username": "alice", "name": "Alice Example", "avatar_url": picture,
            "role": "member", "last_seen_at": Value::Null,
        })
    );
    // A number is taken as its decimal text, and a new name in a new token is taken over.
    let numbered = Token::of("").with("sub", 4711).with("name", "Number");
    assert_eq!(Person::with_token(&world.server, &numbered).await.id, "4711");
    let renamed = token.with("name", "Alice Renamed");
    let alice = Person::with_token(&world.server, &renamed).await;
    assert_eq!(alice.client.me().await.unwrap().name.as_deref(), Some("Alice Renamed"));
    assert_eq!(world.database.count("users").await, 2);
}

async fn c1_claims_have_the_names_that_the_host_gives_them(world: World) {
    let token = Token::of("nobody")
        .with("userId", 17)
        .with("displayName", "Seventeen")
        .with("image", "https://pictures.example/17.png")
        .with("login", "no17")
        .with("permissions", json!(["supervisor"]));
    let me = expect_status(get_me(&world, &token.sign()).await, 200);
    assert_eq!(
        me,
        json!({
            "id": "17", "username": "no17", "name": "Seventeen", "role": "supervisor",
            "avatar_url": "https://pictures.example/17.png", "last_seen_at": Value::Null,
        })
    );
    // The usual names say nothing here.
    let usual = Token::of("somebody").sign();
    expect_problem(&get_me(&world, &usual).await, 401, "token_invalid");
}

async fn a15_issuer_and_audience_are_checked_where_configured(world: World) {
    let token = || Token::of("alice").with("iss", "https://host.example").with("aud", "chat");
    expect_status(get_me(&world, &token().sign()).await, 200);
    let several = token().with("aud", json!(["other", "chat"]));
    expect_status(get_me(&world, &several.sign()).await, 200);
    for wrong in [
        token().with("iss", "https://evil.example"),
        token().without("iss"),
        token().with("aud", "other"),
        token().with("aud", json!([])),
        token().without("aud"),
    ] {
        expect_problem(&get_me(&world, &wrong.sign()).await, 401, "token_invalid");
    }
}

async fn c1_a_closed_directory_shows_whom_one_talks_to(world: World) {
    let [alice, bob, _] = world.people(["alice", "bob", "mallory"]).await;
    alice.direct_with(&bob).await;
    let known = async |person: &Person| {
        let mut ids: Vec<String> =
            person.client.users(&[]).await.unwrap().items.into_iter().map(|it| it.id).collect();
        ids.retain(|id| *id != person.id);
        ids
    };
    assert_eq!(known(&alice).await, ["bob"]);
    assert!(alice.client.users(&[("search", "mall")]).await.unwrap().items.is_empty());
    expect_problem(&alice.get("/users/mallory").await, 404, "not_found");
    assert_eq!(alice.client.user("bob").await.unwrap().id, "bob");
    // Who left is a stranger again.
    let group = bob.group_with("Team", &[&alice]).await;
    bob.client.add_participants(group.id, &["mallory"]).await.unwrap();
    expect_status(alice.get("/users/mallory").await, 200);
    bob.client.remove_participant(group.id, "mallory").await.unwrap();
    expect_problem(&alice.get("/users/mallory").await, 404, "not_found");
}

async fn c1_the_role_is_that_of_the_current_token(world: World) {
    let role_of = async |token: Token| {
        let me = expect_status(get_me(&world, &token.sign()).await, 200);
        me["role"].as_str().unwrap().to_owned()
    };
    assert_eq!(role_of(Token::of("alice")).await, "member");
    assert_eq!(role_of(Token::of("alice").with("roles", json!(["admin"]))).await, "admin");
    assert_eq!(
        role_of(Token::of("alice").with("roles", json!(["supervisor", "x"]))).await,
        "supervisor"
    );
    assert_eq!(role_of(Token::of("alice")).await, "member");
}

async fn c1_the_directory_is_searched(world: World) {
    let [alice, _, _] = world.people(["alice", "bob", "bobby"]).await;
    let found = alice.client.users(&[("search", "BOB")]).await.unwrap();
    let mut ids: Vec<_> = found.items.iter().map(|it| it.id.clone()).collect();
    ids.sort();
    assert_eq!(ids, ["bob", "bobby"]);
    assert_eq!(alice.client.user("bob").await.unwrap().name.as_deref(), Some("bob"));
    expect_problem(&alice.get("/users/nobody").await, 404, "not_found");

    let first = alice.client.users(&[("limit", "2")]).await.unwrap();
    let cursor = first.next_cursor.unwrap();
    let second = alice.client.users(&[("limit", "2"), ("cursor", &cursor)]).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next_cursor), (2, 1, None));
    assert!(first.items.iter().all(|it| it.id != second.items[0].id));
}
