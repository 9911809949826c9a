//! Units of work: one database transaction each, and the events that are told
//! once it is committed. What can be written stands in the modules below.

mod blocks;
mod conversations;
mod erasure;
mod follow_ups;
mod messages;
mod participants;
mod people;
mod webhooks;

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_domain::{
    Event,
    ports::{EventBus, FollowUps, StorageError, UnitOfWork, UnitsOfWork},
};
use sea_orm::DatabaseTransaction;
use tracing::Instrument as _;

use crate::{
    Database,
    error::{from_db, lost_commit},
    jobs,
    meters::METERS,
};

/// Units of work on PostgreSQL (READ COMMITTED: each statement sees what was
/// committed before it, so what follows a lock is fresh) or SQLite (the one
/// writing connection, locked from the beginning).
pub struct SeaUnitsOfWork {
    database: Database,
    bus: Arc<dyn EventBus>,
    follow_ups: Arc<dyn FollowUps>,
}

impl SeaUnitsOfWork {
    /// Units on that database, telling their events on that bus and storing the jobs that follow.
    pub fn new(database: Database, bus: Arc<dyn EventBus>, follow_ups: Arc<dyn FollowUps>) -> Self {
        Self { database, bus, follow_ups }
    }
}

#[async_trait]
impl UnitsOfWork for SeaUnitsOfWork {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StorageError> {
        let transaction = self.database.begin().await.map_err(from_db)?;
        Ok(Box::new(SeaUnitOfWork {
            transaction,
            events: Vec::new(),
            bus: Arc::clone(&self.bus),
            follow_ups: Arc::clone(&self.follow_ups),
        }))
    }
}

/// One transaction; dropped, it is rolled back.
struct SeaUnitOfWork {
    transaction: DatabaseTransaction,
    events: Vec<Event>,
    bus: Arc<dyn EventBus>,
    follow_ups: Arc<dyn FollowUps>,
}

#[async_trait]
impl UnitOfWork for SeaUnitOfWork {
    fn publish(&mut self, event: Event) {
        self.events.push(event);
    }

    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        let Self { transaction, events, bus, follow_ups } = *self;
        let changes = events.iter().filter_map(|event| match event {
            Event::Durable(change) => Some(change),
            Event::Signal(_) => None,
        });
        jobs::store_follow_ups(&transaction, &*follow_ups, changes).await.map_err(from_db)?;
        // A task of its own: who waits for it may go away between the COMMIT
        // and the events, and nobody would tell them.
        let committing = async move {
            transaction.commit().await.map_err(lost_commit)?;
            METERS.units.increment(1);
            tracing::debug!(events = events.len(), "committed");
            for event in events {
                bus.publish(event);
            }
            Ok(())
        };
        let committed = tokio::spawn(committing.in_current_span());
        committed.await.unwrap_or_else(|aborted| Err(StorageError::unavailable(aborted)))
    }
}
