//! What a constructor hands to the suites, and who listens there.

use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chinwag_domain::{
    Event,
    ports::{
        Accounts, AuditLog, BlobStore, Blocks, Conversations, Devices, EventBus, EventSink, Jobs,
        MediaCatalogue, MessageLog, PersonalData, RateLimiter, Receipts, UnitsOfWork, Users,
        Webhooks,
    },
};

use crate::{EveryChange, memory::MemoryBus};

/// A storage adapter over an empty store of its own: cases use the same ids.
pub struct StorageUnderTest {
    /// Messages.
    pub messages: Arc<dyn MessageLog>,
    /// Conversations and participants.
    pub conversations: Arc<dyn Conversations>,
    /// Receipts.
    pub receipts: Arc<dyn Receipts>,
    /// People.
    pub users: Arc<dyn Users>,
    /// Local accounts.
    pub accounts: Arc<dyn Accounts>,
    /// Devices.
    pub devices: Arc<dyn Devices>,
    /// Units of work.
    pub units: Arc<dyn UnitsOfWork>,
    /// Blocks.
    pub blocks: Arc<dyn Blocks>,
    /// What is kept of one person.
    pub personal: Arc<dyn PersonalData>,
    /// Jobs.
    pub jobs: Arc<dyn Jobs>,
    /// Webhooks.
    pub webhooks: Arc<dyn Webhooks>,
    /// The audit log.
    pub audit: Arc<dyn AuditLog>,
    /// Uploads.
    pub media: Arc<dyn MediaCatalogue>,
    /// What the adapter asks which jobs follow from a change; nothing until a case switches it on.
    pub follow_ups: Arc<EveryChange>,
    /// The bus on which the adapter publishes, and nobody else.
    pub bus: Arc<MemoryBus>,
    /// Whatever must live as long as the store (a temporary directory); dropped last.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// A store of blobs of its own.
pub struct BlobsUnderTest {
    /// The adapter.
    pub blobs: Arc<dyn BlobStore>,
    /// How many blobs there are, finished or not: files, objects, parts.
    pub count: Box<dyn Fn() -> usize + Send + Sync>,
    /// Whatever must live as long as the store; dropped last.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// A bus, seen from each of the nodes that it joins; one alone will do.
pub struct BusUnderTest {
    /// At least one.
    pub nodes: Vec<Arc<dyn EventBus>>,
    /// Whatever must live as long as the bus; dropped last.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// A rate limiter with the default quotas, and its clock.
pub struct LimiterUnderTest {
    /// With whole accounts.
    pub limiter: Arc<dyn RateLimiter>,
    /// Lets time pass for it.
    pub advance: Box<dyn Fn(Duration) + Send + Sync>,
}

/// What a [`Listener`] does with the number of events that have come.
type Answer = Box<dyn Fn(usize) + Send + Sync>;

/// A sink that remembers.
#[derive(Default)]
pub(super) struct Listener {
    memory: MemoryBus,
    count: AtomicUsize,
    gaps: AtomicUsize,
    answer: Option<Answer>,
}

impl Listener {
    /// One that does something with each event; it is given how many have come.
    pub(super) fn answering(answer: impl Fn(usize) + Send + Sync + 'static) -> Self {
        Self { answer: Some(Box::new(answer)), ..Self::default() }
    }

    /// Waits for so many; all that have come.
    pub(super) async fn wait_for(&self, count: usize) -> Vec<Event> {
        self.memory.wait_for(count).await
    }

    /// How often it was told of a loss.
    pub(super) fn gaps(&self) -> usize {
        self.gaps.load(Ordering::SeqCst)
    }
}

impl EventSink for Listener {
    fn deliver(&self, event: &Arc<Event>) {
        self.memory.publish((**event).clone());
        let count = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        if let Some(answer) = &self.answer {
            answer(count);
        }
    }

    fn gap(&self) {
        self.gaps.fetch_add(1, Ordering::SeqCst);
    }
}
