//! Connections that break again and again, at clients that come back: nothing is lost, doubled or out of order.

use chinwag_client::{Auth, Outgoing, Session, Socket, SocketOptions, Update};
use chinwag_tests::{PATIENCE, Person, Proxy, World, on_both_databases};
use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

on_both_databases!(
    live_events_and_changes_are_exactly_what_was_acknowledged,
    a_receiver_cut_off_again_and_again_misses_nothing,
    a_sender_cut_off_again_and_again_sends_each_once,
    a_session_outlives_the_server,
);

/// Waits until the session stands.
async fn connected(session: &Session) {
    let standing = async {
        while let Some(update) = session.next().await {
            if matches!(update, Update::Connected(_)) {
                return;
            }
        }
        panic!("the session ended");
    };
    timeout(PATIENCE, standing).await.expect("a connection");
}

/// The next so many messages that the session shows, by seq.
async fn shown(session: &Session, count: usize) -> Vec<u64> {
    let mut seqs = Vec::new();
    let collecting = async {
        while seqs.len() < count {
            match session.next().await.expect("the session goes on") {
                Update::Message(message) => seqs.push(message.seq),
                Update::Conversation { id, .. } => panic!("{id} is to be loaded afresh"),
                _ => {}
            }
        }
    };
    let in_time = timeout(PATIENCE * 2, collecting).await.is_ok();
    assert!(in_time, "only {} of {count} came: {seqs:?}", seqs.len());
    seqs
}

/// A receiver by hand: a socket, and `changes` after each connection and each jump. Gives what it took, in order.
async fn received(person: &Person, conversation: Uuid, until: u64) -> Vec<(u64, Uuid, String)> {
    let mut taken: Vec<(u64, Uuid, String)> = Vec::new();
    let mut revision = 1;
    let mut newest = 1;
    let mut take = |message: &Value| {
        // `changes` may tell of what came while it was being read; then the event of it is old news.
        let known = newest;
        newest = newest.max(message["revision"].as_u64().unwrap());
        if newest == known {
            return;
        }
        let id = message["id"].as_str().unwrap().parse().unwrap();
        let content = message["content"].as_str().unwrap().to_owned();
        taken.push((message["seq"].as_u64().unwrap(), id, content));
    };
    while revision < until {
        // The connection may be cut at any moment: then all is tried again.
        let auth = Auth::Header(person.token().to_owned());
        let url = person.client.base_url().as_str();
        let Ok(socket) = Socket::connect(url, auth, SocketOptions::default()).await else {
            continue;
        };
        let mut behind = true;
        while revision < until {
            if behind {
                let Ok(missed) = person.client.changes(conversation, revision).await else { break };
                missed.messages.iter().for_each(|message| take(&json!(message)));
                (revision, behind) = (missed.revision, missed.has_more);
                continue;
            }
            let Some(event) = socket.next_event().await else { break };
            match event.revision {
                Some(next) if next == revision + 1 => {
                    take(&event.data);
                    revision = next;
                }
                Some(next) => behind = next > revision,
                None => behind = event.kind == "sync.required",
            }
        }
    }
    taken
}

async fn live_events_and_changes_are_exactly_what_was_acknowledged(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let proxy = Proxy::start(world.server.port()).await;
    let bob = bob.at(&proxy.url());

    let send = async {
        let mut acknowledged = Vec::new();
        for number in 1..=200 {
            let message = alice.say(direct.id, &format!("number {number}")).await;
            acknowledged.push((message.seq, message.id, message.content.unwrap()));
            if number % 30 == 0 {
                proxy.cut();
            }
        }
        acknowledged
    };
    let receive = timeout(PATIENCE * 3, received(&bob, direct.id, 201));
    let (acknowledged, received) = tokio::join!(send, receive);
    let received = received.expect("all of it comes");
    assert_eq!(received.len(), 200);
    let differs = received.iter().zip(&acknowledged).find(|(one, other)| one != other);
    assert_eq!(differs, None);
}

async fn a_receiver_cut_off_again_and_again_misses_nothing(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let proxy = Proxy::start(world.server.port()).await;
    let session = bob.at(&proxy.url()).session();
    connected(&session).await;

    let send = async {
        for number in 1..=200 {
            alice.say(direct.id, &number.to_string()).await;
            if number % 30 == 0 {
                proxy.cut();
            }
        }
    };
    let ((), seen) = tokio::join!(send, shown(&session, 200));
    assert_eq!(seen, (1..=200).collect::<Vec<_>>());
}

async fn a_sender_cut_off_again_and_again_sends_each_once(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let proxy = Proxy::start(world.server.port()).await;
    let session = alice.at(&proxy.url()).session();

    for number in 1..=100_u64 {
        let text = number.to_string();
        if number % 10 == 0 {
            proxy.cut();
        }
        let sent = session.send(direct.id, &Outgoing::text(text)).await.unwrap();
        assert_eq!(sent.seq, number);
    }
    let history =
        bob.client.history(direct.id, &[("order", "asc"), ("limit", "100")]).await.unwrap();
    let contents: Vec<_> = history.items.iter().map(|it| it.content.clone().unwrap()).collect();
    assert_eq!(contents, (1..=100).map(|number| number.to_string()).collect::<Vec<_>>());
    assert_eq!(world.database.count("messages").await, 100);
}

async fn a_session_outlives_the_server(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let (alices, bobs) = (alice.session(), bob.session());
    connected(&bobs).await;

    for round in 0..3_u64 {
        for number in 0..10 {
            let text = Outgoing::text(format!("{round}-{number}"));
            alices.send(direct.id, &text).await.unwrap();
        }
        world.server.restart().await;
    }
    assert_eq!(shown(&bobs, 30).await, (1..=30).collect::<Vec<_>>());
    assert_eq!(world.database.count("messages").await, 30);
}
