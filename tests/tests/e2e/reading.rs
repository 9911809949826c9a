//! Pointers, receipts, statuses and unread counts.

use chinwag_client::Outgoing;
use chinwag_tests::{
    IsJson, Person, World, expect_event, expect_problem, expect_status, on_both_databases,
};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases!(
    b5_reading_a_whole_conversation_gives_the_time_per_message,
    b6_total_unread_and_unread_per_conversation,
    d1_status_goes_from_sent_to_delivered_to_read,
    d1_who_cannot_see_a_message_does_not_count_for_its_status,
    d3_unread_is_counted_per_person_and_conversation,
    d3_own_deleted_and_system_messages_are_not_unread,
    d3_sending_reads_only_what_was_read_up_to_there,
    e4_one_message_or_a_whole_conversation_is_marked_read,
    e4_pointers_move_forward_only,
);

async fn status(person: &Person, message: Uuid) -> String {
    person.client.message(message).await.unwrap().status.unwrap()
}

async fn b5_reading_a_whole_conversation_gives_the_time_per_message(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob, &carol]).await;
    let first = alice.say(group.id, "one").await;
    bob.client.mark_read(group.id, None).await.unwrap();
    let second = alice.say(group.id, "two").await;
    let before = alice.client.receipts(second.id).await.unwrap();
    assert_eq!((before.read, before.delivered), (vec![], vec![]));
    bob.client.mark_read(group.id, None).await.unwrap();
    carol.client.mark_read(group.id, None).await.unwrap();

    let path = format!("/messages/{}/receipts", first.id);
    let receipts = expect_status(alice.get(&path).await, 200);
    assert!(receipts.has_only_keys(&["read", "delivered"]), "{receipts}");
    assert!(receipts["read"].as_array().unwrap().iter().all(|it| it["at"].is_time()));

    let first = alice.client.receipts(first.id).await.unwrap();
    let second = alice.client.receipts(second.id).await.unwrap();
    let at = |receipts: &chinwag_client::Receipts, who: &str| {
        receipts.read.iter().find(|it| it.user_id == who).unwrap().at.clone()
    };
    for receipts in [&first, &second] {
        let mut readers: Vec<_> = receipts.read.iter().map(|it| it.user_id.as_str()).collect();
        readers.sort_unstable();
        assert_eq!(readers, ["bob", "carol"]);
        // Who has read it has received it.
        assert_eq!(receipts.delivered.len(), 2);
    }
    // Bob read the two at two times, carol both at one.
    assert!(at(&first, "bob") <= second.read[0].at);
    assert!(at(&first, "bob") < at(&first, "carol"));
    assert_eq!(at(&first, "carol"), at(&second, "carol"));
}

async fn b6_total_unread_and_unread_per_conversation(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let with_bob = alice.direct_with(&bob).await;
    let with_carol = alice.direct_with(&carol).await;
    let group = alice.group_with("Team", &[&bob, &carol]).await;
    let empty = expect_status(alice.get("/unread").await, 200);
    assert_eq!(empty, json!({"total": 0, "conversations": []}));

    for _ in 0..3 {
        bob.say(with_bob.id, "hello").await;
    }
    let last = carol.say(group.id, "all").await;
    let unread = alice.client.unread().await.unwrap();
    assert_eq!((unread.total, unread.conversations.len()), (4, 2));
    let of = |id| unread.conversations.iter().find(|it| it.conversation_id == id);
    let direct = of(with_bob.id).unwrap();
    assert_eq!(direct.unread_count, 3);
    assert_eq!(direct.participant.as_ref().unwrap().id, "bob");
    assert_eq!(of(group.id).unwrap().last_message.as_ref().unwrap().id, last.id);
    assert!(of(with_carol.id).is_none());

    alice.client.mark_read(with_bob.id, None).await.unwrap();
    assert_eq!(alice.client.unread().await.unwrap().total, 1);
    assert_eq!(bob.client.unread().await.unwrap().total, 1);
}

async fn d1_status_goes_from_sent_to_delivered_to_read(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob, &carol]).await;
    let socket = alice.socket().await;
    let message = alice.say(group.id, "hello").await;
    assert_eq!(status(&alice, message.id).await, "sent");

    bob.client.mark_delivered(group.id, message.seq).await.unwrap();
    let event = expect_event(&socket, "receipt.delivered").await;
    assert_eq!((&event.data["user_id"], &event.data["seq"]), (&json!("bob"), &json!(message.seq)));
    assert!(event.data["at"].is_time());
    assert_eq!(status(&alice, message.id).await, "sent");
    carol.client.mark_delivered(group.id, message.seq).await.unwrap();
    assert_eq!(status(&alice, message.id).await, "delivered");

    bob.client.mark_read(group.id, Some(message.seq)).await.unwrap();
    let event = expect_event(&socket, "receipt.read").await;
    assert_eq!((&event.data["user_id"], &event.data["seq"]), (&json!("bob"), &json!(message.seq)));
    assert_eq!(status(&alice, message.id).await, "delivered");
    carol.client.mark_read(group.id, None).await.unwrap();
    assert_eq!(status(&alice, message.id).await, "read");
    let receipts = alice.client.receipts(message.id).await.unwrap();
    assert_eq!((receipts.read.len(), receipts.delivered.len()), (2, 2));
    // Receipts are no changes of the conversation.
    assert_eq!(alice.client.conversation(group.id).await.unwrap().revision, message.revision);
}

async fn d1_who_cannot_see_a_message_does_not_count_for_its_status(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let body = json!({
        "type": "group", "name": "Team", "participant_ids": ["bob"], "history": "since_join",
    });
    let group = alice.client.create_conversation(&body).await.unwrap();
    let message = alice.say(group.id, "hello").await;
    bob.client.mark_read(group.id, None).await.unwrap();
    assert_eq!(status(&alice, message.id).await, "read");

    alice.client.add_participants(group.id, &["carol"]).await.unwrap();
    assert_eq!(status(&alice, message.id).await, "read");
    let next = alice.say(group.id, "welcome").await;
    assert_eq!(status(&alice, next.id).await, "sent");
    carol.client.mark_read(group.id, None).await.unwrap();
    // She has read all that she sees, and of the rest nothing.
    let readers = alice.client.receipts(message.id).await.unwrap();
    let named: Vec<_> = readers.read.iter().chain(&readers.delivered).collect();
    assert!(named.iter().all(|it| it.user_id == "bob"), "{named:?}");
    // Who has gone does not count either.
    bob.client.mark_delivered(group.id, next.seq).await.unwrap();
    assert_eq!(status(&alice, next.id).await, "delivered");
    bob.client.leave(group.id).await.unwrap();
    assert_eq!(status(&alice, next.id).await, "read");
}

async fn d3_unread_is_counted_per_person_and_conversation(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob, &carol]).await;
    for number in 0..5 {
        alice.say(group.id, &number.to_string()).await;
    }
    bob.client.mark_read(group.id, Some(3)).await.unwrap();

    for (person, expected) in [(&alice, 0), (&bob, 2), (&carol, 5)] {
        let detail = person.client.conversation(group.id).await.unwrap();
        assert_eq!(detail.unread_count, Some(expected), "{}", person.id);
        assert_eq!(person.client.unread().await.unwrap().total, expected);
        assert_eq!(
            person.client.conversations(&[]).await.unwrap().items[0].unread_count,
            Some(expected)
        );
    }
}

async fn d3_own_deleted_and_system_messages_are_not_unread(world: World) {
    let [alice, bob, _] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let first = alice.say(group.id, "one").await;
    alice.say(group.id, "two").await;
    alice.client.add_participants(group.id, &["carol"]).await.unwrap();
    alice.say(group.id, "three").await;
    assert_eq!(bob.client.unread().await.unwrap().total, 3);

    // Bob's own among unread ones is not unread for him, nor is what was deleted.
    bob.say(group.id, "four").await;
    assert_eq!(bob.client.unread().await.unwrap().total, 3);
    alice.client.delete(first.id).await.unwrap();
    assert_eq!(bob.client.unread().await.unwrap().total, 2);
    bob.client.mark_read(group.id, Some(2)).await.unwrap();
    assert_eq!(bob.client.unread().await.unwrap().total, 1);
    assert_eq!(alice.client.unread().await.unwrap().total, 1);
}

async fn d3_sending_reads_only_what_was_read_up_to_there(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let pointer = async |person: &Person| {
        person.client.conversation(direct.id).await.unwrap().membership.unwrap().read_seq
    };
    bob.say(direct.id, "one").await;
    bob.say(direct.id, "two").await;
    assert_eq!(pointer(&bob).await, 2);
    // Alice answers something else: what she has not read stays unread.
    alice.say(direct.id, "by the way").await;
    assert_eq!(pointer(&alice).await, 0);
    assert_eq!(alice.client.unread().await.unwrap().total, 2);
    alice.client.mark_read(direct.id, None).await.unwrap();
    alice.client.send(direct.id, &Outgoing::text("now")).await.unwrap();
    assert_eq!(pointer(&alice).await, 4);
}

async fn e4_one_message_or_a_whole_conversation_is_marked_read(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let first = alice.say(direct.id, "one").await;
    let second = alice.say(direct.id, "two").await;
    let alices = alice.socket().await;
    let bobs = bob.socket().await;

    let read = json!({"conversation_id": direct.id, "seq": first.seq});
    bobs.request("conversation.read", read).await.unwrap();
    let event = expect_event(&alices, "receipt.read").await;
    assert_eq!((event.data["seq"].as_u64(), &event.data["user_id"]), (Some(1), &json!("bob")));
    assert_eq!(
        (status(&alice, first.id).await, status(&alice, second.id).await),
        ("read".into(), "sent".into())
    );

    bobs.request("conversation.read", json!({"conversation_id": direct.id})).await.unwrap();
    let event = expect_event(&alices, "receipt.read").await;
    assert_eq!(event.data["seq"].as_u64(), Some(2));

    let third = alice.say(direct.id, "three").await;
    alice.say(direct.id, "four").await;
    bob.client.mark_message_read(third.id).await.unwrap();
    let event = expect_event(&alices, "receipt.read").await;
    assert_eq!(event.data["seq"].as_u64(), Some(3));
    assert_eq!(bob.client.unread().await.unwrap().total, 1);
    let readers = alice.client.receipts(third.id).await.unwrap().read;
    assert_eq!((readers.len(), readers[0].user_id.as_str()), (1, "bob"));
}

async fn e4_pointers_move_forward_only(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    for number in 0..4 {
        alice.say(direct.id, &number.to_string()).await;
    }
    let read = format!("/conversations/{}/read", direct.id);
    let delivered = format!("/conversations/{}/delivered", direct.id);
    bob.client.mark_read(direct.id, Some(3)).await.unwrap();

    for path in [&read, &delivered] {
        let lower = bob.post(path, json!({"seq": 1})).await;
        let membership = expect_status(lower, 200);
        assert_eq!((&membership["read_seq"], &membership["role"]), (&json!(3), &json!("member")));
        for seq in [json!(5), json!(-1), json!("2"), json!(1.5)] {
            let refused = bob.post(path, json!({"seq": seq})).await;
            expect_problem(&refused, 422, "validation_failed");
        }
    }
    expect_problem(&bob.post(&delivered, json!({})).await, 422, "validation_failed");
    let path = format!("/conversations/{}", direct.id);
    let membership: Value = expect_status(bob.get(&path).await, 200)["membership"].clone();
    assert_eq!((&membership["read_seq"], &membership["delivered_seq"]), (&json!(3), &json!(3)));
    assert_eq!(bob.client.unread().await.unwrap().total, 1);
}
