//! Many changes of the same thing at once: of conversations, people, pointers, reactions. On PostgreSQL through two
//! server processes on one database, on SQLite through one.

use chinwag_tests::{PATIENCE, Person, Server, World, on_both_databases};
use futures_util::{StreamExt, future::join_all, stream};
use serde_json::json;
use tokio::time::timeout;

on_both_databases!(
    adding_one_person_at_once_through_both_is_one_joining,
    a_group_never_loses_its_last_admin,
    pointers_only_move_forward_whatever_comes_at_once,
    reactions_of_many_at_once_are_counted_exactly,
    edits_and_deletions_at_once_leave_one_truth,
    a_pair_starting_at_once_through_both_has_one_conversation,
);
on_both_databases!(
    with &[("database.max_connections", "4")];
    repeated_requests_do_not_use_the_database_up,
);

/// A person's way through each process; the same one twice where there is but one.
fn doors(person: &Person, second: Option<&Server>) -> [Person; 2] {
    [person.clone(), person.at_other(second)]
}

async fn adding_one_person_at_once_through_both_is_one_joining(world: World) {
    let second = world.second_server().await;
    let [alice, bob, _] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    alice.client.change_role(group.id, "bob", "admin").await.unwrap();
    let (alices, bobs) = (doors(&alice, second.as_ref()), doors(&bob, second.as_ref()));

    for round in 0..5_u64 {
        let add = |turn: usize| {
            let person = if turn % 4 < 2 { &alices[turn % 2] } else { &bobs[turn % 2] };
            person.client.add_participants(group.id, &["carol"])
        };
        let added = join_all((0..8).map(add)).await;
        assert!(added.iter().all(Result::is_ok), "{added:?}");
        let now = alice.client.conversation(group.id).await.unwrap();
        // The making and the role; then each round a joining, a removal and their system messages.
        assert_eq!((now.revision, now.last_seq), (2 + round * 4 + 2, round * 2 + 1));
        assert_eq!(now.participant_count, Some(3));

        let remove = |turn: usize| {
            let person = if turn % 4 < 2 { &alices[turn % 2] } else { &bobs[turn % 2] };
            let path = format!("/conversations/{}/participants/carol", group.id);
            async move { person.delete(&path).await.status }
        };
        let statuses = join_all((0..8).map(remove)).await;
        assert_eq!(statuses.iter().filter(|status| **status == 204).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 404).count(), 7, "{statuses:?}");
    }
    assert_eq!(world.database.count("participants").await, 3);
}

async fn a_group_never_loses_its_last_admin(world: World) {
    let second = world.second_server().await;
    let people = world.people(["alice", "bob", "carol"]).await;
    let [alice, bob, carol] = &people;
    let (alices, bobs) = (doors(alice, second.as_ref()), doors(bob, second.as_ref()));

    for round in 0..6 {
        let group = alice.group_with("Team", &[bob, carol]).await;
        alice.client.change_role(group.id, "bob", "admin").await.unwrap();
        // Both admins go, or take the role from each other, at once.
        if round % 2 == 0 {
            let (one, two) =
                tokio::join!(alices[0].client.leave(group.id), bobs[1].client.leave(group.id));
            assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        } else {
            let (_, _) = tokio::join!(
                alices[0].client.change_role(group.id, "bob", "member"),
                bobs[1].client.change_role(group.id, "alice", "member"),
            );
        }
        let people = carol.client.participants(group.id).await.unwrap().items;
        let admins = people.iter().filter(|person| person.role == "admin").count();
        assert_eq!(admins, 1, "round {round}: {people:?}");
    }
}

async fn pointers_only_move_forward_whatever_comes_at_once(world: World) {
    let second = world.second_server().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    for number in 0..60 {
        alice.say(direct.id, &number.to_string()).await;
    }
    let bobs = doors(&bob, second.as_ref());

    // Marks in no order, beside changes of the same row.
    stream::iter(1..=60_u64)
        .for_each_concurrent(12, |number| {
            let bob = &bobs[usize::try_from(number % 2).unwrap()].client;
            async move {
                let seq = number * 37 % 61;
                match number % 3 {
                    0 => {
                        let muted = json!({"muted": number % 2 == 0});
                        bob.update_membership(direct.id, &muted).await.unwrap();
                    }
                    1 => bob.mark_delivered(direct.id, seq).await.unwrap(),
                    _ => bob.mark_read(direct.id, Some(seq)).await.unwrap(),
                }
            }
        })
        .await;
    let marked = |kind: u64| (1..=60_u64).filter(move |it| it % 3 == kind).map(|it| it * 37 % 61);
    let read = marked(2).max().unwrap();
    let delivered = marked(1).max().unwrap().max(read);
    for bob in &bobs {
        let membership = bob.client.conversation(direct.id).await.unwrap().membership.unwrap();
        assert_eq!((membership.read_seq, membership.delivered_seq), (read, delivered));
        assert_eq!(bob.client.unread().await.unwrap().total, 60 - read);
    }
}

async fn reactions_of_many_at_once_are_counted_exactly(world: World) {
    let second = world.second_server().await;
    let people = world.people(["p0", "p1", "p2", "p3", "p4", "p5"]).await;
    let group = people[0].group_with("Team", &people.iter().skip(1).collect::<Vec<_>>()).await;
    let message = people[0].say(group.id, "vote").await;

    let vote = |person: Person| {
        let doors = doors(&person, second.as_ref());
        async move {
            // The same one through both at once, then another taken back.
            let (one, two) = tokio::join!(
                doors[0].client.react(message.id, "👍"),
                doors[1].client.react(message.id, "👍"),
            );
            one.unwrap();
            two.unwrap();
            doors[0].client.react(message.id, "🎉").await.unwrap();
            doors[1].client.unreact(message.id, "🎉").await.unwrap();
        }
    };
    join_all(people.iter().cloned().map(vote)).await;
    let message = people[0].client.message(message.id).await.unwrap();
    assert_eq!(message.extra["reactions"], json!([{"emoji": "👍", "count": 6, "me": true}]));
    // Three changes of each person: a repeated reaction is none.
    assert_eq!(message.revision, 2 + 6 * 3);
    assert_eq!(people[0].client.conversation(group.id).await.unwrap().revision, 2 + 6 * 3);
}

async fn edits_and_deletions_at_once_leave_one_truth(world: World) {
    let second = world.second_server().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let (alices, bobs) = (doors(&alice, second.as_ref()), doors(&bob, second.as_ref()));

    for _ in 0..5 {
        let message = bob.say(group.id, "draft").await;
        let edits = join_all((0..6).map(|turn| {
            let bob = &bobs[turn % 2].client;
            async move { bob.edit(message.id, &format!("draft {turn}")).await }
        }));
        let delete = alices[1].client.delete(message.id);
        let (edits, deleted) = tokio::join!(edits, delete);
        deleted.unwrap();
        let done = edits.iter().filter(|edit| edit.is_ok()).count() as u64;
        for refused in edits.into_iter().filter_map(Result::err) {
            assert_eq!(refused.problem().map(|it| it.code.as_str()), Some("forbidden"));
        }
        let now = alice.client.message(message.id).await.unwrap();
        assert_eq!((now.content, now.deleted_by.as_deref()), (None, Some("alice")));
        assert_eq!(now.revision, message.revision + done + 1);
    }
}

async fn repeated_requests_do_not_use_the_database_up(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = alice.say(direct.id, "same").await;
    alice.client.react(message.id, "👍").await.unwrap();

    // None of these changes anything; each looks and then reads again.
    let again = (0..40).map(|turn| {
        let alice = &alice.client;
        async move {
            match turn % 4 {
                0 => alice.react(message.id, "👍").await,
                1 => alice.edit(message.id, "same").await.map(|_| ()),
                2 => alice.unreact(message.id, "🎉").await,
                _ => alice.create_direct("bob").await.map(|_| ()),
            }
        }
    });
    let answers = timeout(PATIENCE, join_all(again)).await.expect("nobody waits for ever");
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(alice.client.conversation(direct.id).await.unwrap().revision, 3);
}

async fn a_pair_starting_at_once_through_both_has_one_conversation(world: World) {
    let second = world.second_server().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let (alices, bobs) = (doors(&alice, second.as_ref()), doors(&bob, second.as_ref()));

    let creations = (0..24).map(|turn| {
        let (people, other) = if turn % 4 < 2 { (&alices, "bob") } else { (&bobs, "alice") };
        let body = json!({"type": "direct", "participant_ids": [other]});
        people[turn % 2].post("/conversations", body)
    });
    let answers = join_all(creations).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 23);
    assert_eq!(world.database.count("conversations").await, 1);
    assert_eq!(world.database.count("participants").await, 2);
}
