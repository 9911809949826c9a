//! The adapters in memory pass the suites that the real ones pass.

use std::sync::Arc;

use chinwag_testkit::{
    conformance::StorageUnderTest,
    memory::{MemoryBus, MemoryStore},
};

async fn memory() -> StorageUnderTest {
    let bus = Arc::new(MemoryBus::new());
    let store = Arc::new(MemoryStore::new(bus.clone()));
    StorageUnderTest {
        messages: store.clone(),
        conversations: store.clone(),
        receipts: store.clone(),
        users: store.clone(),
        accounts: store.clone(),
        units: store,
        bus,
        keep: Box::new(()),
    }
}

mod storage {
    use super::*;

    chinwag_testkit::storage_conformance!(memory);
}
