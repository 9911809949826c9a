//! Finding words in everything that a person may see.

use chinwag_domain::{
    Draft, GroupSettings, HistoryPolicy, Limit, MessageKind, SearchCursor, SearchQuery, Seq, User,
    ports::Found,
};

use crate::{builders, conformance::Stage};

/// Everything that contains these words.
fn query(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.to_owned(),
        conversation_id: None,
        from: None,
        to: None,
        sender_id: None,
        kind: None,
    }
}

async fn page(
    stage: &Stage,
    who: &User,
    query: &SearchQuery,
    after: Option<SearchCursor>,
    limit: i64,
) -> (Vec<Found>, Option<SearchCursor>) {
    let limit = Limit::new(limit).unwrap();
    let page = stage.store.messages.search(&who.summary.id, query, after, limit).await.unwrap();
    assert!(page.items.len() <= usize::from(limit.get()));
    (page.items, page.next)
}

fn words(found: &[Found]) -> Vec<String> {
    found.iter().map(|found| found.message.body.content.clone().unwrap()).collect()
}

/// What that finds, read two at a time.
async fn matching(stage: &Stage, who: &User, query: &SearchQuery) -> Vec<String> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let (items, next) = page(stage, who, query, after, 2).await;
        all.extend(words(&items));
        after = next;
        if after.is_none() {
            return all;
        }
    }
}

async fn found(stage: &Stage, who: &User, text: &str) -> Vec<String> {
    matching(stage, who, &query(text)).await
}

/// Whatever the conversation, and however long the part.
pub async fn the_newest_of_all_conversations_come_first(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (one, two) = (stage.group(&[&ann, &bob]).await, stage.group(&[&ann, &bob]).await);
    let direct = stage.direct(&ann, &bob).await;
    for (place, text) in [
        (one, "needle 1"),
        (two, "needle 2"),
        (one, "hay"),
        (direct, "NEEDLE 3"),
        (one, "needle 4"),
        (two, "hay"),
        (two, "needle 5"),
    ] {
        stage.say(place, &bob, text).await;
    }
    let expected = ["needle 5", "needle 4", "NEEDLE 3", "needle 2", "needle 1"];
    for text in ["needle", "eed", "ne", "n"] {
        assert_eq!(found(&stage, &ann, text).await, expected, "{text}");
        assert_eq!(found(&stage, &bob, text).await, expected, "{text}");
    }
    assert_eq!(found(&stage, &ann, "hayneedle").await, [""; 0]);
}

/// One, two and three letters, of any script; wildcards and operators are text.
pub async fn any_length_and_script_is_found_everywhere(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let texts = [
        "你好世界",
        "こんにちは",
        "안녕하세요",
        "hi 😀👍🏽",
        "Cafe\u{301}",
        "Straße",
        "İzmir",
        "100% of a_b",
        "say \"so\" OR not",
        r"C:\temp*",
    ];
    for text in texts {
        stage.say(group, &ann, text).await;
    }
    for (search, expected) in [
        ("世", "你好世界"),
        ("世界", "你好世界"),
        ("好世界", "你好世界"),
        ("に", "こんにちは"),
        ("にち", "こんにちは"),
        ("にちは", "こんにちは"),
        ("녕", "안녕하세요"),
        ("녕하", "안녕하세요"),
        ("녕하세", "안녕하세요"),
        ("😀", "hi 😀👍🏽"),
        ("😀👍", "hi 😀👍🏽"),
        ("😀👍🏽", "hi 😀👍🏽"),
        ("é", "Cafe\u{301}"),
        ("fé", "Cafe\u{301}"),
        ("CAFÉ", "Cafe\u{301}"),
        ("ß", "Straße"),
        ("SS", "Straße"),
        ("STRASS", "Straße"),
        ("İ", "İzmir"),
        ("iz", "İzmir"),
        ("IZMIR", "İzmir"),
        ("%", "100% of a_b"),
        ("0%", "100% of a_b"),
        ("00% ", "100% of a_b"),
        ("a_b", "100% of a_b"),
        ("\"", "say \"so\" OR not"),
        ("\"so\"", "say \"so\" OR not"),
        ("so\" or", "say \"so\" OR not"),
        ("\\", r"C:\temp*"),
        (r":\te", r"C:\temp*"),
        ("mp*", r"C:\temp*"),
    ] {
        let all = found(&stage, &ann, search).await;
        assert!(all.contains(&expected.to_owned()), "{search} finds {all:?}");
    }
    for search in [
        "%%",
        "___",
        "a%b",
        "100_",
        "hi OR not",
        "say NOT so",
        "te*",
        "\"\"",
        "' OR 1=1 --",
        "世好",
        "😀😀",
    ] {
        assert_eq!(found(&stage, &ann, search).await, [""; 0], "{search}");
    }
}

/// Not where one never was, was removed from, or what has ended; never what the server says.
pub async fn nothing_is_found_where_one_may_not_look(stage: Stage) {
    let [ann, bob, eve] = stage.people(["ann", "bob", "eve"]).await;
    let foreign = stage.group(&[&ann, &bob]).await;
    let left = stage.group(&[&ann, &eve]).await;
    let ended = stage.group(&[&ann, &eve]).await;
    let own = stage.group(&[&eve]).await;
    for place in [foreign, left, ended] {
        stage.say(place, &ann, "needle").await;
    }
    stage.note(own, &eve).await;
    stage.say(own, &eve, "needle of eve").await;
    stage.leave(left, &eve).await;
    stage.say(left, &ann, "needle after").await;
    stage.end(ended).await;
    for text in ["needle", "ne", "n"] {
        assert_eq!(found(&stage, &eve, text).await, ["needle of eve"], "{text}");
        assert_eq!(found(&stage, &ann, text).await, ["needle after", "needle", "needle"], "{text}");
        for place in [foreign, left, ended] {
            let there = SearchQuery { conversation_id: Some(place), ..query(text) };
            assert_eq!(matching(&stage, &eve, &there).await, [""; 0], "{text}");
        }
    }
    for text in ["participant", "added", "eve joined"] {
        assert_eq!(found(&stage, &eve, text).await, [""; 0], "{text}");
    }
}

/// Who comes (back) to a conversation that shows its past to nobody sees none of it.
pub async fn coming_back_does_not_show_what_was_missed(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let settings =
        GroupSettings { history: HistoryPolicy::SinceJoin, ..GroupSettings::named("Team") };
    let group = stage.group_with(&[&ann, &bob], settings).await;
    stage.say(group, &ann, "needle before").await;
    stage.leave(group, &bob).await;
    stage.say(group, &ann, "needle meanwhile").await;
    stage.join(group, &bob).await;
    stage.say(group, &ann, "needle after").await;
    for text in ["needle", "ne"] {
        assert_eq!(found(&stage, &bob, text).await, ["needle after"], "{text}");
        assert_eq!(found(&stage, &ann, text).await.len(), 3, "{text}");
    }
}

/// Neither by a short part nor by a long one.
pub async fn what_was_cleared_is_not_found(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let direct = stage.direct(&ann, &bob).await;
    stage.say(direct, &bob, "needle old").await;
    stage.say(direct, &bob, "needle older than now").await;
    stage.clear(direct, &ann, 2).await;
    stage.say(direct, &bob, "needle new").await;
    for text in ["needle", "ne"] {
        assert_eq!(found(&stage, &ann, text).await, ["needle new"], "{text}");
        assert_eq!(found(&stage, &bob, text).await.len(), 3, "{text}");
    }
}

/// Hiding takes a conversation out of the list, not out of what one knows.
pub async fn hidden_conversations_are_searched(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let direct = stage.direct(&ann, &bob).await;
    stage.say(direct, &bob, "needle").await;
    stage.hide(direct, &ann).await;
    for text in ["needle", "ne"] {
        assert_eq!(found(&stage, &ann, text).await, ["needle"], "{text}");
    }
}

/// The direct conversation with somebody whom one has blocked is not searched, groups with them
/// are; the one who is blocked still finds what was said.
pub async fn whom_one_has_blocked_is_not_found(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (direct, group) = (stage.direct(&ann, &bob).await, stage.group(&[&ann, &bob]).await);
    stage.say(direct, &bob, "needle between us").await;
    stage.say(group, &bob, "needle for all").await;
    stage.read(direct, &ann, 1).await;
    stage.read(group, &ann, 1).await;
    stage.block(&ann, &bob).await;
    for text in ["needle", "ne"] {
        assert_eq!(found(&stage, &ann, text).await, ["needle for all"], "{text}");
        assert_eq!(found(&stage, &bob, text).await.len(), 2, "{text}");
    }
    // Nor is he told whether she has read it; of the group he is.
    let (items, _) = page(&stage, &bob, &query("needle"), None, 2).await;
    let read: Vec<_> = items.iter().map(|found| found.others.map(|it| it.read.get())).collect();
    assert_eq!(read, [Some(1), None]);
    stage.unblock(&ann, &bob).await;
    assert_eq!(found(&stage, &ann, "needle").await.len(), 2);
}

/// Edits, deletions and reactions.
pub async fn changes_count_at_once_everywhere(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let edited = stage.say(group, &ann, "first words").await;
    let deleted = stage.say(group, &ann, "second words").await;
    let liked = stage.say(group, &ann, "third words").await;
    stage.edit(&edited, "other text").await;
    stage.delete(&deleted, &ann).await;
    stage.react(&liked, &ann, "👍").await;
    for text in ["words", "wo"] {
        assert_eq!(found(&stage, &ann, text).await, ["third words"], "{text}");
    }
    for text in ["other", "xt"] {
        assert_eq!(found(&stage, &ann, text).await, ["other text"], "{text}");
    }
    assert_eq!(found(&stage, &ann, "second").await, [""; 0]);
}

/// Conversation, sender, kind and time, alone and together.
pub async fn filters_choose_among_what_is_found(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (one, two) = (stage.group(&[&ann, &bob]).await, stage.group(&[&ann, &bob]).await);
    stage.say(one, &ann, "needle a").await;
    let second = stage.say(two, &bob, "needle b").await;
    let third = stage.say(one, &bob, "needle c").await;
    let kind = MessageKind::Image;
    let content = Some("needle d".to_owned());
    let picture = Draft { kind, content, ..builders::attached_draft(None, Vec::new()) };
    stage.send(stage.draft(two, &ann, picture)).await;
    for text in ["needle", "ne"] {
        let all = query(text);
        let (from, to) = (Some(second.created_at), Some(third.created_at));
        let bobs = Some(bob.summary.id.clone());
        for (query, expected) in [
            (
                SearchQuery { conversation_id: Some(one), ..all.clone() },
                vec!["needle c", "needle a"],
            ),
            (SearchQuery { sender_id: bobs.clone(), ..all.clone() }, vec!["needle c", "needle b"]),
            (SearchQuery { kind: Some(kind), ..all.clone() }, vec!["needle d"]),
            (SearchQuery { from, ..all.clone() }, vec!["needle d", "needle c", "needle b"]),
            (SearchQuery { to, ..all.clone() }, vec!["needle b", "needle a"]),
            (SearchQuery { from, to, ..all.clone() }, vec!["needle b"]),
            (SearchQuery { from: to, to: from, ..all.clone() }, vec![]),
            (
                SearchQuery { conversation_id: Some(one), sender_id: bobs, from, ..all.clone() },
                vec!["needle c"],
            ),
        ] {
            assert_eq!(matching(&stage, &ann, &query).await, expected, "{query:?}");
        }
    }
}

/// A list that is being read stays what it was.
pub async fn pages_lose_and_repeat_nothing_while_people_write(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let rooms = [stage.group(&[&ann, &bob]).await, stage.group(&[&ann, &bob]).await];
    for number in 0..24_usize {
        stage.say(rooms[number % 2], &bob, &format!("needle {number:02}")).await;
    }
    for text in ["needle", "ne"] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let (items, next) = page(&stage, &ann, &query(text), after, 5).await;
            seen.extend(words(&items));
            stage.say(rooms[0], &bob, "needle of later").await;
            after = next;
            if after.is_none() {
                break;
            }
        }
        seen.retain(|text| text != "needle of later");
        let expected: Vec<_> = (0..24).rev().map(|number| format!("needle {number:02}")).collect();
        assert_eq!(seen, expected, "{text}");
    }
}

/// With sender and reactions, and for one's own with how far the others have come.
pub async fn what_is_found_is_whole(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let own = stage.say(group, &ann, "needle of ann").await;
    let other = stage.say(group, &bob, "needle of bob").await;
    stage.react(&other, &ann, "👍").await;
    stage.read(group, &bob, 1).await;
    let (items, next) = page(&stage, &ann, &query("needle"), None, 2).await;
    assert_eq!(next, None, "all of them fit");
    let [theirs, mine] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!(theirs.message, stage.look(&other, &ann).await);
    assert!(theirs.message.reactions[0].me);
    assert_eq!(theirs.others, None);
    assert_eq!(mine.message, stage.look(&own, &ann).await);
    let others = mine.others.unwrap();
    assert!(others.read >= Seq::new(1), "{others:?}");
    let directly = stage.store.messages.others_pointers(group, &ann.summary.id).await.unwrap();
    assert_eq!(mine.others, directly);
}
