//! What the conformance suite cannot see of the log: batches, several
//! processes, and what happens when the store fails.
#![allow(clippy::unwrap_used, clippy::panic)] // a panic is how a test fails

mod support;

use std::sync::Arc;

use chinwag_domain::{
    Change, ConversationId, Draft, Durable, Event, MessageId, Revision, Seq,
    ports::{AppendError, Appended, MessageLog, NoFollowUps, StorageError, UnitsOfWork},
};
use chinwag_storage::{
    Database, DatabaseOptions, MessageLogOptions, SeaMessageLog, SeaUnitsOfWork,
};
use chinwag_testkit::{EveryChange, attached_draft, memory::MemoryBus, user_id};
use futures_util::future::join_all;
use sqlx::{Connection, PgConnection};
use support::{
    Fixture,
    room::{Process, ROOM, assert_no_gaps, history, now, says},
};

on_both! {
    what_waits_is_committed_together,
    a_batch_of_one_is_as_good_as_a_large_one,
    a_message_that_cannot_be_stored_fails_alone,
    processes_number_without_gaps,
    many_conversations_share_a_batch,
    events_come_in_order_with_the_revision_of_the_people,
    whoever_is_removed_while_a_message_waits_is_no_sender,
    shutting_down_stores_what_waits,
    a_store_that_is_gone_is_unavailable,
    a_full_queue_is_unavailable_at_once,
}

const CONFLICT: u128 = 5_000;

type Outcome = Result<Appended, AppendError>;

async fn append_all(process: &Process, messages: Vec<chinwag_domain::NewMessage>) -> Vec<Outcome> {
    join_all(messages.into_iter().map(|message| process.log.append(message))).await
}

async fn what_waits_is_committed_together(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let process = fixture.process().await;
    let outcomes = append_all(&process, (1..=200).map(|n| says("ann", n)).collect()).await;
    assert!(outcomes.iter().all(|outcome| !outcome.as_ref().unwrap().duplicate));
    let stats = process.log.stats();
    assert_eq!(stats.messages, 200);
    assert!(stats.batches <= 3, "{stats:?}");
    let messages = history(&process.log, ROOM).await;
    assert_eq!(messages.len(), 200);
    assert_no_gaps(&messages);
}

/// One row goes to PostgreSQL by another statement than many, which holds no nulls.
async fn a_batch_of_one_is_as_good_as_a_large_one(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let options = MessageLogOptions { max_batch: 1, ..MessageLogOptions::default() };
    let alone = Process::on(fixture.database.clone(), options);
    let together = fixture.process().await;
    let bodies = || {
        [
            Draft::text("words"),
            Draft::text(""),
            Draft { content: None, ..attached_draft(None, vec![user_id("bob")]) },
            attached_draft(Some(MessageId::from_u128(1)), Vec::new()),
        ]
    };
    let messages = |first: u128| {
        let numbered = bodies().into_iter().zip(first..);
        numbered.map(|(body, number)| {
            let mut message = says("ann", number);
            message.body = body;
            message.client_id = message.client_id.filter(|_| number % 2 == 0);
            message.client_created_at = Some(now()).filter(|_| number % 3 == 0);
            message
        })
    };
    append_all(&alone, messages(1).collect()).await;
    assert_eq!(alone.log.stats().batches, 4);
    append_all(&together, messages(7).collect()).await;
    assert!(together.log.stats().batches < 4);
    let sent = messages(1).chain(messages(7));
    for (stored, sent) in history(&alone.log, ROOM).await.into_iter().zip(sent) {
        assert_eq!(stored.id, sent.id);
        assert_eq!(stored.body, sent.body);
        assert_eq!(stored.client_id, sent.client_id);
        assert_eq!(stored.client_created_at, sent.client_created_at);
    }
}

async fn a_message_that_cannot_be_stored_fails_alone(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let process = fixture.process().await;
    process.log.append(says("bob", CONFLICT)).await.unwrap();
    let messages = (1..=50).map(|number| {
        let mut message = says("ann", number);
        if number == 25 {
            // No two messages may have one id.
            message.id = MessageId::from_u128(CONFLICT);
        }
        message
    });
    for (outcome, number) in append_all(&process, messages.collect()).await.into_iter().zip(1..) {
        match outcome {
            Err(AppendError::Storage(StorageError::Internal(_))) => assert_eq!(number, 25),
            outcome => assert_eq!(outcome.unwrap().message.id, MessageId::from_u128(number)),
        }
    }
    let messages = history(&process.log, ROOM).await;
    assert_eq!(messages.len(), 50);
    assert_no_gaps(&messages);
}

async fn processes_number_without_gaps(fixture: Fixture) {
    const EACH: u128 = 300;
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let mut writing = tokio::task::JoinSet::new();
    for number in 0..3 {
        let process = fixture.process().await;
        writing.spawn(async move {
            // All of them send the same hundred messages too: each is stored once.
            let own = (0..EACH).map(|n| says("ann", 1_000 * (number + 1) + n));
            let common = (1..=100).map(|n| says("bob", n)).map(|mut message| {
                message.id =
                    MessageId::from_u128(100_000 * (number + 1) + message.id.uuid().as_u128());
                message
            });
            let appending = append_all(&process, own.chain(common).collect()).await;
            let events = process.bus.recorded().len() as u64;
            assert_eq!(events, process.log.stats().messages);
            appending.into_iter().filter(|outcome| outcome.as_ref().unwrap().duplicate).count()
        });
    }
    let duplicates: usize = writing.join_all().await.into_iter().sum();
    assert_eq!(duplicates, 200);
    let process = fixture.process().await;
    let messages = history(&process.log, ROOM).await;
    assert_eq!(messages.len() as u128, 3 * EACH + 100);
    assert_no_gaps(&messages);
}

async fn many_conversations_share_a_batch(fixture: Fixture) {
    let rooms: Vec<_> = (1..=20).map(ConversationId::from_u128).collect();
    for room in &rooms {
        fixture.group_of(*room, &["ann", "bob"]).await;
    }
    let processes = [fixture.process().await, fixture.process().await];
    // Against the order of the locks, and both at once.
    let sending = processes.iter().zip(1_u128..).map(|(process, half)| {
        let messages = (0..200_u128).map(|number| {
            let room = rooms[19 - usize::try_from(number % 20).unwrap()];
            let mut message = says("ann", 1_000 * half + number);
            message.conversation_id = room;
            message
        });
        append_all(process, messages.collect())
    });
    for outcome in join_all(sending).await.into_iter().flatten() {
        outcome.unwrap();
    }
    for room in rooms {
        let messages = history(&processes[0].log, room).await;
        assert_eq!(messages.len(), 20);
        assert_no_gaps(&messages);
    }
}

async fn events_come_in_order_with_the_revision_of_the_people(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let process = fixture.process().await;
    append_all(&process, (1..=100).map(|n| says("ann", n)).collect()).await;
    // What was sent twice is told once.
    append_all(&process, (1..=100).map(|n| says("ann", n)).collect()).await;
    let revisions: Vec<_> = process
        .bus
        .recorded()
        .into_iter()
        .map(|event| match event {
            Event::Durable(Durable {
                revision,
                members_revision,
                change: Change::MessageCreated(message),
                ..
            }) => {
                assert_eq!(members_revision, Revision::new(1));
                assert_eq!(message.revision, revision);
                revision.get()
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(revisions, (2..=101).collect::<Vec<_>>());
}

async fn whoever_is_removed_while_a_message_waits_is_no_sender(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let process = fixture.process().await;
    let units =
        SeaUnitsOfWork::new(fixture.database.clone(), process.bus.clone(), Arc::new(NoFollowUps));
    let mut unit = units.begin().await.unwrap();
    let mut room = unit.lock_conversation(ROOM).await.unwrap().unwrap();
    let log = Arc::clone(&process.log);
    let sending = tokio::spawn(async move { log.append(says("bob", 1)).await });
    // The message may wait for the lock by now, or not: the answer is the same.
    tokio::task::yield_now().await;
    let mut bob = unit.participant(ROOM, &user_id("bob")).await.unwrap().unwrap();
    bob.revision = room.parted(now());
    bob.left_at = Some(now());
    unit.save_participant(&bob).await.unwrap();
    unit.save_conversation(&room).await.unwrap();
    unit.commit().await.unwrap();
    assert!(matches!(sending.await.unwrap(), Err(AppendError::NotParticipant)));
    let after = process.log.append(says("ann", 2)).await.unwrap().message;
    assert_eq!((after.seq, after.revision), (Seq::new(1), Revision::new(3)));
}

async fn shutting_down_stores_what_waits(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let process = fixture.process().await;
    let sending = append_all(&process, (1..=100).map(|n| says("ann", n)).collect());
    let ((), outcomes) = tokio::join!(
        async {
            tokio::task::yield_now().await;
            process.log.shutdown().await;
        },
        sending
    );
    let stored = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(stored, 100);
    let late = process.log.append(says("ann", 101)).await;
    assert!(matches!(late, Err(AppendError::Storage(StorageError::Unavailable(_)))));
}

async fn a_store_that_is_gone_is_unavailable(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let process = fixture.process().await;
    process.database.ping().await.unwrap();
    process.database.close().await;
    assert!(matches!(process.database.ping().await, Err(StorageError::Unavailable(_))));
    for outcome in append_all(&process, (1..=10).map(|n| says("ann", n)).collect()).await {
        assert!(matches!(outcome, Err(AppendError::Storage(StorageError::Unavailable(_)))));
    }
    assert!(process.bus.recorded().is_empty());
}

async fn a_full_queue_is_unavailable_at_once(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let options = MessageLogOptions { max_batch: 1, max_waiting: 5 };
    let process = Process::on(fixture.database.clone(), options);
    let outcomes = append_all(&process, (1..=100).map(|n| says("ann", n)).collect()).await;
    let (stored, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert!(stored.len() >= 5 && !refused.is_empty());
    for outcome in refused {
        assert!(matches!(outcome, Err(AppendError::Storage(StorageError::Unavailable(_)))));
    }
    assert_eq!(history(&process.log, ROOM).await.len(), stored.len());
}

/// A new table has no statistics, and a plan made then is kept: it must be a
/// good one also when the table is large a moment later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn appending_never_reads_what_is_stored_already() {
    let fixture = Fixture::postgres().await;
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let process = fixture.process().await;
    for round in 0..20 {
        let messages = (1..=50).map(|n| says("ann", 100 * round + n));
        for outcome in append_all(&process, messages.collect()).await {
            outcome.unwrap();
        }
    }
    process.database.close().await;
    let mut connection = PgConnection::connect(&fixture.url).await.unwrap();
    // A server process reports what it did when it ends.
    let read = async {
        loop {
            let (read,): (i64,) = sqlx::query_as(
                "SELECT (seq_tup_read + idx_tup_fetch)::bigint FROM pg_stat_user_tables \
                 WHERE relname = 'messages' AND n_tup_ins = 1000",
            )
            .fetch_optional(&mut connection)
            .await
            .unwrap()
            .unwrap_or((-1,));
            if read >= 0 {
                return read;
            }
            tokio::task::yield_now().await;
        }
    };
    let read = tokio::time::timeout(std::time::Duration::from_secs(20), read).await.unwrap();
    assert_eq!(read, 0);
}

/// Jobs that cannot be stored now are no fault of the messages: the same send may be tried again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_that_cannot_be_stored_now_are_no_fault_of_the_messages() {
    let fixture = Fixture::postgres().await;
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let mut options = DatabaseOptions::new(&fixture.url);
    options.lock_timeout = std::time::Duration::from_millis(20);
    let database = Database::connect(&options).await.unwrap();
    let follow_ups = Arc::new(EveryChange::default());
    follow_ups.switch_on();
    let (bus, options) = (Arc::new(MemoryBus::new()), MessageLogOptions::default());
    let log = SeaMessageLog::new(database, bus, follow_ups, options);

    let mut other = PgConnection::connect(&fixture.url).await.unwrap();
    let mut holding = other.begin().await.unwrap();
    sqlx::query("LOCK TABLE jobs").execute(&mut *holding).await.unwrap();
    let refused = join_all([log.append(says("ann", 1)), log.append(says("bob", 2))]).await;
    for outcome in refused {
        let error = outcome.unwrap_err();
        let passing = matches!(error, AppendError::Storage(StorageError::Unavailable(_)));
        assert!(passing, "{error:?}");
    }
    holding.rollback().await.unwrap();
    log.append(says("ann", 1)).await.unwrap();
    assert_eq!(history(&log, ROOM).await.len(), 1);
}
