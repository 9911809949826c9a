//! The suite that every storage adapter passes, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // a panic is how a test fails

mod support;

use std::sync::Arc;

use chinwag_storage::{
    MessageLogOptions, SeaAccounts, SeaAuditLog, SeaBlocks, SeaConversations, SeaDevices, SeaJobs,
    SeaMedia, SeaMessageLog, SeaPersonalData, SeaReceipts, SeaUnitsOfWork, SeaUsers, SeaWebhooks,
};
use chinwag_testkit::{EveryChange, conformance::StorageUnderTest, memory::MemoryBus};
use support::Fixture;

fn adapters(fixture: Fixture) -> StorageUnderTest {
    let bus = Arc::new(MemoryBus::new());
    let database = fixture.database;
    let follow_ups = Arc::new(EveryChange::default());
    let options = MessageLogOptions::default();
    let messages = SeaMessageLog::new(database.clone(), bus.clone(), follow_ups.clone(), options);
    StorageUnderTest {
        messages: Arc::new(messages),
        conversations: Arc::new(SeaConversations::new(database.clone())),
        receipts: Arc::new(SeaReceipts::new(database.clone())),
        users: Arc::new(SeaUsers::new(database.clone())),
        accounts: Arc::new(SeaAccounts::new(database.clone())),
        devices: Arc::new(SeaDevices::new(database.clone())),
        units: Arc::new(SeaUnitsOfWork::new(database.clone(), bus.clone(), follow_ups.clone())),
        blocks: Arc::new(SeaBlocks::new(database.clone())),
        personal: Arc::new(SeaPersonalData::new(database.clone())),
        jobs: Arc::new(SeaJobs::new(database.clone())),
        webhooks: Arc::new(SeaWebhooks::new(database.clone())),
        audit: Arc::new(SeaAuditLog::new(database.clone())),
        media: Arc::new(SeaMedia::new(database.clone())),
        follow_ups,
        bus,
        keep: fixture.keep,
    }
}

mod sqlite {
    async fn fresh() -> chinwag_testkit::conformance::StorageUnderTest {
        super::adapters(super::Fixture::sqlite().await)
    }
    chinwag_testkit::storage_conformance!(fresh);
}

mod postgres {
    async fn fresh() -> chinwag_testkit::conformance::StorageUnderTest {
        super::adapters(super::Fixture::postgres().await)
    }
    chinwag_testkit::storage_conformance!(fresh);
}
