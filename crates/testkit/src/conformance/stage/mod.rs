//! What the cases play on: a store, people in it, and the usual steps, written
//! through the ports as the use cases write them. Steps that go wrong panic;
//! what a step must do is for the cases to say.

pub mod looks;
mod steps;

use std::sync::Arc;

use chinwag_domain::{
    Change, Conversation, ConversationId, Draft, Durable, Event, GroupSettings, Message,
    NewMessage, Timestamp, User,
    ports::{Appended, IdGenerator, UnitOfWork},
};

use super::StorageUnderTest;
use crate::{ManualClock, SequentialIds, builders, memory::MemoryBus};

/// A store with its clock and ids.
pub struct Stage {
    /// The adapter.
    pub store: StorageUnderTest,
    /// Moves on by a millisecond with every step.
    pub clock: ManualClock,
    /// New ids.
    pub ids: SequentialIds,
}

impl Stage {
    /// An empty store.
    pub fn set(store: StorageUnderTest) -> Self {
        Self { store, clock: ManualClock::default(), ids: SequentialIds::default() }
    }

    /// The adapter's bus.
    pub fn bus(&self) -> &Arc<MemoryBus> {
        &self.store.bus
    }

    /// The next millisecond.
    pub fn tick(&self) -> Timestamp {
        self.clock.advance(1)
    }

    /// Stores people of these ids.
    pub async fn people<const N: usize>(&self, ids: [&str; N]) -> [User; N] {
        let people = ids.map(builders::user);
        for person in &people {
            self.store.users.provision(person.clone()).await.unwrap();
        }
        people
    }

    /// A group named "Team"; the first is its admin.
    pub async fn group(&self, people: &[&User]) -> ConversationId {
        self.group_with(people, GroupSettings::named("Team")).await
    }

    /// A group of these settings; the first is its admin.
    pub async fn group_with(&self, people: &[&User], settings: GroupSettings) -> ConversationId {
        let (group, participants) =
            builders::group(self.ids.conversation(), settings, people, self.tick());
        let mut unit = self.begin().await;
        unit.insert_group(&group).await.unwrap();
        unit.insert_participants(&participants).await.unwrap();
        unit.commit().await.unwrap();
        group.id
    }

    /// A direct conversation.
    pub async fn direct(&self, one: &User, other: &User) -> ConversationId {
        let (conversation, participants) =
            builders::direct(self.ids.conversation(), one, other, self.tick());
        let mut unit = self.begin().await;
        unit.insert_direct(&conversation).await.unwrap();
        unit.insert_participants(&participants).await.unwrap();
        unit.commit().await.unwrap();
        conversation.id
    }

    /// Words to be sent.
    pub fn text(&self, to: ConversationId, from: &User, text: &str) -> NewMessage {
        self.draft(to, from, Draft::text(text))
    }

    /// A draft to be sent.
    pub fn draft(&self, to: ConversationId, from: &User, body: Draft) -> NewMessage {
        builders::new_message(self.ids.message(), to, &from.summary.id, body, self.tick())
    }

    /// Sends words that must be stored anew.
    pub async fn say(&self, to: ConversationId, from: &User, text: &str) -> Message {
        self.send(self.text(to, from, text)).await
    }

    /// Sends what must be stored anew.
    pub async fn send(&self, message: NewMessage) -> Message {
        let Appended { message, duplicate } = self.store.messages.append(message).await.unwrap();
        assert!(!duplicate, "new, yet known: {message:?}");
        message
    }

    /// Begins a unit of work.
    pub async fn begin(&self) -> Box<dyn UnitOfWork> {
        self.store.units.begin().await.unwrap()
    }

    /// Begins a unit of work that holds that conversation.
    pub async fn begin_in(&self, id: ConversationId) -> (Box<dyn UnitOfWork>, Conversation) {
        let mut unit = self.begin().await;
        let conversation = unit.lock_conversation(id).await.unwrap().expect("no conversation");
        (unit, conversation)
    }
}

/// Has a change published with the unit, as of the conversation's counters.
pub(crate) fn announce(
    unit: &mut dyn UnitOfWork,
    conversation: &Conversation,
    at: Timestamp,
    change: Change,
) {
    unit.publish(Event::Durable(Durable::of(conversation, at, change)));
}
