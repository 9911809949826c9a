//! The adapters of one node pass the suites that every adapter of their ports passes.

use std::sync::Arc;

use chinwag_bus::{InProcessBus, InProcessPresence};
use chinwag_domain::ports::PresenceBoard;
use chinwag_testkit::conformance::BusUnderTest;

async fn bus() -> BusUnderTest {
    BusUnderTest { nodes: vec![Arc::new(InProcessBus::new())], keep: Box::new(()) }
}

async fn board() -> Arc<dyn PresenceBoard> {
    Arc::new(InProcessPresence::new())
}

mod buses {
    use super::*;

    chinwag_testkit::bus_conformance!(bus);
}

mod boards {
    use super::*;

    chinwag_testkit::presence_conformance!(board);
}
