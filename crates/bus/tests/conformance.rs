//! The adapters of one node pass the suites that every adapter of their ports passes.

use std::sync::Arc;

use chinwag_bus::{InProcessBus, InProcessPresence, InProcessRateLimiter};
use chinwag_domain::{Quotas, ports::PresenceBoard};
use chinwag_testkit::conformance::{BusUnderTest, LimiterUnderTest};
use governor::clock::FakeRelativeClock;

async fn bus() -> BusUnderTest {
    BusUnderTest { nodes: vec![Arc::new(InProcessBus::new())], keep: Box::new(()) }
}

async fn board() -> Arc<dyn PresenceBoard> {
    Arc::new(InProcessPresence::new())
}

async fn limiter() -> LimiterUnderTest {
    let clock = FakeRelativeClock::default();
    let limiter = InProcessRateLimiter::with_clock(&Quotas::default(), clock.clone());
    LimiterUnderTest { limiter: Arc::new(limiter), advance: Box::new(move |by| clock.advance(by)) }
}

mod limiters {
    use super::*;

    chinwag_testkit::limiter_conformance!(limiter);
}

mod buses {
    use super::*;

    chinwag_testkit::bus_conformance!(bus);
}

mod boards {
    use super::*;

    chinwag_testkit::presence_conformance!(board);
}
