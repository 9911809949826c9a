//! A bus that can be held: then tests hand events on, in their own order.

use std::sync::Arc;

use chinwag_domain::{
    Durable, Event, Revision,
    ports::{EventBus, EventSink},
};
use parking_lot::Mutex;

#[derive(Default)]
pub(super) struct HandBus {
    sinks: Mutex<Vec<Arc<dyn EventSink>>>,
    held: Mutex<Option<Vec<Arc<Event>>>>,
}

impl HandBus {
    /// From now on nothing is delivered.
    pub(super) fn hold(&self) {
        *self.held.lock() = Some(Vec::new());
    }

    /// What was published since, and from now on everything is delivered again.
    pub(super) fn flow(&self) -> Vec<Arc<Event>> {
        self.held.lock().take().unwrap_or_default()
    }

    /// Tells that events were lost.
    pub(super) fn gap(&self) {
        for sink in self.sinks.lock().clone() {
            sink.gap();
        }
    }
}

impl EventBus for HandBus {
    fn publish(&self, event: Event) {
        let event = Arc::new(event);
        if let Some(held) = &mut *self.held.lock() {
            held.push(event);
            return;
        }
        let sinks = self.sinks.lock().clone();
        for sink in sinks {
            sink.deliver(&event);
        }
    }

    fn subscribe(&self, sink: Arc<dyn EventSink>) {
        self.sinks.lock().push(sink);
    }
}

/// The durable events among them.
pub(super) fn durable(events: &[Arc<Event>]) -> Vec<Arc<Event>> {
    let durable = |event: &&Arc<Event>| matches!(***event, Event::Durable(_));
    events.iter().filter(durable).cloned().collect()
}

/// The same event at another place.
pub(super) fn moved(event: &Arc<Event>, revision: i64) -> Arc<Event> {
    let Event::Durable(event) = &**event else { panic!("{event:?}") };
    let revision = Revision::new(revision);
    Arc::new(Event::Durable(Durable { revision, ..event.clone() }))
}
