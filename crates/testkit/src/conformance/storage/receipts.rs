//! When each person first had received and read a message.

use chinwag_domain::{
    ConversationId,
    ReceiptKind::{self, Delivered, Read},
    Seq, User,
    ports::IdGenerator,
};

use crate::conformance::Stage;

/// (person, kind, milliseconds since the clock's beginning) of a message's receipts.
/// One person's two receipts of the same time may come in either order.
async fn receipts(
    stage: &Stage,
    id: ConversationId,
    seq: i64,
    except: &User,
) -> Vec<(i64, String, ReceiptKind)> {
    let rows = stage.store.receipts.of_message(id, Seq::new(seq), &except.summary.id).await;
    let rows = rows.unwrap();
    let ordered = rows.is_sorted_by_key(|row| (row.at, row.user_id.clone()));
    assert!(ordered, "by time, then person: {rows:?}");
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|row| (row.at.millis() % 1_000_000, row.user_id.to_string(), row.kind))
        .collect();
    rows.sort();
    rows
}

/// Marks at a time that is given, in milliseconds.
async fn mark(stage: &Stage, id: ConversationId, who: &User, kind: ReceiptKind, to: (i64, i64)) {
    let (seq, at) = to;
    let at = chinwag_domain::Timestamp::from_millis(1_700_000_000_000 + at);
    stage.mark(id, who, kind, seq, at).await;
}

fn row(at: i64, who: &str, kind: ReceiptKind) -> (i64, String, ReceiptKind) {
    (at, who.to_owned(), kind)
}

/// A group of ann and bob with so many messages of ann's.
async fn talk(stage: &Stage, count: usize) -> (ConversationId, [User; 3]) {
    let people = stage.people(["ann", "bob", "cid"]).await;
    let group = stage.group(&[&people[0], &people[1]]).await;
    for _ in 0..count {
        stage.say(group, &people[0], "words").await;
    }
    (group, people)
}

/// The time is that of the first mark at or above the message.
pub async fn the_time_is_that_of_the_first_mark_at_or_above(stage: Stage) {
    let (group, [ann, bob, _]) = talk(&stage, 6).await;
    mark(&stage, group, &bob, Delivered, (2, 10)).await;
    mark(&stage, group, &bob, Delivered, (5, 20)).await;
    assert_eq!(receipts(&stage, group, 1, &ann).await, [row(10, "bob", Delivered)]);
    assert_eq!(receipts(&stage, group, 2, &ann).await, [row(10, "bob", Delivered)]);
    assert_eq!(receipts(&stage, group, 3, &ann).await, [row(20, "bob", Delivered)]);
    assert_eq!(receipts(&stage, group, 5, &ann).await, [row(20, "bob", Delivered)]);
    assert_eq!(receipts(&stage, group, 6, &ann).await, []);
}

/// What was read was received then, unless it was before.
pub async fn a_read_mark_stands_for_delivery_too(stage: Stage) {
    let (group, [ann, bob, _]) = talk(&stage, 6).await;
    mark(&stage, group, &bob, Delivered, (3, 10)).await;
    mark(&stage, group, &bob, Read, (5, 20)).await;
    let expected = [row(10, "bob", Delivered), row(20, "bob", Read)];
    assert_eq!(receipts(&stage, group, 2, &ann).await, expected);
    let expected = [row(20, "bob", Delivered), row(20, "bob", Read)];
    assert_eq!(receipts(&stage, group, 4, &ann).await, expected);
    mark(&stage, group, &bob, Delivered, (6, 30)).await;
    assert_eq!(receipts(&stage, group, 6, &ann).await, [row(30, "bob", Delivered)]);
}

/// Reading below what was delivered leaves the time of delivery.
pub async fn reading_later_keeps_the_time_of_delivery(stage: Stage) {
    let (group, [ann, bob, _]) = talk(&stage, 6).await;
    mark(&stage, group, &bob, Delivered, (6, 10)).await;
    mark(&stage, group, &bob, Read, (2, 20)).await;
    mark(&stage, group, &bob, Read, (4, 30)).await;
    let expected = [row(10, "bob", Delivered), row(30, "bob", Read)];
    assert_eq!(receipts(&stage, group, 3, &ann).await, expected);
    assert_eq!(receipts(&stage, group, 5, &ann).await, [row(10, "bob", Delivered)]);
}

/// A mark that moves nothing leaves no trace, whatever time it says.
pub async fn a_mark_that_moves_nothing_leaves_no_trace(stage: Stage) {
    let (group, [ann, bob, _]) = talk(&stage, 6).await;
    mark(&stage, group, &bob, Read, (5, 20)).await;
    mark(&stage, group, &bob, Read, (5, 10)).await;
    mark(&stage, group, &bob, Read, (3, 10)).await;
    let expected = [row(20, "bob", Delivered), row(20, "bob", Read)];
    assert_eq!(receipts(&stage, group, 3, &ann).await, expected);
    assert_eq!(receipts(&stage, group, 5, &ann).await, expected);
}

/// Rows come by time, then by person; who is excepted is left out.
pub async fn rows_come_by_time_then_person(stage: Stage) {
    let people = stage.people(["ann", "bob", "cid", "dan"]).await;
    let [ann, bob, cid, dan] = &people;
    let group = stage.group(&people.each_ref()).await;
    stage.say(group, ann, "words").await;
    mark(&stage, group, dan, Delivered, (1, 10)).await;
    mark(&stage, group, cid, Delivered, (1, 30)).await;
    mark(&stage, group, bob, Delivered, (1, 30)).await;
    mark(&stage, group, dan, Read, (1, 40)).await;
    let expected = [
        row(10, "dan", Delivered),
        row(30, "bob", Delivered),
        row(30, "cid", Delivered),
        row(40, "dan", Read),
    ];
    assert_eq!(receipts(&stage, group, 1, ann).await, expected);
    assert_eq!(receipts(&stage, group, 1, dan).await, expected[1..3]);
}

/// People who left are not shown; once back, they are again.
pub async fn only_people_present_are_shown(stage: Stage) {
    let (group, [ann, bob, cid]) = talk(&stage, 2).await;
    stage.join(group, &cid).await;
    mark(&stage, group, &bob, Read, (2, 10)).await;
    mark(&stage, group, &cid, Delivered, (2, 20)).await;
    stage.leave(group, &bob).await;
    assert_eq!(receipts(&stage, group, 1, &ann).await, [row(20, "cid", Delivered)]);
    stage.join(group, &bob).await;
    assert_eq!(receipts(&stage, group, 1, &ann).await.len(), 3);
}

/// Marks of one conversation say nothing about another.
pub async fn conversations_are_apart(stage: Stage) {
    let (group, [ann, bob, _]) = talk(&stage, 1).await;
    let direct = stage.direct(&ann, &bob).await;
    stage.say(direct, &ann, "words").await;
    mark(&stage, group, &bob, Read, (1, 10)).await;
    assert_eq!(receipts(&stage, direct, 1, &ann).await, []);
    assert_eq!(receipts(&stage, stage.ids.conversation(), 1, &ann).await, []);
}
