//! What this crate counts, for whoever scrapes the process (crate `metrics`; without a recorder nothing is
//! kept). Counters are made once and then held, so a recorder is to be installed before the adapters are made.

use chinwag_domain::{Event, Payer, Work};
use metrics::{Counter, Unit, counter};

/// Events that were published.
pub(crate) struct Published {
    durable: Counter,
    signal: Counter,
}

impl Default for Published {
    fn default() -> Self {
        let make = |kind: &'static str| {
            counter!(
                description: "Events published: durable changes, and signals about the moment",
                unit: Unit::Count,
                "chinwag_bus_events_total",
                "kind" => kind
            )
        };
        Self { durable: make("durable"), signal: make("signal") }
    }
}

impl Published {
    pub fn count(&self, event: &Event) {
        match event {
            Event::Durable(_) => self.durable.increment(1),
            Event::Signal(_) => self.signal.increment(1),
        }
    }
}

/// Who was told to wait.
pub(crate) struct Limited {
    own: Counter,
    addresses: Counter,
}

impl Limited {
    pub fn new(work: Work) -> Self {
        let make = |payer: &'static str| {
            counter!(
                description: "Requests refused because too much was asked, by a person or account, or \
                              from an address",
                unit: Unit::Count,
                "chinwag_rate_limited_total",
                "work" => work.as_str(),
                "payer" => payer
            )
        };
        Self { own: make("own"), addresses: make("address") }
    }

    pub fn count(&self, payer: &Payer) {
        match payer {
            Payer::Address(_) => self.addresses.increment(1),
            Payer::Person(_) | Payer::Account(_) => self.own.increment(1),
        }
    }
}
