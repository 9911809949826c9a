//! How much one person, one name and one address may ask; what who is refused is told; and that nobody else suffers.
//!
//! Limits give back with time, so counts are held between two bounds: at least the burst, at most the burst and what
//! can have come back since the test began.

use chinwag_client::{Auth, Method, Outgoing, Response, Socket, SocketOptions};
use chinwag_tests::{
    Person, RawSocket, Settings, World, expect_close, expect_event, expect_problem, expect_refusal,
    expect_status, on_both_databases, soon,
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::time::Instant;

/// Ten at once and one per second; the loopback address, which is the proxy, is trusted.
const TIGHT: &Settings = &[
    ("limits.sends_per_second", "1"),
    ("limits.sends_burst", "10"),
    ("limits.requests_per_second", "1"),
    ("limits.requests_burst", "10"),
    ("limits.address_factor", "20"),
    ("server.trusted_proxies", "127.0.0.1"),
];

/// The same, and an address may do no more than a person may.
const TIGHT_ADDRESSES: &Settings = &[
    ("limits.requests_per_second", "1"),
    ("limits.requests_burst", "10"),
    ("limits.sends_per_second", "1"),
    ("limits.sends_burst", "10"),
    ("limits.address_factor", "1"),
    ("server.trusted_proxies", "127.0.0.1"),
];

const LOGINS: &Settings = &[
    ("auth.mode", "local"),
    ("auth.guests", "true"),
    ("limits.logins_per_minute", "5"),
    ("limits.logins_burst", "5"),
    ("limits.address_factor", "3"),
    ("server.trusted_proxies", "127.0.0.1"),
];

/// As they come out of the box.
const DEFAULTS: &Settings = &[
    ("limits.sends_per_second", "10"),
    ("limits.sends_burst", "30"),
    ("limits.requests_per_second", "60"),
    ("limits.requests_burst", "120"),
];

on_both_databases!(
    with TIGHT;
    e8_sends_over_both_doors_go_on_one_account,
    e8_a_repeated_send_counts_as_any_other,
    e8_a_bad_send_counts_as_any_other,
    b12_requests_are_limited_and_told_how_long_to_wait,
    b12_every_answer_tells_what_is_left,
    b12_a_socket_that_asks_too_much_is_answered_and_stays,
    b12_one_persons_flood_leaves_the_address_to_others,
    b12_an_address_is_believed_from_a_trusted_proxy_alone,
);
on_both_databases!(
    with TIGHT_ADDRESSES;
    b12_bad_tokens_are_limited_by_address_before_they_are_looked_at,
    b12_handshakes_without_identity_are_limited_by_address,
    b12_other_methods_of_the_socket_count_as_requests,
    e8_sends_of_an_address_are_limited_whoever_sends,
);
on_both_databases!(
    with LOGINS;
    b12_a_password_is_tried_so_often_whether_the_name_exists_or_not,
    b12_an_address_signs_in_so_often_under_any_name,
);
on_both_databases!(
    with DEFAULTS;
    b12_ten_thousand_pings_harm_nobody_else,
    b12_ten_thousand_control_pings_harm_nobody_else,
    b12_ten_thousand_bad_frames_close_the_socket,
);

/// At least `burst` and no more than could have come back since `begun`, at so many per second.
#[track_caller]
fn assert_limited(accepted: usize, burst: usize, per_second: usize, begun: Instant) {
    let seconds = usize::try_from(begun.elapsed().as_secs()).unwrap() + 1;
    let most = burst + seconds * per_second;
    assert!((burst..=most).contains(&accepted), "{accepted}, not {burst} to {most}");
}

/// A refusal as the protocol promises it: problem, `Retry-After`, and both fields of the draft.
#[track_caller]
fn assert_refused(response: &Response, work: &str) {
    let problem = expect_problem(response, 429, "rate_limited");
    assert!(problem.temporary);
    let wait = response.json["retry_after_ms"].as_u64().expect("how long to wait");
    assert!(wait >= 1, "{}", response.text);
    let seconds: u64 = response.header("retry-after").parse().expect("seconds");
    assert_eq!(seconds, wait.div_ceil(1_000));
    let left = response.header("ratelimit");
    assert!(left.starts_with(&format!("\"{work}\";r=0;t=")), "{left}");
    assert!(response.header("ratelimit-policy").starts_with(&format!("\"{work}\";q=")));
}

/// The number after `r=` of the field `RateLimit`.
#[track_caller]
fn left(response: &Response) -> u32 {
    let field = response.header("ratelimit");
    let rest = field.split(";r=").nth(1).unwrap_or_else(|| panic!("{field:?}: {}", response.text));
    rest.split(';').next().unwrap().parse().unwrap()
}

async fn from(client: &chinwag_client::Client, address: &str, path: &str) -> Response {
    client
        .request_with_headers(Method::GET, path, &[("x-forwarded-for", address)])
        .await
        .expect("an answer")
}

/// A POST from an address.
async fn post_from(world: &World, address: &str, path: &str, body: &Value) -> (u16, Value) {
    let url = format!("{}/api/v1{path}", world.server.url());
    let request = reqwest::Client::new().post(url).header("x-forwarded-for", address).json(body);
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let limited = status == 429;
    assert_eq!(answer.headers().contains_key("retry-after"), limited);
    (status, answer.json().await.unwrap())
}

async fn e8_sends_over_both_doors_go_on_one_account(world: World) {
    let begun = Instant::now();
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/messages", direct.id);
    let socket = alice.socket().await;

    let mut stored = 0;
    for number in 0..15 {
        let answer = alice.post(&path, json!({"content": number.to_string()})).await;
        let frame = json!({"conversation_id": direct.id, "content": number.to_string()});
        let reply = socket.request("message.send", frame).await;
        let to_person =
            alice.post("/messages", json!({"recipient_id": "bob", "content": "x"})).await;
        for answer in [answer, to_person] {
            match answer.status {
                201 => stored += 1,
                _ => assert_refused(&answer, "sends"),
            }
        }
        match reply {
            Ok(_) => stored += 1,
            refused => assert_eq!(expect_refusal(refused, "rate_limited").status, 429),
        }
    }
    assert_limited(stored, 10, 1, begun);
    assert_eq!(world.database.count("messages").await, i64::try_from(stored).unwrap());
    // What else she asks, and what he sends, is another account.
    expect_status(alice.get("/unread").await, 200);
    bob.say(direct.id, "still here").await;
}

async fn e8_a_repeated_send_counts_as_any_other(world: World) {
    let begun = Instant::now();
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/messages", direct.id);
    let again = || alice.post(&path, json!({"content": "once", "client_id": "same"}));
    let mut accepted = 0;
    for _ in 0..25 {
        match again().await {
            answer if answer.status < 300 => accepted += 1,
            answer => assert_refused(&answer, "sends"),
        }
    }
    assert_limited(accepted, 10, 1, begun);
    assert_eq!(world.database.count("messages").await, 1);
}

async fn e8_a_bad_send_counts_as_any_other(world: World) {
    let begun = Instant::now();
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/messages", direct.id);
    let mut answered = 0;
    for body in [json!({"content": ""}), json!({"kind": "poem"}), json!({"contents": "x"})]
        .iter()
        .cycle()
        .take(30)
    {
        match alice.post(&path, body.clone()).await {
            answer if answer.status == 422 => answered += 1,
            answer => assert_refused(&answer, "sends"),
        }
    }
    assert_limited(answered, 10, 1, begun);
}

async fn b12_requests_are_limited_and_told_how_long_to_wait(world: World) {
    let begun = Instant::now();
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let answers = join_all((0..40).map(|_| alice.get("/unread"))).await;
    let accepted = answers.iter().filter(|answer| answer.status == 200).count();
    // Each person's first request brought them here.
    assert_limited(accepted + 1, 10, 1, begun);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_refused(answer, "requests");
        assert!(answer.json["retry_after_ms"].as_u64().unwrap() <= 1_000);
        assert_eq!(answer.header("ratelimit-policy"), r#""requests";q=10;w=10"#);
    }
    assert!(accepted < 40);
    assert_eq!(left(&bob.get("/unread").await), 8, "his is as it was");
    // Who waits as told is let in.
    soon("there is one again", || async {
        (alice.get("/unread").await.status == 200).then_some(())
    })
    .await;
}

async fn b12_every_answer_tells_what_is_left(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let sent = alice
        .post(&format!("/conversations/{}/messages", direct.id), json!({"content": "x"}))
        .await;
    assert_eq!(sent.header("ratelimit-policy"), r#""sends";q=10;w=10"#);
    assert_eq!((left(&sent), sent.header("ratelimit")), (9, r#""sends";r=9;t=1"#));
    // Problems too: of a person, of somebody with a bad token, of a path that is none.
    let (absent, nobody) = (alice.get("/messages/x").await, world.nobody().with_token("bad"));
    assert_eq!(
        (absent.status, absent.header("ratelimit-policy")),
        (404, r#""requests";q=10;w=10"#)
    );
    for (path, status) in [("/unread", 401), ("/nowhere", 404)] {
        let answer = from(&nobody, "198.51.100.7", path).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("ratelimit-policy"), r#""requests";q=200;w=10"#);
    }
    let options = Method::from_bytes(b"TRACE").unwrap();
    let answer = world.nobody().request(options, "/unread", None).await.unwrap();
    assert_eq!(answer.status, 405);
    assert!(left(&answer) < 200);
}

async fn b12_a_socket_that_asks_too_much_is_answered_and_stays(world: World) {
    let begun = Instant::now();
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let (socket, his) = (alice.socket().await, bob.socket().await);
    let pings = (0..40).map(|number| match number % 2 {
        0 => socket.request("ping", json!({})),
        _ => socket.request("presence.query", json!({"user_ids": ["bob"]})),
    });
    let replies = join_all(pings).await;
    let accepted = replies.iter().filter(|reply| reply.is_ok()).count();
    // She was seen by REST and shook hands before.
    assert_limited(accepted + 2, 10, 1, begun);
    for reply in replies.into_iter().filter(Result::is_err) {
        let problem = expect_refusal(reply, "rate_limited");
        assert_eq!(problem.status, 429);
        let wait = problem.retry_after_ms.expect("how long to wait");
        assert!((1..=1_000).contains(&wait), "{wait}");
    }
    // REST is the same account; his is another; a new token is taken all the same.
    assert!(left(&bob.get("/unread").await) > 5);
    his.request("ping", json!({})).await.unwrap();
    socket.authenticate(alice.token()).await.unwrap();
    soon("the socket is answered again", || async { socket.request("ping", json!({})).await.ok() })
        .await;
}

async fn b12_one_persons_flood_leaves_the_address_to_others(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    // Far more than the address may do, which pays for what was accepted alone.
    let mut refused = 0;
    for _ in 0..15 {
        let answers = join_all((0..40).map(|_| alice.get("/unread"))).await;
        refused += answers.iter().filter(|answer| answer.status == 429).count();
    }
    assert!(refused > 400, "{refused} of 600");
    expect_status(bob.get("/unread").await, 200);
    let nobody = world.nobody().request(Method::GET, "/unread", None).await.unwrap();
    expect_problem(&nobody, 401, "token_missing");
}

async fn b12_an_address_is_believed_from_a_trusted_proxy_alone(world: World) {
    let nobody = world.nobody().with_token("bad");
    let one = from(&nobody, "198.51.100.1", "/unread").await;
    let same = from(&nobody, "203.0.113.66, 198.51.100.1", "/unread").await;
    let other = from(&nobody, "198.51.100.1, 198.51.100.2", "/unread").await;
    assert_eq!((left(&one), left(&same), left(&other)), (199, 198, 199));
    let network = from(&nobody, "2001:db8::1", "/unread").await;
    let network_too = from(&nobody, "2001:db8::2", "/unread").await;
    assert_eq!((left(&network), left(&network_too)), (199, 198));
}

async fn b12_bad_tokens_are_limited_by_address_before_they_are_looked_at(world: World) {
    let begun = Instant::now();
    let alice = world.person("alice").await;
    let forged = world.nobody().with_token("eyJhbGciOiJub25lIn0.e30.");
    let mut looked_at = 0;
    for number in 0..40 {
        let path = ["/unread", "/nowhere", "/messages/x"][number % 3];
        match from(&forged, "198.51.100.9", path).await {
            answer if answer.status == 429 => assert_refused(&answer, "requests"),
            answer => {
                assert_eq!(answer.status, if path == "/nowhere" { 404 } else { 401 });
                looked_at += 1;
            }
        }
    }
    assert_limited(looked_at, 10, 1, begun);
    // A good token from there is not looked at either, and from elsewhere it is as good as ever.
    let good = world.nobody().with_token(alice.token());
    let statuses = join_all((0..20).map(|_| from(&good, "198.51.100.9", "/unread"))).await;
    assert!(statuses.iter().any(|answer| answer.status == 429));
    expect_status(from(&good, "198.51.100.10", "/unread").await, 200);
}

async fn b12_other_methods_of_the_socket_count_as_requests(world: World) {
    let begun = Instant::now();
    let mut answered = 0;
    for _ in 0..30 {
        match post_from(&world, "198.51.100.9", "/ws", &json!({})).await {
            (405, problem) => {
                assert_eq!(problem["code"], "method_not_allowed");
                answered += 1;
            }
            (status, problem) => {
                assert_eq!((status, &problem["code"]), (429, &json!("rate_limited")));
            }
        }
    }
    assert_limited(answered, 10, 1, begun);
}

async fn b12_handshakes_without_identity_are_limited_by_address(world: World) {
    let begun = Instant::now();
    let nobody = world.nobody();
    let mut opened = 0;
    for _ in 0..30 {
        // A handshake that is none gets as far as one that is.
        match from(&nobody, "198.51.100.9", "/ws").await {
            answer if answer.status == 429 => {
                assert_eq!(answer.json["code"], "rate_limited");
                assert_eq!(answer.header("retry-after"), "1");
                assert_eq!(
                    (left(&answer), answer.header("ratelimit-policy")),
                    (0, r#""requests";q=10;w=10"#)
                );
            }
            answer => {
                assert_eq!(answer.status, 400, "{}", answer.text);
                opened += 1;
            }
        }
    }
    assert_limited(opened, 10, 1, begun);

    // On a socket without identity everything is the address's.
    let url = world.server.url();
    let socket = Socket::connect(&url, Auth::None, SocketOptions::default()).await.unwrap();
    let replies = join_all((0..30).map(|number| match number % 3 {
        0 => socket.request("ping", json!({})),
        1 => socket.request("authenticate", json!({"token": "bad"})),
        _ => socket.request("message.send", json!({"content": "x"})),
    }))
    .await;
    let refused = replies.iter().filter(|reply| {
        let problem = reply.as_ref().err().and_then(|error| error.problem());
        problem.is_some_and(|problem| problem.code == "rate_limited")
    });
    let refused = refused.count();
    assert!((1..=21).contains(&refused), "{refused} of 30 after one handshake");
}

async fn e8_sends_of_an_address_are_limited_whoever_sends(world: World) {
    let begun = Instant::now();
    let one = world.person("one").await;
    let mut people = vec![one];
    for name in ["two", "three", "four"] {
        people.push(world.person(name).await);
    }
    let group = {
        let others: Vec<&Person> = people.iter().skip(1).collect();
        people[0].group_with("All", &others).await
    };
    let messages: Vec<Outgoing> = (0..8).map(|it| Outgoing::text(it.to_string())).collect();
    let sends = people
        .iter()
        .flat_map(|person| messages.iter().map(|message| person.client.send(group.id, message)));
    let accepted = join_all(sends).await.into_iter().flatten().count();
    assert_limited(accepted, 10, 1, begun);
    assert_eq!(world.database.count("messages").await, i64::try_from(accepted).unwrap());
}

async fn b12_a_password_is_tried_so_often_whether_the_name_exists_or_not(world: World) {
    let register = json!({"username": "alice", "password": "correct horse battery staple"});
    let (status, _) = post_from(&world, "203.0.113.1", "/auth/register", &register).await;
    assert_eq!(status, 201);
    // Registering counted for the name.
    let names = [("alice", 4, "198.51.100.1"), ("mallory", 5, "198.51.100.2")];
    let mut told = Vec::new();
    for (name, attempts, address) in names {
        for number in 0..12 {
            let body = json!({"username": name, "password": format!("guess {number}")});
            let (status, problem) = post_from(&world, address, "/auth/login", &body).await;
            // Twelve seconds give one back; this takes far less.
            assert_eq!(status, if number < attempts { 401 } else { 429 }, "{name} {number}");
            if number == 11 {
                told.push(problem);
            }
        }
    }
    for problem in &mut told {
        assert!(problem["retry_after_ms"].as_u64().unwrap() <= 12_000);
        for key in ["retry_after_ms", "request_id", "detail"] {
            problem[key] = Value::Null;
        }
    }
    assert_eq!(told[0], told[1]);
    // From anywhere else and with the right password as well, however it is spelt; other names are not concerned.
    for name in ["alice", "Alice"] {
        let body = json!({"username": name, "password": "correct horse battery staple"});
        assert_eq!(post_from(&world, "203.0.113.5", "/auth/login", &body).await.0, 429);
    }
    let body = json!({"username": "bob", "password": "correct horse battery staple"});
    assert_eq!(post_from(&world, "203.0.113.5", "/auth/register", &body).await.0, 201);
}

async fn b12_an_address_signs_in_so_often_under_any_name(world: World) {
    let mut statuses = Vec::new();
    for number in 0..24 {
        let name = format!("person-{number}");
        let (path, body) = match number % 4 {
            0 => ("/auth/login", json!({"username": name, "password": "a password"})),
            1 => ("/auth/register", json!({"username": name, "password": "a password"})),
            2 => ("/auth/guest", json!({"name": name})),
            _ => ("/auth/refresh", json!({"refresh_token": name})),
        };
        statuses.push(post_from(&world, "198.51.100.1", path, &body).await.0);
    }
    let within = [401, 201, 201, 401].into_iter().cycle().take(15);
    // Three times five; one comes back in four seconds.
    assert_eq!(statuses[..15], within.collect::<Vec<u16>>());
    let refused = statuses[15..].iter().filter(|status| **status == 429).count();
    assert!(refused >= 6, "{statuses:?}");
    let guest = json!({"name": "Elsewhere"});
    assert_eq!(post_from(&world, "198.51.100.2", "/auth/guest", &guest).await.0, 201);
    assert_eq!(
        world.database.count("users").await,
        i64::try_from(statuses.iter().filter(|status| **status == 201).count() + 1).unwrap()
    );
}

async fn b12_ten_thousand_pings_harm_nobody_else(world: World) {
    let begun = Instant::now();
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let direct = bob.direct_with(&carol).await;
    let (flooding, his, hers) = (alice.socket().await, bob.socket().await, carol.socket().await);
    let mut accepted = 0;
    for round in 0..100 {
        let replies = join_all((0..100).map(|_| flooding.request("ping", json!({})))).await;
        accepted += replies.iter().filter(|reply| reply.is_ok()).count();
        if round % 10 == 0 {
            let said = json!({"conversation_id": direct.id, "content": round.to_string()});
            his.request("message.send", said).await.unwrap();
            let event = expect_event(&hers, "message.created").await;
            assert_eq!(event.data["content"], json!(round.to_string()));
        }
    }
    assert_limited(accepted + 2, 120, 60, begun);
    assert_eq!(flooding.close_code(), None, "it is refused, not closed");
    expect_status(bob.get("/unread").await, 200);
}

async fn b12_ten_thousand_control_pings_harm_nobody_else(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let direct = bob.direct_with(&carol).await;
    let mut flooding = RawSocket::open(&alice, world.server.port()).await;
    for _ in 0..10_000 {
        flooding.send(0x89, b"0123456789").await;
    }
    let hers = carol.socket().await;
    bob.say(direct.id, "undisturbed").await;
    assert_eq!(expect_event(&hers, "message.created").await.data["content"], "undisturbed");
}

async fn b12_ten_thousand_bad_frames_close_the_socket(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let (bad, fine) = (alice.socket().await, bob.socket().await);
    for _ in 0..10_000 {
        if bad.send_text("{").is_err() {
            break;
        }
    }
    assert_eq!(expect_close(&bad).await, 4509);
    fine.request("ping", json!({})).await.unwrap();
    // She may come back.
    alice.socket().await.request("ping", json!({})).await.unwrap();
}
