//! The list of conversations and the profiles shown in it.

use chinwag_client::Conversation;
use chinwag_tests::{
    IsJson, Person, Token, World, expect_event, expect_problem, expect_status, on_both_databases,
    soon,
};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

on_both_databases!(
    a3_the_list_shows_the_newest_activity_first,
    a3_the_list_is_searched_by_name_username_and_id,
    a3_pages_and_cursors_cover_the_list_once,
    a3_hidden_ones_are_left_out,
    a3_a_search_is_paged_and_shows_what_is_muted,
    a16_profiles_are_in_messages_and_lists,
    a16_a_new_name_is_told_at_once_by_sockets_from_before,
    b3_the_list_has_preview_and_time_of_the_last_message,
);

const SUMMARY: &[&str] = &[
    "id",
    "type",
    "name",
    "avatar_url",
    "category",
    "created_at",
    "revision",
    "last_seq",
    "last_message",
    "unread_count",
    "participant",
    "participant_count",
    "membership",
];

fn ids(conversations: &[Conversation]) -> Vec<Uuid> {
    conversations.iter().map(|conversation| conversation.id).collect()
}

async fn a3_the_list_shows_the_newest_activity_first(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let with_bob = alice.direct_with(&bob).await;
    let with_carol = alice.direct_with(&carol).await;
    let group = alice.group_with("Team", &[&bob, &carol]).await;
    carol.say(with_carol.id, "one").await;
    bob.say(group.id, "two").await;
    bob.say(with_bob.id, "three").await;
    bob.say(with_bob.id, "four").await;

    let list = alice.client.conversations(&[]).await.unwrap();
    assert_eq!(ids(&list.items), [with_bob.id, group.id, with_carol.id]);
    assert_eq!(list.next_cursor, None);
    let unread: Vec<_> = list.items.iter().map(|it| it.unread_count.unwrap()).collect();
    assert_eq!(unread, [2, 1, 1]);
    assert_eq!(list.items[0].participant.as_ref().unwrap().id, "bob");
    assert!(list.items[1].participant.is_none());

    carol.say(with_carol.id, "five").await;
    let list = alice.client.conversations(&[]).await.unwrap();
    assert_eq!(ids(&list.items), [with_carol.id, with_bob.id, group.id]);
    let groups = alice.client.conversations(&[("type", "group")]).await.unwrap();
    assert_eq!(ids(&groups.items), [group.id]);
    let directs = alice.client.conversations(&[("type", "direct")]).await.unwrap();
    assert_eq!(ids(&directs.items), [with_carol.id, with_bob.id]);
}

async fn a3_the_list_is_searched_by_name_username_and_id(world: World) {
    let [alice, carol] = world.people(["alice", "carol"]).await;
    let robert = Token::of("bob").with("name", "Robert Builder");
    let bob = Person::with_token(&world.server, &robert).await;
    let with_bob = alice.direct_with(&bob).await;
    let with_carol = alice.direct_with(&carol).await;
    let group = alice.group_with("Builders 100%", &[&carol]).await;

    for (search, expected) in [
        ("builder", BTreeSet::from([with_bob.id, group.id])),
        ("ROBERT", BTreeSet::from([with_bob.id])),
        ("bob", BTreeSet::from([with_bob.id])),
        ("carol", BTreeSet::from([with_carol.id])),
        ("100%", BTreeSet::from([group.id])),
        ("%", BTreeSet::from([group.id])),
        ("_", BTreeSet::new()),
        // One's own name is in every conversation and finds none of them.
        ("alice", BTreeSet::new()),
    ] {
        let found = alice.client.conversations(&[("search", search)]).await.unwrap();
        let found: BTreeSet<Uuid> = ids(&found.items).into_iter().collect();
        assert_eq!(found, expected, "{search}");
    }
}

async fn a3_pages_and_cursors_cover_the_list_once(world: World) {
    let alice = world.person("alice").await;
    let mut expected = Vec::new();
    for number in 0..7 {
        expected.push(alice.group_with(&format!("Group {number}"), &[]).await.id);
    }
    // Newest activity first: without messages, the newest conversation.
    expected.reverse();

    let mut by_page = Vec::new();
    for page in ["1", "2", "3", "4"] {
        let answer = alice.client.conversations(&[("limit", "3"), ("page", page)]).await.unwrap();
        assert_eq!((answer.total, answer.total_pages), (Some(7), Some(3)));
        assert_eq!(answer.page, page.parse().ok());
        by_page.extend(ids(&answer.items));
    }
    assert_eq!(by_page, expected);

    let mut by_cursor = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut query = vec![("limit", "3")];
        if let Some(cursor) = &cursor {
            query.push(("cursor", cursor));
        }
        let answer = alice.client.conversations(&query).await.unwrap();
        assert_eq!(answer.total, None);
        by_cursor.extend(ids(&answer.items));
        cursor = answer.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(by_cursor, expected);

    for query in
        ["limit=0", "limit=101", "limit=x", "page=0", "page=-1", "cursor=nonsense", "type=other"]
    {
        let refused = alice.get(&format!("/conversations?{query}")).await;
        expect_problem(&refused, 422, "validation_failed");
    }
}

async fn a3_a_search_is_paged_and_shows_what_is_muted(world: World) {
    let alice = world.person("alice").await;
    let mut teams = Vec::new();
    for number in 0..5 {
        teams.push(alice.group_with(&format!("Team {number}"), &[]).await.id);
        alice.group_with(&format!("Other {number}"), &[]).await;
    }
    teams.reverse();
    alice.client.update_membership(teams[0], &json!({"muted": true})).await.unwrap();

    let mut by_page = Vec::new();
    for page in ["1", "2", "3"] {
        let query = [("search", "team"), ("limit", "2"), ("page", page)];
        let answer = alice.client.conversations(&query).await.unwrap();
        assert_eq!((answer.total, answer.total_pages), (Some(5), Some(3)));
        by_page.extend(answer.items);
    }
    assert_eq!(ids(&by_page), teams);
    let muted: Vec<bool> = by_page.iter().map(|it| it.membership.as_ref().unwrap().muted).collect();
    assert_eq!(muted, [true, false, false, false, false]);

    let first = alice.client.conversations(&[("search", "team"), ("limit", "3")]).await.unwrap();
    let cursor = first.next_cursor.clone().unwrap();
    let query = [("search", "team"), ("limit", "3"), ("cursor", cursor.as_str())];
    let second = alice.client.conversations(&query).await.unwrap();
    assert_eq!([ids(&first.items), ids(&second.items)].concat(), teams);
}

async fn a3_hidden_ones_are_left_out(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let hidden = alice.client.update_membership(direct.id, &json!({"hidden": true})).await.unwrap();
    assert!(hidden.hidden);

    assert_eq!(ids(&alice.client.conversations(&[]).await.unwrap().items), [group.id]);
    // A new message does not bring it back.
    bob.say(direct.id, "hello?").await;
    assert_eq!(ids(&alice.client.conversations(&[]).await.unwrap().items), [group.id]);
    let hidden = alice.client.conversations(&[("hidden", "true")]).await.unwrap();
    assert_eq!(ids(&hidden.items), [direct.id]);
    // It is hidden for the one person alone.
    assert_eq!(bob.client.conversations(&[]).await.unwrap().items.len(), 2);

    alice.client.update_membership(direct.id, &json!({"hidden": false})).await.unwrap();
    assert_eq!(alice.client.conversations(&[]).await.unwrap().items.len(), 2);
}

async fn a16_profiles_are_in_messages_and_lists(world: World) {
    let alice = world.person("alice").await;
    let picture = "https://pictures.example/bob.png";
    let token = Token::of("bob").with("name", "Bobby").with("picture", picture);
    let bob = Person::with_token(&world.server, &token).await;
    let direct = alice.direct_with(&bob).await;
    bob.say(direct.id, "hello").await;

    let bob_now = json!({"id": "bob", "username": "bob", "name": "Bobby", "avatar_url": picture});
    let path = format!("/conversations/{}/messages", direct.id);
    let history = expect_status(alice.get(&path).await, 200);
    assert_eq!(history["items"][0]["sender"], bob_now);
    let detail = expect_status(alice.get(&format!("/conversations/{}", direct.id)).await, 200);
    let people = detail["participants"].as_array().unwrap();
    assert!(people.iter().any(|it| it["user"] == bob_now), "{people:?}");

    let list = expect_status(alice.get("/conversations").await, 200);
    let other = &list["items"][0]["participant"];
    let keys = ["id", "username", "name", "avatar_url", "online", "last_seen_at"];
    assert!(other.has_only_keys(&keys), "{other}");
    assert_eq!((&other["name"], &other["online"]), (&json!("Bobby"), &json!(false)));

    let socket = bob.socket().await;
    soon("bob is shown online", || async {
        let list = alice.client.conversations(&[]).await.unwrap();
        let other = list.items[0].participant.clone().unwrap();
        (other.extra["online"] == true).then_some(())
    })
    .await;
    drop(socket);
    soon("bob was seen last at a time", || async {
        let list = alice.client.conversations(&[]).await.unwrap();
        let other = list.items[0].participant.clone().unwrap();
        (other.extra["online"] == false && other.extra["last_seen_at"].is_time()).then_some(())
    })
    .await;
}

async fn a16_a_new_name_is_told_at_once_by_sockets_from_before(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let (alices, bobs) = (alice.socket().await, bob.socket().await);
    let here = || json!({"conversation_id": direct.id});
    alices.request("typing.start", here()).await.unwrap();
    expect_event(&bobs, "typing.started").await;
    alice.client.update_me(&json!({"name": "Alice E."})).await.unwrap();
    for (request, event) in [
        ("typing.stop", "typing.stopped"),
        ("typing.start", "typing.started"),
        ("typing.stop", "typing.stopped"),
        ("conversation.open", "participant.opened"),
        ("conversation.close", "participant.closed"),
    ] {
        alices.request(request, here()).await.unwrap();
        let told = expect_event(&bobs, event).await;
        assert_eq!(told.data["user"]["name"], "Alice E.", "{event}: {}", told.data);
    }
    let send = json!({"conversation_id": direct.id, "content": "hello"});
    alices.request("message.send", send).await.unwrap();
    let told = expect_event(&bobs, "message.created").await;
    assert_eq!(told.data["sender"]["name"], "Alice E.", "{}", told.data);
    let group = json!({"type": "group", "name": "Team", "participant_ids": ["bob"]});
    alices.request("conversation.create", group).await.unwrap();
    let told = expect_event(&bobs, "conversation.created").await;
    let people = told.data["participants"].as_array().unwrap();
    let alice = people.iter().find(|person| person["user"]["id"] == "alice").unwrap();
    assert_eq!(alice["user"]["name"], "Alice E.", "{}", told.data);
}

async fn b3_the_list_has_preview_and_time_of_the_last_message(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let empty = expect_status(alice.get("/conversations").await, 200);
    assert!(empty["items"][0].has_only_keys(SUMMARY), "{empty:#}");
    assert!(empty["items"][0]["last_message"].is_null());

    bob.say(direct.id, "first").await;
    let sent = alice.say(direct.id, "last").await;
    let list = expect_status(bob.get("/conversations").await, 200);
    let last = &list["items"][0]["last_message"];
    assert_eq!((&last["id"], &last["content"]), (&json!(sent.id), &json!("last")));
    assert_eq!(last["created_at"], json!(sent.created_at));
    assert_eq!(last["sender"]["id"], "alice");
    assert_eq!(list["items"][0]["last_seq"], 2);
}
