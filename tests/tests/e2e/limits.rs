//! Bounds that keep one client from harming the others.

use chinwag_client::{Auth, Error, Socket, SocketOptions};
use chinwag_tests::{
    RawSocket, World, events_until, expect_event, expect_refusal, on_both_databases, soon,
};
use futures_util::future::join_all;
use serde_json::json;

on_both_databases!(
    with &[("limits.sockets_per_user", "3")];
    one_more_socket_than_allowed_is_refused,
);
on_both_databases!(
    with &[("limits.outbox_bytes", "524288")];
    who_does_not_read_is_let_go_and_nobody_else_suffers,
);
on_both_databases!(
    presence_is_subscribed_to_for_so_many_people,
    many_sends_at_once_on_one_socket_are_all_answered_in_order,
);

async fn one_more_socket_than_allowed_is_refused(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let mut sockets = vec![alice.socket().await, alice.socket().await, alice.socket().await];
    let auth = Auth::Header(alice.token().to_owned());
    let url = world.server.url();
    match Socket::connect(&url, auth, SocketOptions::default()).await {
        Err(Error::Closed(close)) => assert_eq!(close.code, 4429),
        other => panic!("{other:?}"),
    }
    // The others stand, another person is not concerned, and a place that is free is taken.
    for socket in &sockets {
        socket.request("ping", json!({})).await.unwrap();
    }
    bob.socket().await;
    sockets.pop();
    soon("there is room again", || async {
        let auth = Auth::Header(alice.token().to_owned());
        Socket::connect(&url, auth, SocketOptions::default()).await.ok()
    })
    .await;
}

async fn who_does_not_read_is_let_go_and_nobody_else_suffers(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let stalled = RawSocket::open(&bob, world.server.port()).await;
    let reading = bob.socket().await;

    // Far more than the outbox and the system's buffers hold; who reads keeps up, since no more is under way.
    let text = "ü".repeat(8_000);
    let mut revisions = Vec::new();
    for round in 1..=40 {
        join_all((0..10).map(|_| alice.say(direct.id, &text))).await;
        let last = Some(1 + 10 * round);
        let events = events_until(&reading, |event| event.revision == last).await;
        revisions.extend(events.iter().filter_map(|event| event.revision));
    }
    assert_eq!(revisions, (2..=401).collect::<Vec<_>>());

    // The other connection is over: what was under way can still be read, and then it ends.
    let (taken, _) = stalled.drain().await;
    assert!(taken < 400 * 16_000, "it was not sent everything: {taken}");
    // Nothing is lost for who comes back.
    let back = bob.client.sync(&[(direct.id, 1)], None).await.unwrap();
    assert_eq!(back.conversations[0].id, direct.id);
    let history = bob.client.history(direct.id, &[("page", "1")]).await.unwrap();
    assert_eq!(history.total, Some(400));
}

async fn presence_is_subscribed_to_for_so_many_people(world: World) {
    let alice = world.person("alice").await;
    let socket = alice.socket().await;
    let ids = |from: usize, count: usize| json!({"user_ids": (from..from + count).map(|it| format!("p{it}")).collect::<Vec<_>>()});
    socket.request("presence.subscribe", ids(0, 500)).await.unwrap();
    // Those already subscribed to do not count again.
    socket.request("presence.subscribe", ids(0, 500)).await.unwrap();
    let refused = socket.request("presence.subscribe", ids(500, 1)).await;
    expect_refusal(refused, "validation_failed");
    socket.request("presence.unsubscribe", ids(0, 1)).await.unwrap();
    socket.request("presence.subscribe", ids(500, 1)).await.unwrap();
    expect_refusal(socket.request("presence.query", ids(0, 501)).await, "validation_failed");
}

async fn many_sends_at_once_on_one_socket_are_all_answered_in_order(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let socket = alice.socket().await;

    // Written one after the other without waiting: they are stored in that order.
    let sends = (0..300).map(|number| {
        let send = json!({"conversation_id": direct.id, "content": number.to_string()});
        socket.request("message.send", send)
    });
    let replies = join_all(sends).await;
    for (number, reply) in replies.into_iter().enumerate() {
        let reply = reply.unwrap();
        assert_eq!(reply["seq"], json!(number + 1));
        assert_eq!(reply["content"], json!(number.to_string()));
    }
    expect_event(&socket, "message.created").await;
    assert_eq!(world.database.count("messages").await, 300);
}
