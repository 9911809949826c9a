//! The bus of a single node: publishing is a call of every sink, one after the other, on the publisher's
//! thread. Nothing is queued, so nothing is lost and there is never a gap.

use std::sync::Arc;

use chinwag_domain::{
    Event,
    ports::{EventBus, EventSink},
};
use parking_lot::RwLock;

use crate::meters::Published;

type Sinks = Arc<[Arc<dyn EventSink>]>;

/// Delivers within the process.
#[derive(Default)]
pub struct InProcessBus {
    /// Replaced as a whole, so that no lock is held while sinks run: they may publish and subscribe.
    sinks: RwLock<Sinks>,
    published: Published,
}

impl InProcessBus {
    /// A bus that nobody listens to yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl EventBus for InProcessBus {
    fn publish(&self, event: Event) {
        self.published.count(&event);
        let sinks = Arc::clone(&self.sinks.read());
        let event = Arc::new(event);
        for sink in sinks.iter() {
            sink.deliver(&event);
        }
    }

    fn subscribe(&self, sink: Arc<dyn EventSink>) {
        let mut sinks = self.sinks.write();
        *sinks = sinks.iter().cloned().chain([sink]).collect();
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, sync::Weak, thread};

    use chinwag_domain::{SessionId, Signal, UserId};
    use parking_lot::Mutex;

    use super::*;

    /// Remembers what arrived.
    #[derive(Default)]
    struct Recorder(Mutex<Vec<(String, u128)>>);

    impl EventSink for Recorder {
        fn deliver(&self, event: &Arc<Event>) {
            self.0.lock().push(parts(event));
        }

        fn gap(&self) {
            panic!("nothing can be lost");
        }
    }

    fn event(publisher: &str, number: u128) -> Event {
        let user_id: UserId = publisher.parse().unwrap();
        Signal::SessionRevoked { user_id, session_id: SessionId::from_u128(number) }.into()
    }

    fn parts(event: &Event) -> (String, u128) {
        match event {
            Event::Signal(Signal::SessionRevoked { user_id, session_id }) => {
                (user_id.to_string(), session_id.uuid().as_u128())
            }
            other => panic!("not published here: {other:?}"),
        }
    }

    #[test]
    fn each_sink_gets_each_event_once_and_in_each_publishers_order() {
        const PUBLISHERS: usize = 8;
        const EVENTS: u128 = 2_000;
        let bus = InProcessBus::new();
        let sinks = [Arc::new(Recorder::default()), Arc::new(Recorder::default())];
        for sink in &sinks {
            bus.subscribe(Arc::clone(sink) as Arc<dyn EventSink>);
        }
        thread::scope(|scope| {
            for publisher in 0..PUBLISHERS {
                let bus = &bus;
                scope.spawn(move || {
                    for number in 0..EVENTS {
                        bus.publish(event(&format!("p{publisher}"), number));
                    }
                });
            }
        });
        for sink in sinks {
            let mut by_publisher: HashMap<String, Vec<u128>> = HashMap::new();
            for (publisher, number) in sink.0.lock().drain(..) {
                by_publisher.entry(publisher).or_default().push(number);
            }
            assert_eq!(by_publisher.len(), PUBLISHERS);
            for (publisher, numbers) in by_publisher {
                assert!(numbers.into_iter().eq(0..EVENTS), "{publisher}");
            }
        }
    }

    #[test]
    fn a_sink_gets_what_is_published_after_it_subscribed() {
        let bus = InProcessBus::new();
        bus.publish(event("ann", 1));
        let sink = Arc::new(Recorder::default());
        bus.subscribe(Arc::clone(&sink) as Arc<dyn EventSink>);
        bus.publish(event("ann", 2));
        assert_eq!(*sink.0.lock(), [("ann".to_owned(), 2)]);
    }

    /// Answers the first event with another and with a further sink.
    struct Answering {
        bus: Weak<InProcessBus>,
        late: Arc<Recorder>,
    }

    impl EventSink for Answering {
        fn deliver(&self, delivered: &Arc<Event>) {
            let bus = self.bus.upgrade().unwrap();
            if parts(delivered).1 == 1 {
                bus.subscribe(Arc::clone(&self.late) as Arc<dyn EventSink>);
                bus.publish(event("answer", 2));
            }
        }

        fn gap(&self) {}
    }

    #[test]
    fn sinks_may_publish_and_subscribe() {
        let late = Arc::new(Recorder::default());
        let bus = Arc::new(InProcessBus::new());
        let sink = Answering { bus: Arc::downgrade(&bus), late: Arc::clone(&late) };
        bus.subscribe(Arc::new(sink));
        bus.publish(event("ann", 1));
        assert_eq!(*late.0.lock(), [("answer".to_owned(), 2)]);
    }
}
