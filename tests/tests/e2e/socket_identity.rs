//! Whose a socket is: header, first frame, renewal, expiry, origin.

use chinwag_client::{Auth, Error, Method, Socket, SocketOptions};
use chinwag_tests::{
    Person, Token, World, events_until, expect_close, expect_event, expect_refusal,
    on_both_databases,
};
use serde_json::{Value, json};

on_both_databases!(
    b10_a_socket_is_identified_by_the_header,
    b10_a_socket_is_identified_by_the_first_frame,
    b10_a_bad_token_gets_401_before_the_socket_opens,
    b10_a_refused_handshake_is_a_problem_like_any_other,
    b10_nothing_works_before_the_first_frame,
    b10_an_unidentified_socket_is_closed,
    a15_a_socket_ends_with_its_token,
    a15_a_token_is_renewed_on_the_live_socket,
);
on_both_databases!(with &[("cors.origins", "https://app.example")]; a19_a_socket_from_a_foreign_page_is_refused);

async fn connect(world: &World, auth: Auth) -> Result<Socket, Error> {
    Socket::connect(&world.server.url(), auth, SocketOptions::default()).await
}

async fn b10_a_socket_is_identified_by_the_header(world: World) {
    let alice = world.person("alice").await;
    let socket = connect(&world, Auth::Header(alice.token().to_owned())).await.unwrap();
    let ready = &socket.ready().unwrap().data;
    assert_eq!(ready["user"]["id"], "alice");
    assert!(ready["session_id"].is_string());
    assert!(ready["heartbeat_ms"].is_u64());
    assert!(ready["limits"].is_object());
    assert!(!ready["capabilities"].is_null());
    socket.request("ping", json!({})).await.unwrap();
}

async fn b10_a_socket_is_identified_by_the_first_frame(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let token = Auth::FirstFrame(alice.token().to_owned());
    let socket = connect(&world, token).await.unwrap();
    assert_eq!(socket.ready().unwrap().data["user"]["id"], "alice");
    bob.say(direct.id, "hello").await;
    expect_event(&socket, "message.created").await;

    // A token that is no good leaves the socket unidentified and open for another try.
    let socket = connect(&world, Auth::None).await.unwrap();
    expect_refusal(socket.authenticate("nonsense").await, "token_invalid");
    let expired = Token::of("alice").expiring_in(-10).sign();
    expect_refusal(socket.authenticate(&expired).await, "token_expired");
    socket.authenticate(alice.token()).await.unwrap();
    expect_event(&socket, "ready").await;
}

async fn b10_a_bad_token_gets_401_before_the_socket_opens(world: World) {
    for (token, code) in [
        ("nonsense".to_owned(), "token_invalid"),
        (Token::of("alice").expiring_in(-10).sign(), "token_expired"),
    ] {
        match connect(&world, Auth::Header(token)).await {
            Err(Error::Refused(problem)) => {
                assert_eq!((problem.status, problem.code.as_str()), (401, code));
            }
            other => panic!("expected {code}, got {other:?}"),
        }
    }
}

async fn b10_a_refused_handshake_is_a_problem_like_any_other(world: World) {
    let headers = [("authorization", "Bearer nonsense"), ("x-request-id", "mine-1")];
    let refused = world.http(Method::GET, "/api/v1/ws", &headers, Vec::new()).await;
    assert_eq!(refused.json(401)["request_id"], "mine-1");
    assert_eq!(refused.header("x-request-id"), "mine-1");
    assert!(refused.header("www-authenticate").starts_with("Bearer"), "{refused:?}");
}

async fn b10_nothing_works_before_the_first_frame(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let socket = connect(&world, Auth::None).await.unwrap();

    let requests: [(&str, Value); 5] = [
        ("message.send", json!({"conversation_id": direct.id, "content": "x"})),
        ("conversation.create", json!({"type": "group", "name": "x", "participant_ids": []})),
        ("presence.subscribe", json!({"user_ids": ["alice"]})),
        ("sync", json!({"conversations": {}})),
        ("conversation.read", json!({"conversation_id": direct.id})),
    ];
    for (kind, data) in requests {
        expect_refusal(socket.request(kind, data).await, "token_missing");
    }
    socket.request("ping", json!({})).await.unwrap();
    assert_eq!(world.database.count("messages").await, 0);
    // Nor does anything come.
    alice.say(direct.id, "not for strangers").await;
    socket.request("ping", json!({})).await.unwrap();
    socket.authenticate(bob.token()).await.unwrap();
    let events = events_until(&socket, |event| event.kind == "ready").await;
    assert_eq!(events.len(), 1, "{events:?}");
}

async fn b10_an_unidentified_socket_is_closed(world: World) {
    let socket = connect(&world, Auth::None).await.unwrap();
    assert_eq!(expect_close(&socket).await, 4401);
}

async fn a15_a_socket_ends_with_its_token(world: World) {
    let alice = Person::with_token(&world.server, &Token::of("alice").expiring_in(3)).await;
    let socket = alice.socket().await;
    // Less than a minute is left, so the warning comes at once.
    expect_event(&socket, "auth.expiring").await;
    assert_eq!(expect_close(&socket).await, 4401);
}

async fn a15_a_token_is_renewed_on_the_live_socket(world: World) {
    let short = Token::of("alice").expiring_in(3);
    let alice = Person::with_token(&world.server, &short).await;
    let mallory = world.person("mallory").await;
    let old = alice.socket().await;
    let renewed = alice.socket().await;

    // Another person's token is refused, and the identity stays.
    expect_refusal(renewed.authenticate(mallory.token()).await, "token_invalid");
    renewed.authenticate(&Token::of("alice").sign()).await.unwrap();
    // When the old token has run out, the renewed socket still stands.
    assert_eq!(expect_close(&old).await, 4401);
    renewed.request("ping", json!({})).await.unwrap();
    let new = json!({"type": "group", "name": "mine", "participant_ids": []});
    let made = renewed.request("conversation.create", new).await.unwrap();
    assert_eq!(made["participants"][0]["user"]["id"], "alice");
}

async fn a19_a_socket_from_a_foreign_page_is_refused(world: World) {
    let alice = world.person("alice").await;
    let connect = async |origin: Option<String>| {
        let options = SocketOptions { origin, ..SocketOptions::default() };
        let auth = Auth::Header(alice.token().to_owned());
        Socket::connect(&world.server.url(), auth, options).await
    };

    for origin in ["https://evil.example", "null", "https://app.example.evil", "http://app.example"]
    {
        match connect(Some(origin.to_owned())).await {
            Err(Error::Refused(problem)) => assert_eq!(problem.status, 403, "{origin}"),
            other => panic!("{origin}: {other:?}"),
        }
    }
    for origin in [None, Some("https://app.example".to_owned()), Some(world.server.url())] {
        let socket = connect(origin.clone()).await;
        assert!(socket.is_ok(), "{origin:?}: {socket:?}");
    }
}
