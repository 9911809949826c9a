//! Looking for words: in one conversation and over all of them, in any script and length, and only in what one may see.

use chinwag_client::{Message, Method, Page};
use chinwag_tests::{Person, World, expect_problem, on_both_databases};
use serde_json::json;
use uuid::Uuid;

on_both_databases!(
    a5_search_is_by_parts_in_any_case_and_script,
    a5_a_search_shows_nothing_that_was_cleared,
    b7_search_over_all_conversations_newest_first,
    b7_a_search_is_paged_while_people_write,
    b7_a_search_is_narrowed_by_filters,
    b7_a_search_finds_only_what_one_may_see,
    b7_edits_and_deletions_count_at_once,
    b7_a_search_takes_words_as_words,
);

fn words(page: &Page<Message>) -> Vec<&str> {
    page.items.iter().map(|message| message.content.as_deref().unwrap_or_default()).collect()
}

/// Everything that the person finds, by pages of three.
async fn found(person: &Person, query: &[(&str, &str)]) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut query = query.to_vec();
        query.push(("limit", "3"));
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = person.client.search(&query).await.unwrap();
        all.extend(words(&page).into_iter().map(str::to_owned));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

async fn say_all(person: &Person, conversation: Uuid, texts: &[&str]) {
    for text in texts {
        person.say(conversation, text).await;
    }
}

async fn a5_search_is_by_parts_in_any_case_and_script(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let texts = [
        "你好世界",
        "こんにちは",
        "안녕하세요",
        "hi 😀👍🏽",
        "Cafe\u{301}",
        "Straße",
        "İzmir",
        "ΟΔΟΣ",
        "ｶﾞﾗｽ ＡＢＣ",
    ];
    say_all(&alice, direct.id, &texts).await;
    for (search, expected) in [
        ("世", 0),
        ("世界", 0),
        ("好世界", 0),
        ("に", 1),
        ("にち", 1),
        ("にちは", 1),
        ("녕", 2),
        ("녕하", 2),
        ("녕하세", 2),
        ("😀", 3),
        ("😀👍", 3),
        ("😀👍🏽", 3),
        ("é", 4),
        ("CAFÉ", 4),
        ("ß", 5),
        ("STRASSE", 5),
        ("İZ", 6),
        ("izmir", 6),
        ("IZMIR", 6),
        ("ς", 7),
        ("οδος", 7),
        ("ガラス", 8),
        ("abc", 8),
    ] {
        let (expected, query) = (texts[expected], [("search", search)]);
        let history = bob.client.history(direct.id, &query).await.unwrap();
        assert_eq!(words(&history).last(), Some(&expected), "{search} in the conversation");
        let everywhere = found(&bob, &[("q", search)]).await;
        assert_eq!(everywhere.last().map(String::as_str), Some(expected), "{search} everywhere");
        assert_eq!(everywhere, words(&history), "{search}: the same by both doors");
    }
    for search in ["cafe", "世好", "界世你", "😀😀"] {
        assert!(found(&bob, &[("q", search)]).await.is_empty(), "{search}");
    }
}

async fn a5_a_search_shows_nothing_that_was_cleared(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    say_all(&bob, direct.id, &["needle old", "needle older than now"]).await;
    alice.client.clear(direct.id).await.unwrap();
    bob.say(direct.id, "needle new").await;
    for text in ["needle", "ne"] {
        assert_eq!(found(&alice, &[("q", text)]).await, ["needle new"], "{text}");
        let history = alice.client.history(direct.id, &[("search", text)]).await.unwrap();
        assert_eq!(words(&history), ["needle new"], "{text}");
        assert_eq!(found(&bob, &[("q", text)]).await.len(), 3, "{text}");
    }
}

async fn b7_search_over_all_conversations_newest_first(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let direct = alice.direct_with(&bob).await;
    let group = alice.group_with("Team", &[&bob, &carol]).await;
    alice.say(direct.id, "needle 1").await;
    carol.say(group.id, "Needle 2").await;
    say_all(&bob, direct.id, &["hay", "a NEEDLE 3"]).await;
    for text in ["needle", "eed", "ne", "n"] {
        let expected = ["a NEEDLE 3", "Needle 2", "needle 1"];
        assert_eq!(found(&alice, &[("q", text)]).await, expected, "{text}");
        assert_eq!(found(&carol, &[("q", text)]).await, ["Needle 2"], "{text}");
    }
    bob.client.mark_read(direct.id, None).await.unwrap();
    let page = alice.client.search(&[("q", "needle 1")]).await.unwrap();
    let own = &page.items[0];
    assert_eq!((own.conversation_id, own.sender.id.as_str()), (direct.id, "alice"));
    assert_eq!(own.status.as_deref(), Some("read"), "as in history");
    assert_eq!(page.next_cursor, None);
    let hidden = json!({"hidden": true});
    alice.patch(&format!("/conversations/{}/membership", direct.id), hidden).await;
    assert_eq!(found(&alice, &[("q", "needle")]).await.len(), 3, "hidden is not forgotten");
}

async fn b7_a_search_is_paged_while_people_write(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let rooms = [alice.group_with("One", &[&bob]).await, alice.group_with("Two", &[&bob]).await];
    for number in 0..14_usize {
        bob.say(rooms[number % 2].id, &format!("needle {number:02}")).await;
    }
    for text in ["needle", "ne"] {
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut query = vec![("q", text), ("limit", "4")];
            query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let page = alice.client.search(&query).await.unwrap();
            seen.extend(words(&page).into_iter().map(str::to_owned));
            bob.say(rooms[0].id, "a needle of later").await;
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        seen.retain(|text| text != "a needle of later");
        let expected: Vec<_> = (0..14).rev().map(|number| format!("needle {number:02}")).collect();
        assert_eq!(seen, expected, "{text}");
    }
}

async fn b7_a_search_is_narrowed_by_filters(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let (one, two) = (alice.direct_with(&bob).await, alice.group_with("Two", &[&bob]).await);
    alice.say(one.id, "needle a").await;
    let second = bob.say(two.id, "needle b").await;
    bob.say(one.id, "needle c").await;
    let place = json!({"kind": "location", "content": "needle d",
        "location": {"latitude": 1.5, "longitude": 2.5, "live": false}});
    let sent = alice.post(&format!("/conversations/{}/messages", two.id), place).await;
    assert_eq!(sent.status, 201);
    let (one, at) = (one.id.to_string(), second.created_at.clone());
    for text in ["needle", "ne"] {
        for (filter, expected) in [
            (("conversation_id", one.as_str()), vec!["needle c", "needle a"]),
            (("sender_id", "bob"), vec!["needle c", "needle b"]),
            (("sender_id", "nobody"), vec![]),
            (("kind", "location"), vec!["needle d"]),
            (("from", at.as_str()), vec!["needle d", "needle c", "needle b"]),
            (("to", at.as_str()), vec!["needle a"]),
            (("to", "2020-01-01T00:00:00Z"), vec![]),
        ] {
            assert_eq!(found(&alice, &[("q", text), filter]).await, expected, "{filter:?}");
        }
    }
    let both = [("q", "needle"), ("sender_id", "bob"), ("conversation_id", one.as_str())];
    assert_eq!(found(&alice, &both).await, ["needle c"]);

    let long = "x".repeat(201);
    for (query, pointer) in [
        ("", "q"),
        ("q=", "q"),
        ("q=%20%20", "q"),
        ("q=a%00b", "q"),
        (&format!("q={long}"), "q"),
        ("q=abc&from=yesterday", "from"),
        ("q=abc&to=5", "to"),
        ("q=abc&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to"),
        ("q=abc&sender_id=a%20b", "sender_id"),
        ("q=abc&kind=smell", "kind"),
        ("q=abc&kind=system", "kind"),
        ("q=abc&limit=0", "limit"),
        ("q=abc&limit=101", "limit"),
        ("q=abc&cursor=nonsense", "cursor"),
        ("q=abc&cursor=m5", "cursor"),
        ("q=abc&page=1", "page"),
        ("q=abc&q=abd", "q"),
    ] {
        let answer = alice.get(&format!("/search/messages?{query}")).await;
        let problem = expect_problem(&answer, 422, "validation_failed");
        assert_eq!(problem.errors[0].pointer, pointer, "{query}");
    }
    let most = found(&alice, &[("q", &long[..200])]).await;
    assert!(most.is_empty(), "200 characters may be asked for");
}

async fn b7_a_search_finds_only_what_one_may_see(world: World) {
    let [alice, bob, eve] = world.people(["alice", "bob", "eve"]).await;
    let direct = alice.direct_with(&bob).await;
    let body = json!({
        "type": "group", "name": "Team", "participant_ids": ["bob", "eve"], "history": "since_join",
    });
    let team = alice.client.create_conversation(&body).await.unwrap();
    alice.say(direct.id, "needle between two").await;
    alice.say(team.id, "needle before").await;
    assert_eq!(found(&eve, &[("q", "needle")]).await, ["needle before"]);

    alice.client.remove_participant(team.id, "eve").await.unwrap();
    bob.client.leave(team.id).await.unwrap();
    alice.say(team.id, "needle meanwhile").await;
    for text in ["needle", "ne"] {
        assert!(found(&eve, &[("q", text)]).await.is_empty(), "{text}: removed");
        assert_eq!(found(&bob, &[("q", text)]).await, ["needle between two"], "{text}: left");
    }
    alice.client.add_participants(team.id, &["eve"]).await.unwrap();
    alice.say(team.id, "needle after").await;
    for text in ["needle", "ne"] {
        assert_eq!(found(&eve, &[("q", text)]).await, ["needle after"], "{text}: since joining");
    }
    for id in [direct.id.to_string(), Uuid::nil().to_string(), "nonsense".to_owned()] {
        let answer = eve.get(&format!("/search/messages?q=needle&conversation_id={id}")).await;
        expect_problem(&answer, 404, "not_found");
        let blank = eve.get(&format!("/search/messages?conversation_id={id}")).await;
        expect_problem(&blank, 404, "not_found");
    }
    let path = "/search/messages?q=needle";
    let anonymous = world.nobody().request(Method::GET, path, None).await.unwrap();
    expect_problem(&anonymous, 401, "token_missing");
}

async fn b7_edits_and_deletions_count_at_once(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let edited = alice.say(direct.id, "first words").await;
    let deleted = alice.say(direct.id, "second words").await;
    alice.client.edit(edited.id, "other text").await.unwrap();
    alice.client.delete(deleted.id).await.unwrap();
    for text in ["words", "wo"] {
        assert!(found(&bob, &[("q", text)]).await.is_empty(), "{text}");
    }
    for text in ["other", "xt"] {
        assert_eq!(found(&bob, &[("q", text)]).await, ["other text"], "{text}");
    }
}

async fn b7_a_search_takes_words_as_words(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let texts = ["100% sure", "a_b_c", r"C:\temp*", "it's \"so\"", "axbxc", "so or not"];
    say_all(&alice, direct.id, &texts).await;
    for (search, expected) in [
        ("%", vec!["100% sure"]),
        ("00% s", vec!["100% sure"]),
        ("a_b", vec!["a_b_c"]),
        (r":\t", vec![r"C:\temp*"]),
        ("mp*", vec![r"C:\temp*"]),
        ("it's \"so", vec!["it's \"so\""]),
        ("\"so\"", vec!["it's \"so\""]),
        ("so OR not", vec!["so or not"]),
        ("te*", vec![]),
        ("so NOT or", vec![]),
        ("\"\"\"", vec![]),
        ("' OR 1=1 --", vec![]),
        ("search_text:so", vec![]),
        ("NEAR(so not)", vec![]),
        ("^so", vec![]),
        ("{so}", vec![]),
    ] {
        assert_eq!(found(&bob, &[("q", search)]).await, expected, "{search}");
        let history = bob.client.history(direct.id, &[("search", search)]).await.unwrap();
        assert_eq!(words(&history), expected, "{search} in the conversation");
    }
}
