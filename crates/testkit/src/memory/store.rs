//! The store itself: who writes waits for the other writers, who reads sees
//! what was committed last.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_domain::ports::{
    EventBus, FollowUps, NoFollowUps, StorageError, UnitOfWork, UnitsOfWork,
};
use parking_lot::RwLock;
use tokio::sync::Mutex;

use super::{state::State, unit_of_work::MemoryUnitOfWork};

/// All storage ports over one state. Clones share it.
#[derive(Clone)]
pub struct MemoryStore {
    inner: Arc<Inner>,
}

/// What units of work share with their store.
pub(super) struct Inner {
    /// Held by whoever writes, for as long as a unit of work is open.
    pub(super) writer: Arc<Mutex<()>>,
    pub(super) committed: RwLock<State>,
    pub(super) bus: Arc<dyn EventBus>,
    pub(super) follow_ups: Arc<dyn FollowUps>,
}

impl MemoryStore {
    /// An empty store that publishes on that bus.
    pub fn new(bus: Arc<dyn EventBus>) -> Self {
        Self::with_follow_ups(bus, Arc::new(NoFollowUps))
    }

    /// An empty store that publishes on that bus and stores the jobs that follow.
    pub fn with_follow_ups(bus: Arc<dyn EventBus>, follow_ups: Arc<dyn FollowUps>) -> Self {
        let (writer, committed) = (Arc::default(), RwLock::default());
        Self { inner: Arc::new(Inner { writer, committed, bus, follow_ups }) }
    }

    /// What follows from changes.
    pub(super) fn follow_ups(&self) -> &dyn FollowUps {
        &*self.inner.follow_ups
    }

    /// Reads what was committed last.
    pub(super) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.inner.committed.read())
    }

    /// One write of its own: waits for its turn, then commits at once. What
    /// `publish` makes of the outcome is told before the next writer's turn.
    pub(super) async fn write_and_tell<T>(
        &self,
        change: impl FnOnce(&mut State) -> T + Send,
        publish: impl FnOnce(&T, &dyn EventBus) + Send,
    ) -> T {
        let _turn = self.inner.writer.lock().await;
        let outcome = change(&mut self.inner.committed.write());
        publish(&outcome, &*self.inner.bus);
        outcome
    }

    /// One write of its own that nobody is told of.
    pub(super) async fn write<T>(&self, change: impl FnOnce(&mut State) -> T + Send) -> T {
        self.write_and_tell(change, |_, _| ()).await
    }
}

#[async_trait]
impl UnitsOfWork for MemoryStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        let turn = Arc::clone(&self.inner.writer).lock_owned().await;
        let working = self.inner.committed.read().clone();
        Ok(Box::new(MemoryUnitOfWork::new(Arc::clone(&self.inner), turn, working)))
    }
}
