//! Many sends at once. On PostgreSQL through two server processes on one database, on SQLite through one.

use chinwag_client::{Message, Outgoing};
use chinwag_tests::{PATIENCE, Person, Server, World, expect_status, on_both_databases};
use futures_util::{StreamExt, future::join_all, stream};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio::time::timeout;
use uuid::Uuid;

on_both_databases!(
    many_senders_leave_no_gap_and_every_retry_is_one_message,
    the_same_send_at_once_through_both_is_one_message,
    who_is_removed_while_sending_has_nothing_stored_afterwards,
    adding_people_while_others_send_never_hangs,
    what_was_acknowledged_survives_a_kill,
    the_same_send_at_once_over_rest_and_sockets_is_one_message,
);

/// A person's way through each process; the same one twice where there is but one.
fn doors(person: &Person, second: Option<&Server>) -> [Person; 2] {
    [person.clone(), person.at_other(second)]
}

/// The whole history, oldest first.
async fn history(person: &Person, conversation: Uuid) -> Vec<Message> {
    let mut all = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut query = vec![("order", "asc"), ("limit", "100")];
        if let Some(cursor) = &cursor {
            query.push(("cursor", cursor));
        }
        let page = person.client.history(conversation, &query).await.unwrap();
        all.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

async fn many_senders_leave_no_gap_and_every_retry_is_one_message(world: World) {
    const PEOPLE: usize = 8;
    const EACH: usize = 40;
    let second = world.second_server().await;
    let people = world.people(["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"]).await;
    let group = people[0].group_with("Team", &people.iter().skip(1).collect::<Vec<_>>()).await;

    let talk = people.iter().map(|person| {
        let doors = doors(person, second.as_ref());
        async move {
            for number in 0..EACH {
                let text = format!("{} says {number}", doors[0].id);
                let message = Outgoing::text(text).with_client_id(format!("c-{number}"));
                // The first way in changes, and the repetitions race each other.
                let path = format!("/conversations/{}/messages", group.id);
                let body = serde_json::to_value(&message).unwrap();
                let sends = (0..3).map(|turn| doors[(number + turn) % 2].post(&path, body.clone()));
                let answers = join_all(sends).await;
                let new = answers.iter().filter(|answer| answer.status == 201).count();
                let known = answers.iter().filter(|answer| answer.status == 200).count();
                assert_eq!((new, known), (1, 2), "{answers:?}");
                assert!(answers.iter().all(|answer| answer.json["id"] == answers[0].json["id"]));
            }
        }
    });
    timeout(PATIENCE * 6, join_all(talk)).await.expect("they come to an end");

    let count = (PEOPLE * EACH) as u64;
    assert_eq!(world.database.count("messages").await.unsigned_abs(), count);
    let stored = history(&people[0], group.id).await;
    let seqs: Vec<u64> = stored.iter().map(|message| message.seq).collect();
    let revisions: Vec<u64> = stored.iter().map(|message| message.revision).collect();
    assert_eq!(seqs, (1..=count).collect::<Vec<_>>());
    assert_eq!(revisions, (2..=count + 1).collect::<Vec<_>>());
    let detail = people[1].client.conversation(group.id).await.unwrap();
    assert_eq!((detail.last_seq, detail.revision), (count, count + 1));
    // Each one's own come in the order in which they were said.
    for person in &people {
        let own: Vec<_> = stored.iter().filter(|message| message.sender.id == person.id).collect();
        let expected: Vec<_> = (0..EACH).map(|number| format!("c-{number}")).collect();
        assert_eq!(
            own.iter().map(|it| it.client_id.clone().unwrap()).collect::<Vec<_>>(),
            expected
        );
    }
}

async fn the_same_send_at_once_through_both_is_one_message(world: World) {
    let second = world.second_server().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let doors = doors(&alice, second.as_ref());

    for round in 0..10_u64 {
        let message = Outgoing::text("once").with_client_id(format!("c-{round}"));
        let sends = (0..8).map(|turn| doors[turn % 2].client.send(direct.id, &message));
        let sent: Vec<Message> = join_all(sends).await.into_iter().map(Result::unwrap).collect();
        assert!(sent.iter().all(|it| it.id == sent[0].id && it.seq == round + 1));
        assert_eq!(sent.iter().filter(|it| it.duplicate == Some(false)).count(), 1);
    }
    assert_eq!(world.database.count("messages").await, 10);
}

async fn who_is_removed_while_sending_has_nothing_stored_afterwards(world: World) {
    let second = world.second_server().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let [_, bob] = doors(&bob, second.as_ref());

    let talk = async {
        let mut acknowledged = BTreeSet::new();
        for lane in 0.. {
            let message =
                |number: usize| Outgoing::text("x").with_client_id(format!("{lane}-{number}"));
            let messages: Vec<_> = (0..8).map(message).collect();
            let sends = messages.iter().map(|message| bob.client.send(group.id, message));
            let sent = join_all(sends).await;
            acknowledged.extend(sent.iter().flatten().map(|message| message.seq));
            if let Some(refused) = sent.into_iter().find_map(Result::err) {
                assert_eq!(
                    refused.problem().map(|it| it.code.as_str()),
                    Some("not_found"),
                    "{refused}"
                );
                break;
            }
        }
        acknowledged
    };
    let remove = async {
        // Bob is in full flow by then.
        while alice.client.conversation(group.id).await.unwrap().last_seq < 40 {}
        alice.client.remove_participant(group.id, "bob").await.unwrap();
    };
    let (acknowledged, ()) = timeout(PATIENCE * 2, async { tokio::join!(talk, remove) })
        .await
        .expect("the removal takes effect");

    let stored = history(&alice, group.id).await;
    let removal = stored.iter().find(|message| message.kind == "system").expect("the removal").seq;
    let bobs: BTreeSet<u64> = stored
        .iter()
        .filter(|message| message.sender.id == "bob")
        .map(|message| message.seq)
        .collect();
    assert_eq!(bobs, acknowledged);
    assert!(bobs.iter().all(|seq| *seq < removal), "{bobs:?} and {removal}");
    assert_eq!(stored.len() as u64, stored.last().unwrap().seq);
}

async fn adding_people_while_others_send_never_hangs(world: World) {
    let second = world.second_server().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let mut ids = Vec::new();
    for number in 0..20 {
        ids.push(world.person(&format!("new-{number}")).await.id);
    }
    let (alices, bobs) = (doors(&alice, second.as_ref()), doors(&bob, second.as_ref()));

    let talk = stream::iter(0..120).for_each_concurrent(8, |number: usize| {
        let bob = &bobs[number % 2];
        async move {
            bob.say(group.id, &number.to_string()).await;
        }
    });
    let add = stream::iter(ids.iter().enumerate()).for_each_concurrent(4, |(number, id)| {
        let alice = &alices[number % 2];
        async move {
            alice.client.add_participants(group.id, &[id]).await.unwrap();
        }
    });
    timeout(PATIENCE * 2, async { tokio::join!(talk, add) })
        .await
        .expect("no lock is held for ever");

    let detail = alice.client.conversation(group.id).await.unwrap();
    // 120 messages, and for each person a joining and its system message.
    assert_eq!((detail.last_seq, detail.revision), (140, 1 + 120 + 2 * 20));
    assert_eq!(detail.participant_count, Some(22));
    let seqs: Vec<u64> = history(&alice, group.id).await.iter().map(|it| it.seq).collect();
    assert_eq!(seqs, (1..=140).collect::<Vec<_>>());
}

async fn what_was_acknowledged_survives_a_kill(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;

    let mut acknowledged = BTreeSet::new();
    let mut retried = Vec::new();
    for round in 0..3 {
        let alice = alice.at(&world.server.url());
        let messages: Vec<_> = (0..60).map(|number| format!("{round}-{number}")).collect();
        let mut sends: stream::FuturesUnordered<_> = messages
            .iter()
            .map(|id| {
                let alice = &alice;
                async move {
                    let message = Outgoing::text(id.as_str()).with_client_id(id.as_str());
                    (message.clone(), alice.client.send(direct.id, &message).await)
                }
            })
            .collect();
        let mut answered = 0;
        while let Some((message, sent)) = sends.next().await {
            match sent {
                Ok(_) => assert!(acknowledged.insert(message.client_id)),
                Err(_) => retried.push(message),
            }
            answered += 1;
            if answered == 20 {
                world.server.kill();
            }
        }
        world.server.restart().await;
    }
    let alice = alice.at(&world.server.url());
    let stored = history(&alice, direct.id).await;
    let ids: BTreeSet<String> =
        stored.iter().filter_map(|message| message.client_id.clone()).collect();
    assert!(ids.is_superset(&acknowledged));

    // Where the outcome was unknown, the same send says it, and stores it once.
    for message in &retried {
        expect_status(
            alice.post(&format!("/conversations/{}/messages", direct.id), json!(message)).await,
            if ids.contains(&message.client_id) { 200 } else { 201 },
        );
    }
    let stored = history(&alice, direct.id).await;
    assert_eq!(stored.iter().map(|it| it.seq).collect::<Vec<_>>(), (1..=180).collect::<Vec<_>>());
    let ids: BTreeSet<_> = stored.iter().map(|message| message.client_id.clone()).collect();
    assert_eq!(ids.len(), 180, "each once");
    assert!(stored.iter().all(|message| message.content == message.client_id));
}

async fn the_same_send_at_once_over_rest_and_sockets_is_one_message(world: World) {
    let second = world.second_server().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let doors = doors(&alice, second.as_ref());
    let sockets = [doors[0].socket().await, doors[1].socket().await];
    let path = format!("/conversations/{}/messages", direct.id);

    for round in 0..10_u64 {
        let body = json!({"content": "once", "client_id": format!("c-{round}")});
        let mut frame = body.clone();
        frame["conversation_id"] = json!(direct.id);
        let rest = join_all((0..4).map(|turn| doors[turn % 2].post(&path, body.clone())));
        let over =
            join_all((0..4).map(|turn| sockets[turn % 2].request("message.send", frame.clone())));
        let (rest, over) = tokio::join!(rest, over);
        let answers: Vec<Value> = rest
            .into_iter()
            .map(|answer| answer.json)
            .chain(over.into_iter().map(Result::unwrap))
            .collect();
        let new = answers.iter().filter(|answer| answer["duplicate"] == false).count();
        assert_eq!(new, 1, "{answers:#?}");
        assert!(answers.iter().all(|it| it["id"] == answers[0]["id"] && it["seq"] == round + 1));
    }
    assert_eq!(world.database.count("messages").await, 10);
}
