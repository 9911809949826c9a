//! Reading what was said: order, pages, bounds, search, and what was cleared.

use chinwag_client::{Message, Page};
use chinwag_tests::{Person, World, expect_problem, on_both_databases};
use futures_util::{StreamExt, stream};
use serde_json::json;
use uuid::Uuid;

on_both_databases!(
    a5_history_is_newest_first_and_paged,
    a5_history_by_bounds,
    a5_a_cursor_is_not_moved_by_new_messages,
    a11_clearing_hides_the_past_from_one_person,
    b4_history_in_ascending_order,
    b7_search_in_a_conversation,
    history_since_join_begins_with_the_joining,
);

fn seqs(page: &Page<Message>) -> Vec<u64> {
    page.items.iter().map(|message| message.seq).collect()
}

/// Says so many things, a few at a time.
async fn chat(person: &Person, conversation: Uuid, count: usize) {
    stream::iter(0..count)
        .for_each_concurrent(8, async |number| {
            person.say(conversation, &format!("message {number}")).await;
        })
        .await;
}

async fn a5_history_is_newest_first_and_paged(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    chat(&alice, direct.id, 65).await;

    let first = alice.client.history(direct.id, &[]).await.unwrap();
    assert_eq!(seqs(&first), (16..=65).rev().collect::<Vec<_>>());
    assert_eq!((first.page, first.total), (None, None));
    let cursor = first.next_cursor.unwrap();
    let second = alice.client.history(direct.id, &[("cursor", &cursor)]).await.unwrap();
    assert_eq!(seqs(&second), (1..=15).rev().collect::<Vec<_>>());
    assert_eq!(second.next_cursor, None);

    for (page, expected) in [("1", 46..=65), ("3", 6..=25), ("4", 1..=5)] {
        let query = [("limit", "20"), ("page", page)];
        let answer = bob.client.history(direct.id, &query).await.unwrap();
        assert_eq!(seqs(&answer), expected.rev().collect::<Vec<_>>(), "page {page}");
        assert_eq!((answer.total, answer.total_pages), (Some(65), Some(4)));
    }
    let beyond = bob.client.history(direct.id, &[("page", "5"), ("limit", "20")]).await.unwrap();
    assert!(beyond.items.is_empty());

    for query in
        ["limit=0", "limit=101", "page=0", "cursor=nonsense", "order=up", "before=x", "before=-1"]
    {
        let path = format!("/conversations/{}/messages?{query}", direct.id);
        expect_problem(&alice.get(&path).await, 422, "validation_failed");
    }
}

async fn a5_history_by_bounds(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    chat(&alice, direct.id, 30).await;

    for (query, expected) in [
        (vec![("before", "11"), ("limit", "3")], vec![10, 9, 8]),
        (vec![("after", "11"), ("limit", "3")], vec![30, 29, 28]),
        (vec![("after", "11"), ("limit", "3"), ("order", "asc")], vec![12, 13, 14]),
        (vec![("after", "11"), ("before", "14")], vec![13, 12]),
        (vec![("before", "1")], vec![]),
        (vec![("after", "30")], vec![]),
    ] {
        let page = bob.client.history(direct.id, &query).await.unwrap();
        assert_eq!(seqs(&page), expected, "{query:?}");
    }
    let around = bob.client.history(direct.id, &[("around", "15"), ("limit", "5")]).await.unwrap();
    let around = seqs(&around);
    assert_eq!(around.len(), 5);
    assert!(around.contains(&15), "{around:?}");
    assert!(around.windows(2).all(|pair| pair[0] == pair[1] + 1), "{around:?}");
}

async fn a5_a_cursor_is_not_moved_by_new_messages(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    chat(&alice, direct.id, 12).await;

    let first = bob.client.history(direct.id, &[("limit", "5")]).await.unwrap();
    chat(&alice, direct.id, 4).await;
    let cursor = first.next_cursor.as_deref().unwrap();
    let second =
        bob.client.history(direct.id, &[("limit", "5"), ("cursor", cursor)]).await.unwrap();
    assert_eq!(seqs(&first), [12, 11, 10, 9, 8]);
    assert_eq!(seqs(&second), [7, 6, 5, 4, 3]);
}

async fn a11_clearing_hides_the_past_from_one_person(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let old = bob.say(direct.id, "old secret").await;
    bob.say(direct.id, "older than now").await;

    alice.client.clear(direct.id).await.unwrap();
    assert!(alice.client.history(direct.id, &[]).await.unwrap().items.is_empty());
    let detail = alice.client.conversation(direct.id).await.unwrap();
    assert_eq!((detail.unread_count, detail.last_message), (Some(0), None));
    assert_eq!(detail.membership.unwrap().cleared_seq, 2);
    expect_problem(&alice.get(&format!("/messages/{}", old.id)).await, 404, "not_found");
    expect_problem(&alice.get(&format!("/messages/{}/receipts", old.id)).await, 404, "not_found");
    let react = alice.put(&format!("/messages/{}/reactions/%F0%9F%91%8D", old.id)).await;
    expect_problem(&react, 404, "not_found");
    let reply = json!({"content": "re", "reply_to": old.id});
    let reply = alice.post(&format!("/conversations/{}/messages", direct.id), reply).await;
    let problem = expect_problem(&reply, 422, "validation_failed");
    assert_eq!(problem.errors[0].pointer, "/reply_to");
    let found = alice.client.history(direct.id, &[("search", "secret")]).await.unwrap();
    assert!(found.items.is_empty());

    bob.say(direct.id, "new").await;
    let page = alice.client.history(direct.id, &[("page", "1")]).await.unwrap();
    assert_eq!((seqs(&page), page.total), (vec![3], Some(1)));
    assert_eq!(alice.client.unread().await.unwrap().total, 1);
    // The other person keeps everything.
    assert_eq!(seqs(&bob.client.history(direct.id, &[]).await.unwrap()), [3, 2, 1]);
}

async fn b4_history_in_ascending_order(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    chat(&alice, direct.id, 25).await;

    let mut all = Vec::new();
    for page in ["1", "2", "3"] {
        let query = [("order", "asc"), ("limit", "10"), ("page", page)];
        let answer = bob.client.history(direct.id, &query).await.unwrap();
        assert_eq!((answer.total, answer.total_pages), (Some(25), Some(3)));
        all.extend(seqs(&answer));
    }
    assert_eq!(all, (1..=25).collect::<Vec<_>>());

    let first = bob.client.history(direct.id, &[("order", "asc"), ("limit", "20")]).await.unwrap();
    let cursor = first.next_cursor.unwrap();
    let query = [("order", "asc"), ("limit", "20"), ("cursor", cursor.as_str())];
    let rest = bob.client.history(direct.id, &query).await.unwrap();
    assert_eq!(seqs(&rest), (21..=25).collect::<Vec<_>>());
    assert_eq!(rest.next_cursor, None);
}

async fn b7_search_in_a_conversation(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let elsewhere = alice.group_with("Other", &[&bob]).await;
    for text in [
        "A Needle in hay",
        "just hay",
        "needles",
        "50% off",
        "50 per cent",
        "ÄPFEL und Birnen",
        "it's \"so\"",
    ] {
        alice.say(direct.id, text).await;
    }
    alice.say(elsewhere.id, "needle elsewhere").await;

    for (search, expected) in [
        ("NEEDLE", vec![3, 1]),
        ("eedl", vec![3, 1]),
        ("ay", vec![2, 1]),
        ("50%", vec![4]),
        ("%", vec![4]),
        ("5_", vec![]),
        ("äpfel", vec![6]),
        ("it's \"so\"", vec![7]),
        ("needle OR hay", vec![]),
        ("nothing", vec![]),
    ] {
        let found = bob.client.history(direct.id, &[("search", search)]).await.unwrap();
        assert_eq!(seqs(&found), expected, "{search}");
    }
    let query = [("search", "needle"), ("limit", "1"), ("page", "2")];
    let paged = bob.client.history(direct.id, &query).await.unwrap();
    assert_eq!((seqs(&paged), paged.total, paged.total_pages), (vec![1], Some(2), Some(2)));

    // What was deleted is not found, what was edited is found by its new words.
    let deleted =
        bob.client.history(direct.id, &[("search", "needles")]).await.unwrap().items[0].id;
    alice.client.delete(deleted).await.unwrap();
    let edited = bob.client.history(direct.id, &[("search", "just")]).await.unwrap().items[0].id;
    alice.client.edit(edited, "a needle again").await.unwrap();
    let found = bob.client.history(direct.id, &[("search", "needle")]).await.unwrap();
    assert_eq!(seqs(&found), [2, 1]);
}

async fn history_since_join_begins_with_the_joining(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let body = json!({
        "type": "group", "name": "Team", "participant_ids": [], "history": "since_join",
    });
    let group = alice.client.create_conversation(&body).await.unwrap();
    let before = alice.say(group.id, "before").await;
    alice.client.add_participants(group.id, &["bob"]).await.unwrap();
    alice.say(group.id, "after").await;

    let page = bob.client.history(group.id, &[("order", "asc")]).await.unwrap();
    assert!(!page.items.iter().any(|message| message.id == before.id));
    assert_eq!(page.items.last().unwrap().content.as_deref(), Some("after"));
    expect_problem(&bob.get(&format!("/messages/{}", before.id)).await, 404, "not_found");
    assert_eq!(bob.client.unread().await.unwrap().total, 1);
    let changes = bob.client.changes(group.id, 0).await.unwrap();
    assert!(!changes.messages.iter().any(|message| message.id == before.id));
}
