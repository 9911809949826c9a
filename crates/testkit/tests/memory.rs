//! The adapters in memory pass the suites that the real ones pass.

use std::sync::Arc;

use chinwag_domain::{Quotas, ports::PresenceBoard};
use chinwag_testkit::{
    EveryChange, ManualClock,
    conformance::{BlobsUnderTest, BusUnderTest, LimiterUnderTest, StorageUnderTest},
    memory::{MemoryBlobs, MemoryBus, MemoryPresenceBoard, MemoryRateLimiter, MemoryStore},
};

async fn memory() -> StorageUnderTest {
    let bus = Arc::new(MemoryBus::new());
    let follow_ups = Arc::new(EveryChange::default());
    let store = Arc::new(MemoryStore::with_follow_ups(bus.clone(), follow_ups.clone()));
    StorageUnderTest {
        messages: store.clone(),
        conversations: store.clone(),
        receipts: store.clone(),
        users: store.clone(),
        accounts: store.clone(),
        devices: store.clone(),
        blocks: store.clone(),
        personal: store.clone(),
        jobs: store.clone(),
        webhooks: store.clone(),
        audit: store.clone(),
        media: store.clone(),
        units: store,
        follow_ups,
        bus,
        keep: Box::new(()),
    }
}

mod storage {
    use super::*;

    chinwag_testkit::storage_conformance!(memory);
}

async fn blobs() -> BlobsUnderTest {
    let blobs = MemoryBlobs::default();
    let counted = blobs.clone();
    BlobsUnderTest {
        blobs: Arc::new(blobs),
        count: Box::new(move || counted.keys().len()),
        keep: Box::new(()),
    }
}

mod bytes {
    use super::*;

    chinwag_testkit::blob_conformance!(blobs);
}

async fn bus() -> BusUnderTest {
    BusUnderTest { nodes: vec![Arc::new(MemoryBus::new())], keep: Box::new(()) }
}

async fn board() -> Arc<dyn PresenceBoard> {
    Arc::new(MemoryPresenceBoard::default())
}

async fn limiter() -> LimiterUnderTest {
    let clock = ManualClock::default();
    let limiter = MemoryRateLimiter::new(Quotas::default(), Arc::new(clock.clone()));
    let advance = move |by: std::time::Duration| {
        clock.advance(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
    };
    LimiterUnderTest { limiter: Arc::new(limiter), advance: Box::new(advance) }
}

mod limiters {
    use super::*;

    chinwag_testkit::limiter_conformance!(limiter);
}

mod buses {
    use super::*;

    chinwag_testkit::bus_conformance!(bus);
}

mod presence {
    use super::*;

    chinwag_testkit::presence_conformance!(board);
}
