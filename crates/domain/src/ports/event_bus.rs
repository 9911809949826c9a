//! How events reach every node of an installation.

use std::sync::Arc;

use crate::Event;

/// Carries events to every sink of every node, the publishing one included.
///
/// The bus is a hint and the database the truth: it may lose an event, and
/// who listens finds that out from the revisions. It never blocks and never
/// fails the one who publishes. Events published one after the other by one
/// caller MUST reach the sinks of the same node in that order.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait EventBus: Send + Sync {
    /// Hands an event on.
    fn publish(&self, event: Event);

    /// From now on, `sink` gets every event.
    fn subscribe(&self, sink: Arc<dyn EventSink>);
}

/// Where events arrive. Called on the publisher's thread: MUST NOT block.
pub trait EventSink: Send + Sync {
    /// An event arrived.
    fn deliver(&self, event: &Arc<Event>);

    /// Events may have been lost since the last one.
    fn gap(&self);
}
