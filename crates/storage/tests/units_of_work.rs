//! What the conformance suite cannot see of units of work: who waits for whom,
//! and what is told when.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // a panic is how a test fails

mod support;

use std::{
    collections::HashSet,
    sync::Arc,
    task::{Context, Waker},
    time::Duration,
};

use chinwag_domain::{
    Conversation, ConversationId, DirectKey, Draft, Event, GroupSettings, Message, MessageId,
    Signal, Timestamp, User,
    ports::{
        Conversations, DirectInserted, NoFollowUps, StorageError, UnitOfWork, UnitsOfWork, Users,
    },
};
use chinwag_storage::{SeaConversations, SeaUnitsOfWork, SeaUsers};
use chinwag_testkit::{direct, group, memory::MemoryBus, new_message, summary, user};
use sea_orm::{ConnectionTrait, Statement};
use sqlx::{Connection, PgConnection};
use support::Fixture;

on_both! {
    of_many_direct_conversations_at_once_one_is_new,
    a_lock_keeps_the_next_unit_waiting_and_shows_it_the_change,
    a_unit_commits_and_tells_in_order_when_nobody_waits_for_it_any_more,
    a_unit_that_is_dropped_tells_nothing_and_holds_nothing,
    wordings_are_kept_until_the_message_is_deleted,
}

const NOW: i64 = 1_700_000_000_000;

fn now() -> Timestamp {
    Timestamp::from_millis(NOW)
}

struct World {
    units: Arc<SeaUnitsOfWork>,
    conversations: SeaConversations,
    bus: Arc<MemoryBus>,
    people: [User; 2],
    fixture: Fixture,
}

impl World {
    async fn of(fixture: Fixture) -> Self {
        let bus = Arc::new(MemoryBus::new());
        let people = [user("ann"), user("bob")];
        let users = SeaUsers::new(fixture.database.clone());
        for person in &people {
            users.provision(person.clone()).await.unwrap();
        }
        let units =
            SeaUnitsOfWork::new(fixture.database.clone(), bus.clone(), Arc::new(NoFollowUps));
        let conversations = SeaConversations::new(fixture.database.clone());
        Self { units: Arc::new(units), conversations, bus, people, fixture }
    }

    /// A unit with a new group in it and two events, not yet committed.
    async fn unit(&self) -> (Box<dyn UnitOfWork>, Conversation) {
        let [ann, bob] = &self.people;
        let id = ConversationId::from_u128(1);
        let (group, participants) = group(id, GroupSettings::named("Team"), &[ann, bob], now());
        let mut unit = self.units.begin().await.unwrap();
        unit.insert_group(&group).await.unwrap();
        unit.insert_participants(&participants).await.unwrap();
        for event in [typing("ann"), typing("bob")] {
            unit.publish(event);
        }
        (unit, group)
    }

    /// How many rows there are of that.
    async fn rows(&self, of: &str) -> i64 {
        let database = sea_orm::Database::connect(&self.fixture.url).await.unwrap();
        let sql = format!("SELECT COUNT(*) AS rows FROM {of}");
        let counting = Statement::from_string(database.get_database_backend(), sql);
        let row = database.query_one_raw(counting).await.unwrap().unwrap();
        row.try_get("", "rows").unwrap()
    }

    async fn stored(&self) -> bool {
        let id = ConversationId::from_u128(1);
        self.conversations.members(id).await.unwrap().is_some()
    }
}

fn typing(who: &str) -> Event {
    let conversation_id = ConversationId::from_u128(1);
    Signal::TypingStopped { conversation_id, user: summary(who), at: now() }.into()
}

async fn of_many_direct_conversations_at_once_one_is_new(fixture: Fixture) {
    let world = World::of(fixture).await;
    let mut starting = tokio::task::JoinSet::new();
    for number in 1..=24 {
        let (units, people) = (world.units.clone(), world.people.clone());
        starting.spawn(async move {
            let [ann, bob] = &people;
            let id = ConversationId::from_u128(number);
            let (one, other) = if number % 2 == 0 { (ann, bob) } else { (bob, ann) };
            let (conversation, participants) = direct(id, one, other, now());
            let mut unit = units.begin().await.unwrap();
            match unit.insert_direct(&conversation).await.unwrap() {
                DirectInserted::New => {
                    unit.insert_participants(&participants).await.unwrap();
                    unit.commit().await.unwrap();
                    (true, id)
                }
                DirectInserted::Existing(id) => (false, id),
            }
        });
    }
    let outcomes = starting.join_all().await;
    assert_eq!(outcomes.iter().filter(|(new, _)| *new).count(), 1);
    let ids: HashSet<_> = outcomes.into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids.len(), 1);
    let [ann, bob] = &world.people;
    let key = DirectKey::of(&ann.summary.id, &bob.summary.id).unwrap();
    let stored = world.conversations.direct(&key).await.unwrap();
    assert_eq!(stored, ids.into_iter().next());
}

async fn a_lock_keeps_the_next_unit_waiting_and_shows_it_the_change(fixture: Fixture) {
    let world = World::of(fixture).await;
    let (unit, Conversation { id, .. }) = world.unit().await;
    unit.commit().await.unwrap();

    let mut first = world.units.begin().await.unwrap();
    let mut conversation = first.lock_conversation(id).await.unwrap().unwrap();
    let units = world.units.clone();
    let mut second = tokio::spawn(async move {
        let mut unit = units.begin().await.unwrap();
        unit.lock_conversation(id).await.unwrap().unwrap().revision
    });
    let waiting = tokio::time::timeout(Duration::from_millis(300), &mut second).await;
    assert!(waiting.is_err(), "the second unit did not wait");
    let revision = conversation.next_revision(now());
    first.save_conversation(&conversation).await.unwrap();
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap(), revision);
}

async fn a_unit_commits_and_tells_in_order_when_nobody_waits_for_it_any_more(fixture: Fixture) {
    let world = World::of(fixture).await;
    let (unit, _) = world.unit().await;
    let mut committing = unit.commit();
    let begun = committing.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(begun.is_pending());
    drop(committing);
    assert_eq!(world.bus.wait_for(2).await, [typing("ann"), typing("bob")]);
    assert!(world.stored().await, "told before it was true");
}

async fn a_unit_that_is_dropped_tells_nothing_and_holds_nothing(fixture: Fixture) {
    let world = World::of(fixture).await;
    let (unit, _) = world.unit().await;
    drop(unit);
    let (unit, _) = world.unit().await; // neither the lock nor the rows of the first are in the way
    assert_eq!(world.bus.recorded(), []);
    assert!(!world.stored().await);
    unit.commit().await.unwrap();
    assert!(world.stored().await);
    assert_eq!(world.bus.recorded().len(), 2);
}

async fn wordings_are_kept_until_the_message_is_deleted(fixture: Fixture) {
    let world = World::of(fixture).await;
    let (mut unit, mut group) = world.unit().await;
    let ann = &world.people[0].summary;
    let body = Draft::text("Secret one");
    let new = new_message(MessageId::from_u128(5), group.id, &ann.id, body, now());
    let mut message = Message::placed(new, ann.clone(), group.next_message(now()));
    unit.insert_message(&message).await.unwrap();
    for text in ["secret two", "secret three"] {
        let edit = message.edit(text.into(), group.next_revision(now()), now());
        unit.save_message(&message, Some(&edit)).await.unwrap();
    }
    unit.add_reaction(&message, &ann.id, &"👍".parse().unwrap()).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(world.rows("message_edits WHERE lower(previous) LIKE 'secret%'").await, 2);
    assert_eq!(world.rows("messages WHERE search_text = 'secret three'").await, 1);
    assert_eq!(world.rows("reactions").await, 1);

    message.delete(ann.id.clone(), group.next_revision(now()), now());
    let mut unit = world.units.begin().await.unwrap();
    unit.save_message(&message, None).await.unwrap();
    unit.commit().await.unwrap();
    let empty = "messages WHERE content IS NULL AND payload IS NULL AND search_text IS NULL";
    assert_eq!(world.rows(empty).await, 1);
    assert_eq!(world.rows("message_edits").await, 0);
    assert_eq!(world.rows("reactions").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_commit_is_unavailable_and_tells_nothing() {
    let world = World::of(Fixture::postgres().await).await;
    let (unit, _) = world.unit().await;
    let mut operator = PgConnection::connect(&world.fixture.url).await.unwrap();
    sqlx::query(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE datname = current_database() AND state = 'idle in transaction'",
    )
    .execute(&mut operator)
    .await
    .unwrap();
    let outcome = unit.commit().await;
    assert!(matches!(outcome, Err(StorageError::Unavailable(_))), "{outcome:?}");
    assert_eq!(world.bus.recorded(), []);
    assert!(!world.stored().await);
}
