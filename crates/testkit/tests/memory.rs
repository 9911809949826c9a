//! The adapters in memory pass the suites that the real ones pass.

use std::sync::Arc;

use chinwag_domain::ports::PresenceBoard;
use chinwag_testkit::{
    conformance::{BusUnderTest, StorageUnderTest},
    memory::{MemoryBus, MemoryPresenceBoard, MemoryStore},
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

async fn bus() -> BusUnderTest {
    BusUnderTest { nodes: vec![Arc::new(MemoryBus::new())], keep: Box::new(()) }
}

async fn board() -> Arc<dyn PresenceBoard> {
    Arc::new(MemoryPresenceBoard::default())
}

mod buses {
    use super::*;

    chinwag_testkit::bus_conformance!(bus);
}

mod presence {
    use super::*;

    chinwag_testkit::presence_conformance!(board);
}
