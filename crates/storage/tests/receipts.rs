//! What the conformance suite cannot see of receipts: marks that come together,
//! and marks beside messages.
#![allow(clippy::unwrap_used, clippy::panic)] // a panic is how a test fails

mod support;

use chinwag_domain::{
    Mark, Pointers, ReceiptKind, Seq,
    ports::{MessageLog, Receipts, StorageError},
};
use chinwag_testkit::user_id;
use futures_util::future::join_all;
use support::{
    Fixture,
    room::{ROOM, assert_no_gaps, history, now, says},
};

on_both! {
    of_marks_that_come_together_the_highest_counts,
    marks_and_messages_of_several_processes_do_not_hold_each_other_up,
    a_store_that_is_gone_is_unavailable,
}

fn mark(user: &str, kind: ReceiptKind, seq: i64) -> Mark {
    let at = now().plus_millis(seq);
    Mark { conversation_id: ROOM, user_id: user_id(user), kind, seq: Seq::new(seq), at }
}

async fn of_marks_that_come_together_the_highest_counts(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let process = fixture.process().await;
    let marks = (1..=50).rev().map(|seq| mark("bob", ReceiptKind::Read, seq));
    let moved = join_all(marks.map(|mark| process.receipts.mark(mark))).await;
    let moved: Vec<_> = moved.into_iter().map(Result::unwrap).collect();
    assert!(moved[0], "the highest came first");
    assert_eq!(moved.iter().filter(|moved| **moved).count(), 1);
    let times = process.receipts.of_message(ROOM, Seq::new(10), &user_id("ann")).await.unwrap();
    assert!(times.iter().all(|row| row.at == now().plus_millis(50)), "{times:?}");
    let others = process.log.others_pointers(ROOM, &user_id("ann")).await.unwrap();
    assert_eq!(others, Some(Pointers { read: Seq::new(50), delivered: Seq::new(50) }));
}

async fn marks_and_messages_of_several_processes_do_not_hold_each_other_up(fixture: Fixture) {
    const EACH: u128 = 100;
    let people: Vec<String> = (0..10).map(|number| format!("p{number}")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    fixture.group_of(ROOM, &people).await;
    let processes = [fixture.process().await, fixture.process().await];
    let working = processes.iter().zip(1_u128..).map(|(process, half)| {
        let people = &people;
        async move {
            let person = |number: u128| people[usize::try_from(number % 10).unwrap()];
            let sending = (0..EACH).map(|n| process.log.append(says(person(n), 1_000 * half + n)));
            let marking = (1..=EACH).rev().map(|n| {
                let kind = if n % 2 == 0 { ReceiptKind::Read } else { ReceiptKind::Delivered };
                process.receipts.mark(mark(person(n), kind, i64::try_from(n).unwrap()))
            });
            let (sent, marked) = tokio::join!(join_all(sending), join_all(marking));
            assert!(sent.iter().all(Result::is_ok));
            assert!(marked.iter().all(Result::is_ok));
        }
    });
    join_all(working).await;
    let messages = history(&processes[0].log, ROOM).await;
    assert_eq!(messages.len() as u128, 2 * EACH);
    assert_no_gaps(&messages);
}

async fn a_store_that_is_gone_is_unavailable(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let process = fixture.process().await;
    process.database.close().await;
    let outcome = process.receipts.mark(mark("bob", ReceiptKind::Read, 1)).await;
    assert!(matches!(outcome, Err(StorageError::Unavailable(_))));
}
