//! A group with people in it, and what writes to it.

use std::sync::Arc;

use chinwag_domain::{
    ConversationId, Draft, GroupSettings, Message, MessageId, NewMessage, Order, RequestHash, Seq,
    Timestamp, UserId, Window,
    ports::{MessageLog, NoFollowUps, UnitsOfWork, Users},
};
use chinwag_storage::{
    Database, DatabaseOptions, MessageLogOptions, SeaMessageLog, SeaReceipts, SeaUnitsOfWork,
    SeaUsers,
};
use chinwag_testkit::{group, memory::MemoryBus, user, user_id};

use super::Fixture;

/// Its id.
pub const ROOM: ConversationId = ConversationId::from_u128(1);

pub fn now() -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000)
}

/// One process that writes: pools, bus and queues of its own.
pub struct Process {
    pub database: Database,
    pub log: Arc<SeaMessageLog>,
    pub receipts: Arc<SeaReceipts>,
    pub bus: Arc<MemoryBus>,
}

impl Process {
    pub fn on(database: Database, options: MessageLogOptions) -> Self {
        let bus = Arc::new(MemoryBus::new());
        let log = Arc::new(SeaMessageLog::new(
            database.clone(),
            bus.clone(),
            Arc::new(NoFollowUps),
            options,
        ));
        let receipts = Arc::new(SeaReceipts::new(database.clone()));
        Self { database, log, receipts, bus }
    }
}

impl Fixture {
    /// A process on this database, beside the others.
    pub async fn process(&self) -> Process {
        let database = Database::connect(&DatabaseOptions::new(&self.url)).await.unwrap();
        Process::on(database, MessageLogOptions::default())
    }

    /// Makes that group.
    pub async fn group_of(&self, id: ConversationId, people: &[&str]) {
        let users = SeaUsers::new(self.database.clone());
        let people: Vec<_> = people.iter().map(|id| user(id)).collect();
        for person in &people {
            users.provision(person.clone()).await.unwrap();
        }
        let units = SeaUnitsOfWork::new(
            self.database.clone(),
            Arc::new(MemoryBus::new()),
            Arc::new(NoFollowUps),
        );
        let people: Vec<_> = people.iter().collect();
        let (group, participants) = group(id, GroupSettings::named("Room"), &people, now());
        let mut unit = units.begin().await.unwrap();
        unit.insert_group(&group).await.unwrap();
        unit.insert_participants(&participants).await.unwrap();
        unit.commit().await.unwrap();
    }
}

/// A message whose id, `client_id` and hash are made from `number`.
pub fn says(sender: &str, number: u128) -> NewMessage {
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(&number.to_be_bytes());
    NewMessage {
        id: MessageId::from_u128(number),
        conversation_id: ROOM,
        sender_id: user_id(sender),
        client_id: Some(format!("c-{number}").parse().unwrap()),
        request_hash: RequestHash(hash),
        client_created_at: None,
        body: Draft::text(format!("number {number}")),
        created_at: now(),
    }
}

/// All messages of a conversation, in order.
pub async fn history(log: &SeaMessageLog, id: ConversationId) -> Vec<Message> {
    let viewer: UserId = user_id("ann");
    let window =
        Window { above: Seq::ZERO, below: None, order: Order::Ascending, limit: u16::MAX, skip: 0 };
    log.range(id, window, None, &viewer).await.unwrap()
}

/// Asserts that messages and changes are numbered without a gap (a new group
/// has made its first change).
pub fn assert_no_gaps(messages: &[Message]) {
    for (message, seq) in messages.iter().zip(1..) {
        assert_eq!((message.seq.get(), message.revision.get()), (seq, seq + 1));
    }
}
