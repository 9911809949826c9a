//! Finding words in a conversation: any part of them, in any case, and nothing
//! that is looked for means anything but itself.

use chinwag_domain::{ConversationId, Draft, Order, Seq, User, Window};

use crate::{
    builders,
    conformance::{
        Stage,
        stage::looks::{everything, seqs, words},
    },
};

/// What is found in the whole conversation, oldest first.
async fn found(stage: &Stage, id: ConversationId, who: &User, search: &str) -> Vec<String> {
    let (log, viewer) = (&stage.store.messages, &who.summary.id);
    let found = log.range(id, everything(), Some(search), viewer).await.unwrap();
    let count = log.count_matches(id, Seq::ZERO, search).await.unwrap();
    assert_eq!(count, found.len() as u64, "{search}: counted as found");
    words(&found).into_iter().map(str::to_owned).collect()
}

async fn talk<const N: usize>(stage: &Stage, texts: [&str; N]) -> (ConversationId, User) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    for text in texts {
        stage.say(group, &ann, text).await;
    }
    (group, ann)
}

/// Any part of the text, at its beginning, inside, at its end, of any length.
pub async fn any_part_is_found(stage: Stage) {
    let (group, ann) = talk(&stage, ["Good morning", "morning has broken", "evening"]).await;
    for part in ["morning", "ornin", "rn", "orning", "m"] {
        let expected = ["Good morning", "morning has broken"];
        assert_eq!(found(&stage, group, &ann, part).await, expected, "{part}");
    }
    assert_eq!(found(&stage, group, &ann, "Good morning").await, ["Good morning"]);
    assert_eq!(found(&stage, group, &ann, "d m").await, ["Good morning"]);
    assert_eq!(found(&stage, group, &ann, "morning evening").await, [""; 0]);
}

/// Case makes no difference, in any script.
pub async fn case_makes_no_difference(stage: Stage) {
    let (group, ann) = talk(&stage, ["ÄÖ und Äpfel", "äö", "ПРИВЕТ мир", "plain"]).await;
    for search in ["äö", "ÄÖ", "Äö"] {
        assert_eq!(found(&stage, group, &ann, search).await, ["ÄÖ und Äpfel", "äö"]);
    }
    assert_eq!(found(&stage, group, &ann, "ÄPFEL").await, ["ÄÖ und Äpfel"]);
    assert_eq!(found(&stage, group, &ann, "привет МИР").await, ["ПРИВЕТ мир"]);
    assert_eq!(found(&stage, group, &ann, "PLAIN").await, ["plain"]);
}

/// Letters that a reader takes for the same are found by each other, whichever was written.
pub async fn ways_of_writing_a_letter_make_no_difference(stage: Stage) {
    let texts = ["Straße", "ΟΔΟΣ", "İstanbul", "Cafe\u{301}", "ＡＢＣ", "ｶﾞﾗｽ", "한국어"];
    let (group, ann) = talk(&stage, texts).await;
    for (search, expected) in [
        ("STRASSE", "Straße"),
        ("straẞe", "Straße"),
        ("ss", "Straße"),
        ("ß", "Straße"),
        ("οδος", "ΟΔΟΣ"),
        ("ς", "ΟΔΟΣ"),
        ("istanbul", "İstanbul"),
        ("ISTANBUL", "İstanbul"),
        ("ıst", "İstanbul"),
        ("CAFÉ", "Cafe\u{301}"),
        ("é", "Cafe\u{301}"),
        ("abc", "ＡＢＣ"),
        ("ガラス", "ｶﾞﾗｽ"),
        ("\u{1112}\u{1161}\u{11ab}국", "한국어"),
    ] {
        assert_eq!(found(&stage, group, &ann, search).await, [expected], "{search}");
    }
    assert_eq!(found(&stage, group, &ann, "cafe").await, [""; 0], "é is not e");
}

/// As much as may be asked for is found, and one letter more is not.
pub async fn long_parts_are_found(stage: Stage) {
    let long: String = ('a'..='z').cycle().take(200).collect();
    let (group, ann) = talk(&stage, [&format!("x{long}y"), "abc"]).await;
    assert_eq!(found(&stage, group, &ann, &long.to_uppercase()).await.len(), 1);
    let mut other = long.clone();
    other.replace_range(100..101, "!");
    assert_eq!(found(&stage, group, &ann, &other).await, [""; 0]);
    // All its trigrams are there, but it is not.
    assert_eq!(found(&stage, group, &ann, "abcabc").await, [""; 0]);
}

/// Scripts without blanks, and emoji, are found by one character.
pub async fn cjk_and_emoji_are_found(stage: Stage) {
    let (group, ann) = talk(&stage, ["你好世界", "こんにちは 😀", "👨‍👩‍👧 family", "🇩🇪"]).await;
    assert_eq!(found(&stage, group, &ann, "世").await, ["你好世界"]);
    assert_eq!(found(&stage, group, &ann, "好世界").await, ["你好世界"]);
    assert_eq!(found(&stage, group, &ann, "にち").await, ["こんにちは 😀"]);
    assert_eq!(found(&stage, group, &ann, "😀").await, ["こんにちは 😀"]);
    assert_eq!(found(&stage, group, &ann, "👨‍👩‍👧").await, ["👨‍👩‍👧 family"]);
    assert_eq!(found(&stage, group, &ann, "🇩🇪").await, ["🇩🇪"]);
}

/// Wildcards, quotes and escapes are text.
pub async fn wildcards_and_quotes_are_text(stage: Stage) {
    let texts =
        ["100% sure", "100 percent", "a_b_c", "axbxc", r"C:\temp\x", "it's", "say \"so\"", "a*b"];
    let (group, ann) = talk(&stage, texts).await;
    for (search, expected) in [
        ("%", "100% sure"),
        ("0%", "100% sure"),
        ("0% s", "100% sure"),
        ("_", "a_b_c"),
        ("a_b", "a_b_c"),
        ("\\", r"C:\temp\x"),
        (r"\temp", r"C:\temp\x"),
        (r":\t", r"C:\temp\x"),
        ("'", "it's"),
        ("it's", "it's"),
        ("\"", "say \"so\""),
        ("\"so\"", "say \"so\""),
        ("*", "a*b"),
        ("a*b", "a*b"),
    ] {
        assert_eq!(found(&stage, group, &ann, search).await, [expected], "{search}");
    }
    for search in ["%%", "a%c", "___", "100_", "' OR 1=1 --", "\\%", "a* OR b", "\"\""] {
        assert_eq!(found(&stage, group, &ann, search).await, [""; 0], "{search}");
    }
}

/// What is searched for is looked up as the text stands now.
pub async fn edits_and_deletions_count_at_once(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let edited = stage.say(group, &ann, "first words").await;
    let deleted = stage.say(group, &ann, "second words").await;
    stage.edit(&edited, "other text").await;
    stage.delete(&deleted, &ann).await;
    assert_eq!(found(&stage, group, &ann, "words").await, [""; 0]);
    assert_eq!(found(&stage, group, &ann, "other").await, ["other text"]);
}

/// Only the text is searched: no file names, no places, no metadata.
pub async fn only_the_text_is_searched(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    stage.note(group, &ann).await;
    stage.send(stage.draft(group, &ann, builders::attached_draft(None, Vec::new()))).await;
    let silent = Draft { content: None, ..builders::attached_draft(None, Vec::new()) };
    stage.send(stage.draft(group, &ann, silent)).await;
    for search in ["example", "Café", "deep", "participant", "null", "ann"] {
        assert_eq!(found(&stage, group, &ann, search).await, [""; 0], "{search}");
    }
    assert_eq!(found(&stage, group, &ann, "look at").await, ["Look at this"]);
}

/// Bounds, order, limit and pages hold for what is found.
pub async fn pages_of_what_is_found(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    for at in 1..=24 {
        let text = if at % 2 == 0 { "even" } else { "odd" };
        stage.say(group, &ann, text).await;
    }
    let (log, viewer) = (&stage.store.messages, &ann.summary.id);
    let page =
        async |window: Window| seqs(&log.range(group, window, Some("EVEN"), viewer).await.unwrap());
    let window = Window { limit: 5, ..everything() };
    assert_eq!(page(window).await, [2, 4, 6, 8, 10]);
    assert_eq!(page(Window { skip: 5, ..window }).await, [12, 14, 16, 18, 20]);
    assert_eq!(page(Window { skip: 10, ..window }).await, [22, 24]);
    assert_eq!(page(Window { skip: 12, ..window }).await, [0_i64; 0]);
    let newest = Window { order: Order::Descending, ..window };
    assert_eq!(page(Window { skip: 5, ..newest }).await, [14, 12, 10, 8, 6]);
    let above = Window { above: Seq::new(14), ..newest };
    assert_eq!(page(above).await, [24, 22, 20, 18, 16]);
    let between = Window { above: Seq::new(4), below: Some(Seq::new(10)), ..window };
    assert_eq!(page(between).await, [6, 8]);
    assert_eq!(log.count_matches(group, Seq::new(14), "even").await.unwrap(), 5);
    assert_eq!(log.count_matches(group, Seq::new(24), "even").await.unwrap(), 0);
}

/// What other conversations say is not found.
pub async fn a_search_stays_in_its_conversation(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let (one, two) = (stage.group(&[&ann]).await, stage.group(&[&ann]).await);
    stage.say(one, &ann, "needle here").await;
    stage.say(two, &ann, "needle there").await;
    assert_eq!(found(&stage, one, &ann, "needle").await, ["needle here"]);
}
