//! A bus within one process, which remembers what went over it.

use std::{sync::Arc, time::Duration};

use chinwag_domain::{
    Event,
    ports::{EventBus, EventSink},
};
use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;

/// How long [`MemoryBus::wait_for`] waits before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// Delivers on the publisher's thread, before `publish` returns.
pub struct MemoryBus {
    sinks: RwLock<Vec<Arc<dyn EventSink>>>,
    recorded: Mutex<Vec<Arc<Event>>>,
    /// How many stand in `recorded`, for who waits.
    count: watch::Sender<usize>,
}

impl MemoryBus {
    /// Nobody listens, nothing is recorded.
    pub fn new() -> Self {
        Self { sinks: RwLock::default(), recorded: Mutex::default(), count: watch::Sender::new(0) }
    }

    /// What was published since the last [`MemoryBus::drain`], in order.
    pub fn recorded(&self) -> Vec<Event> {
        self.recorded.lock().iter().map(|event| (**event).clone()).collect()
    }

    /// Takes what was published, in order, and forgets it.
    pub fn drain(&self) -> Vec<Event> {
        let mut recorded = self.recorded.lock();
        let taken = std::mem::take(&mut *recorded);
        self.count.send_replace(0);
        drop(recorded);
        taken.iter().map(|event| (**event).clone()).collect()
    }

    /// Waits until at least so many are recorded; answers them all. Adapters
    /// may publish a moment after they have answered.
    pub async fn wait_for(&self, count: usize) -> Vec<Event> {
        let mut recorded = self.count.subscribe();
        let arrived = recorded.wait_for(|now| *now >= count);
        let arrived = tokio::time::timeout(PATIENCE, arrived).await.is_ok();
        let events = self.recorded();
        assert!(arrived, "{} of {count} events came: {events:?}", events.len());
        events
    }

    /// Tells every sink that events may have been lost.
    pub fn lose(&self) {
        for sink in self.sinks() {
            sink.gap();
        }
    }

    /// A copy, so that a sink may subscribe another.
    fn sinks(&self) -> Vec<Arc<dyn EventSink>> {
        self.sinks.read().clone()
    }
}

impl Default for MemoryBus {
    fn default() -> Self {
        Self::new()
    }
}

impl EventBus for MemoryBus {
    fn publish(&self, event: Event) {
        let event = Arc::new(event);
        let mut recorded = self.recorded.lock();
        recorded.push(Arc::clone(&event));
        self.count.send_replace(recorded.len());
        drop(recorded);
        for sink in self.sinks() {
            sink.deliver(&event);
        }
    }

    fn subscribe(&self, sink: Arc<dyn EventSink>) {
        self.sinks.write().push(sink);
    }
}
