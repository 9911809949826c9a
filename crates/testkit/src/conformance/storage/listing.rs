//! A person's conversations: newest activity first, in pieces.

use chinwag_domain::{
    ConversationFilter, ConversationId, ConversationType, Limit, PageNumber, Position, User,
};

use crate::conformance::{Stage, stage::looks::shown};

fn piece(limit: i64) -> ConversationFilter {
    ConversationFilter { limit: Limit::new(limit).unwrap(), ..shown() }
}

/// The whole list, read on from cursor to cursor.
async fn by_cursor(
    stage: &Stage,
    who: &User,
    mut filter: ConversationFilter,
) -> Vec<ConversationId> {
    let mut all = Vec::new();
    loop {
        let page = stage.store.conversations.list(&who.summary.id, &filter).await.unwrap();
        assert!(page.items.len() <= usize::from(filter.limit.get()));
        assert_eq!(page.total, None, "only pages are counted");
        assert!(all.is_empty() || !page.items.is_empty(), "the cursor led to nothing");
        all.extend(page.items.iter().map(|item| item.membership.conversation.id));
        let Some(next) = page.next else { return all };
        assert_eq!(page.items.len(), usize::from(filter.limit.get()), "full, as more follow");
        filter.position = Position::After(next);
        assert!(all.len() < 100, "goes in circles");
    }
}

async fn groups(stage: &Stage, people: &[&User], count: usize) -> Vec<ConversationId> {
    let mut groups = Vec::new();
    for _ in 0..count {
        groups.push(stage.group(people).await);
    }
    groups
}

/// By the newest message, or the beginning where there is none.
pub async fn newest_activity_comes_first(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let made = groups(&stage, &[&ann, &bob], 4).await;
    assert_eq!(stage.list(&ann, &shown()).await, [made[3], made[2], made[1], made[0]]);
    stage.say(made[1], &bob, "words").await;
    stage.note(made[0], &bob).await;
    let newest = stage.direct(&bob, &ann).await;
    let expected = [newest, made[0], made[1], made[3], made[2]];
    assert_eq!(stage.list(&ann, &shown()).await, expected);
    stage.edit(&stage.all(made[1], &ann).await[0], "edited").await;
    stage.read(made[2], &ann, 1).await;
    assert_eq!(stage.list(&ann, &shown()).await, expected, "no new message, no new place");
}

/// Only conversations that the person is in now, and that still are.
pub async fn only_ones_own_are_listed(stage: Stage) {
    let [ann, bob, cid] = stage.people(["ann", "bob", "cid"]).await;
    let made = groups(&stage, &[&ann, &bob], 3).await;
    groups(&stage, &[&bob, &cid], 1).await;
    stage.leave(made[0], &ann).await;
    stage.end(made[1]).await;
    assert_eq!(stage.list(&ann, &shown()).await, [made[2]]);
    stage.join(made[0], &ann).await;
    assert_eq!(stage.list(&ann, &shown()).await, [made[2], made[0]]);
    let nobody = crate::builders::user("nobody");
    assert_eq!(stage.list(&nobody, &shown()).await, []);
}

/// Cursors lead through the whole list, whatever the size of the pieces.
pub async fn cursors_lead_through_the_whole_list(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let made = groups(&stage, &[&ann, &bob], 7).await;
    stage.say(made[2], &bob, "words").await;
    let whole = stage.list(&ann, &shown()).await;
    assert_eq!(whole.len(), 7);
    for limit in [1, 2, 3, 6, 7, 8] {
        assert_eq!(by_cursor(&stage, &ann, piece(limit)).await, whole, "{limit}");
    }
}

/// Conversations of the same millisecond come in one order, each once.
pub async fn ties_are_neither_skipped_nor_doubled(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let before = stage.tick();
    let mut made = Vec::new();
    for _ in 0..9 {
        stage.clock.set(before);
        made.push(stage.group(&[&ann, &bob]).await);
    }
    let whole = stage.list(&ann, &shown()).await;
    let mut sorted = whole.clone();
    sorted.sort();
    assert_eq!(sorted, made);
    for limit in [1, 2, 4] {
        assert_eq!(by_cursor(&stage, &ann, piece(limit)).await, whole, "{limit}");
    }
}

/// What comes in while somebody reads on shifts nothing.
pub async fn news_while_reading_shifts_nothing(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let made = groups(&stage, &[&ann, &bob], 6).await;
    let mut filter = piece(2);
    let mut seen = Vec::new();
    loop {
        let page = stage.store.conversations.list(&ann.summary.id, &filter).await.unwrap();
        seen.extend(page.items.iter().map(|item| item.membership.conversation.id));
        stage.group(&[&ann, &bob]).await;
        // Something new where the reader was already.
        stage.say(made[5], &bob, "words").await;
        let Some(next) = page.next else { break };
        filter.position = Position::After(next);
        assert!(seen.len() < 100, "goes in circles");
    }
    assert_eq!(seen, [made[5], made[4], made[3], made[2], made[1], made[0]]);
}

/// Pages are the list cut into pieces, with the size of the whole.
pub async fn pages_know_the_total(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    groups(&stage, &[&ann, &bob], 5).await;
    let whole = stage.list(&ann, &shown()).await;
    let mut pages = Vec::new();
    for number in 1..=4 {
        let filter = ConversationFilter {
            position: Position::Page(PageNumber::new(number).unwrap()),
            ..piece(2)
        };
        let page = stage.store.conversations.list(&ann.summary.id, &filter).await.unwrap();
        assert_eq!(page.total, Some(5), "page {number}");
        assert_eq!(page.next.is_some(), number < 3, "page {number}");
        pages.push(page.items.len());
        let ids = page.items.iter().map(|item| item.membership.conversation.id);
        let start = whole.len().min(usize::try_from(number - 1).unwrap() * 2);
        assert_eq!(ids.collect::<Vec<_>>(), whole[start..whole.len().min(start + 2)]);
    }
    assert_eq!(pages, [2, 2, 1, 0]);
}

/// The hidden ones are a list of their own.
pub async fn hidden_ones_are_a_list_of_their_own(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let made = groups(&stage, &[&ann, &bob], 3).await;
    stage.hide(made[1], &ann).await;
    let hidden = ConversationFilter { hidden: true, ..shown() };
    assert_eq!(stage.list(&ann, &shown()).await, [made[2], made[0]]);
    assert_eq!(stage.list(&ann, &hidden).await, [made[1]]);
    assert_eq!(stage.list(&bob, &hidden).await, [], "hidden for one, not for the other");
    stage.say(made[1], &bob, "words").await;
    assert_eq!(stage.list(&ann, &hidden).await, [made[1]], "a message does not bring it back");
    stage.settle(made[1], &ann, |row| row.hidden_at = None).await;
    assert_eq!(stage.list(&ann, &hidden).await, []);
    let filter =
        ConversationFilter { position: Position::Page(PageNumber::new(1).unwrap()), ..hidden };
    let page = stage.store.conversations.list(&ann.summary.id, &filter).await.unwrap();
    assert_eq!(page.total, Some(0), "the total is that of the filtered list");
}

/// Groups alone, or direct conversations alone.
pub async fn types_are_told_apart(stage: Stage) {
    let [ann, bob, cid] = stage.people(["ann", "bob", "cid"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let (one, two) = (stage.direct(&ann, &bob).await, stage.direct(&cid, &ann).await);
    let of = |kind| ConversationFilter { kind: Some(kind), ..shown() };
    assert_eq!(stage.list(&ann, &of(ConversationType::Group)).await, [group]);
    assert_eq!(stage.list(&ann, &of(ConversationType::Direct)).await, [two, one]);
    let pieces = ConversationFilter { kind: Some(ConversationType::Direct), ..piece(1) };
    assert_eq!(by_cursor(&stage, &ann, pieces).await, [two, one]);
}

/// Each item of a list is what the summary of that conversation is.
pub async fn items_are_summaries(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (group, direct) = (stage.group(&[&ann, &bob]).await, stage.direct(&ann, &bob).await);
    stage.group(&[&ann, &bob]).await;
    let message = stage.say(group, &bob, "words").await;
    stage.react(&message, &ann, "👍").await;
    stage.say(direct, &ann, "own").await;
    stage.read(direct, &bob, 1).await;
    let page = stage.store.conversations.list(&ann.summary.id, &shown()).await.unwrap();
    assert_eq!(page.items.len(), 3);
    for item in page.items {
        assert_eq!(item, stage.summary(item.membership.conversation.id, &ann).await);
    }
}
