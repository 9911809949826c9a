//! An adapter in memory for every port at once. Which port takes which stands here, and nowhere else.

use std::sync::Arc;

use chinwag_domain::ports::{EventBus, FollowUps, NoFollowUps};

use super::{FakeTokens, FakeWebhookSender, MemoryBlobs, MemoryStore};
use crate::{ManualClock, SequentialIds};

/// What a chat in memory stands on, for [`crate::ports!`], with what a test looks at or turns.
#[derive(Clone)]
pub struct MemoryAdapters {
    /// Where the store tells of changes.
    pub bus: Arc<dyn EventBus>,
    /// All that is stored.
    pub store: MemoryStore,
    /// Time.
    pub clock: ManualClock,
    /// New ids.
    pub ids: SequentialIds,
    /// Who has which token.
    pub tokens: Arc<FakeTokens>,
    /// What webhooks were sent.
    pub webhook_sender: Arc<FakeWebhookSender>,
    /// Bytes of files.
    pub blobs: MemoryBlobs,
}

impl MemoryAdapters {
    /// Empty ones that tell of changes on that bus.
    pub fn new(bus: Arc<dyn EventBus>) -> Self {
        Self::with_follow_ups(bus, Arc::new(NoFollowUps))
    }

    /// Empty ones, with the jobs that follow from changes.
    pub fn with_follow_ups(bus: Arc<dyn EventBus>, follow_ups: Arc<dyn FollowUps>) -> Self {
        let clock = ManualClock::default();
        Self {
            store: MemoryStore::with_follow_ups(Arc::clone(&bus), follow_ups),
            bus,
            ids: SequentialIds::default(),
            tokens: Arc::new(FakeTokens::new(Arc::new(clock.clone()))),
            webhook_sender: Arc::default(),
            blobs: MemoryBlobs::default(),
            clock,
        }
    }
}

/// `chinwag_application::Ports` over [`MemoryAdapters`]: no limits, plain passwords, nobody notified.
/// A test that wants another adapter for a port puts it in the place of this one.
///
/// A macro, because this crate stands below the use cases and does not know what they stand on; so
/// whoever uses it depends on `chinwag-application`.
///
/// ```ignore
/// let memory = MemoryAdapters::new(Arc::new(MemoryBus::new()));
/// let chat = Chat::new(chinwag_testkit::ports!(&memory), &ChatOptions::default());
/// ```
#[macro_export]
macro_rules! ports {
    ($adapters:expr) => {{
        use ::std::sync::Arc;
        use $crate::memory;

        let adapters: &memory::MemoryAdapters = $adapters;
        let store = || Arc::new(adapters.store.clone());
        ::chinwag_application::Ports {
            messages: store(),
            conversations: store(),
            receipts: store(),
            users: store(),
            accounts: store(),
            units: store(),
            blocks: store(),
            jobs: store(),
            personal: store(),
            audit: store(),
            webhooks: Arc::new(::chinwag_application::RegisteredWebhooks::new(store())),
            webhook_sender: adapters.webhook_sender.clone(),
            devices: store(),
            push: None,
            bus: adapters.bus.clone(),
            presence: Arc::new(memory::MemoryPresenceBoard::default()),
            limiter: Arc::new(memory::Unlimited),
            verifier: adapters.tokens.clone(),
            issuer: Some(adapters.tokens.clone()),
            passwords: Arc::new(memory::PlainPasswords),
            clock: Arc::new(adapters.clock.clone()),
            ids: Arc::new(adapters.ids.clone()),
            media: ::chinwag_application::MediaPorts {
                catalogue: store(),
                blobs: Arc::new(adapters.blobs.clone()),
                types: Arc::new(memory::PlainTypes),
                tokens: Arc::new(memory::PlainMediaTokens::default()),
            },
        }
    }};
}
