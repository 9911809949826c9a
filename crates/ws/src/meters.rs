//! What this crate counts, for whoever scrapes the process (crate `metrics`; without a recorder nothing is
//! kept). Every label has a handful of values that are known beforehand: what clients say is never one.
//!
//! Each meter is made once and then held, since pushing a frame must cost an addition and not a look-up.
//! So a recorder is to be installed before the first socket comes.

use std::{collections::HashMap, sync::LazyLock};

use metrics::{Counter, Gauge, Histogram, Unit, counter, gauge, histogram};

use crate::{
    close::CloseCode,
    kinds::{FrameKind, RequestKind},
    outbox::Pushed,
};

/// Whose fault it may be that `sync.required` was said.
const CAUSES: [&str; 3] = ["gap", "head", "bus"];

pub(crate) static METERS: LazyLock<Meters> = LazyLock::new(Meters::new);

/// All meters of this crate.
pub(crate) struct Meters {
    opened: ByLabel,
    closed: ByLabel,
    received: ByLabel,
    /// In the order of the kinds.
    sent: Vec<Counter>,
    dropped: ByLabel,
    sync_required: ByLabel,
    /// Bytes that left for sockets.
    pub bytes_sent: Counter,
    /// To how many sockets of this node one change of a conversation went.
    pub fan_out: Histogram,
    /// How long one look for lost events took.
    pub repair: Histogram,
    sockets: Gauge,
    people: Gauge,
    conversations: Gauge,
    waiting: Gauge,
    fullest: Gauge,
}

impl Meters {
    fn new() -> Self {
        Self {
            opened: opened(),
            closed: closed(),
            received: received(),
            sent: sent(),
            dropped: dropped(),
            sync_required: sync_required(),
            bytes_sent: counter!(
                description: "Bytes of frames handed to the network",
                unit: Unit::Bytes,
                "chinwag_socket_sent_bytes_total"
            ),
            fan_out: histogram!(
                description: "Sockets of this server that one change of a conversation went to",
                unit: Unit::Count,
                "chinwag_fan_out_sockets"
            ),
            repair: histogram!(
                description: "Time of one look for events that the bus lost",
                unit: Unit::Seconds,
                "chinwag_repair_duration_seconds"
            ),
            sockets: gauge!(
                description: "Sockets that are open and identified",
                unit: Unit::Count,
                "chinwag_sockets_open"
            ),
            people: gauge!(
                description: "People with at least one socket on this server",
                unit: Unit::Count,
                "chinwag_people_connected"
            ),
            conversations: gauge!(
                description: "Conversations that somebody on this server listens to",
                unit: Unit::Count,
                "chinwag_conversations_heard"
            ),
            waiting: gauge!(
                description: "Bytes that wait for slow sockets, over all of them",
                unit: Unit::Bytes,
                "chinwag_outbox_bytes"
            ),
            fullest: gauge!(
                description: "Bytes that wait for the slowest socket",
                unit: Unit::Bytes,
                "chinwag_outbox_fullest_bytes"
            ),
        }
    }

    /// A socket came in, identified by its header or by its first frame.
    pub fn opened(&self, identity: &'static str) {
        self.opened.of(identity).increment(1);
    }

    /// A socket ended; without a code the client went away.
    pub fn closed(&self, code: Option<CloseCode>) {
        self.closed.of(code.map_or("gone", CloseCode::name)).increment(1);
    }

    /// A request came.
    pub fn received(&self, kind: &str) {
        self.received.of(kind).increment(1);
    }

    /// What became of a frame for one socket.
    pub fn pushed(&self, kind: FrameKind, pushed: Pushed) {
        match pushed {
            Pushed::Queued => self.sent(kind),
            Pushed::Replaced => {
                self.sent(kind);
                self.dropped.of("replaced").increment(1);
            }
            Pushed::Dropped => self.dropped.of("no_room").increment(1),
            Pushed::Overflowed => self.dropped.of("slow_consumer").increment(1),
            Pushed::Closed => {}
        }
    }

    fn sent(&self, kind: FrameKind) {
        if let Some(counter) = self.sent.get(kind.index()) {
            counter.increment(1);
        }
    }

    /// So many sockets were told to sync.
    pub fn sync_required(&self, cause: &'static str, sockets: usize) {
        self.sync_required.of(cause).increment(sockets as u64);
    }

    /// Sets the gauges.
    #[expect(clippy::cast_precision_loss, reason = "gauges are floats")]
    pub fn observe(&self, census: &Census) {
        self.sockets.set(census.sockets as f64);
        self.people.set(census.people as f64);
        self.conversations.set(census.conversations as f64);
        self.waiting.set(census.waiting_bytes as f64);
        self.fullest.set(census.fullest_bytes as f64);
    }
}

/// What there is on this server at one moment.
#[derive(Debug, Default)]
pub(crate) struct Census {
    pub sockets: usize,
    pub people: usize,
    pub conversations: usize,
    /// Over all sockets.
    pub waiting_bytes: usize,
    /// For the slowest socket.
    pub fullest_bytes: usize,
}

/// Counters of one name, told apart by one label.
struct ByLabel {
    known: HashMap<&'static str, Counter>,
    other: Counter,
}

impl ByLabel {
    /// What is not among `values` is counted as `other`.
    fn new(values: &[&'static str], make: impl Fn(&'static str) -> Counter) -> Self {
        let known = values.iter().map(|value| (*value, make(value))).collect();
        Self { known, other: make("other") }
    }

    fn of(&self, value: &str) -> &Counter {
        self.known.get(value).unwrap_or(&self.other)
    }
}

fn opened() -> ByLabel {
    ByLabel::new(&["header", "frame"], |identity| {
        counter!(
            description: "Sockets that came in, by where their token was",
            unit: Unit::Count,
            "chinwag_sockets_opened_total",
            "identity" => identity
        )
    })
}

fn closed() -> ByLabel {
    let mut reasons: Vec<_> = CloseCode::ALL.iter().map(|code| code.name()).collect();
    reasons.push("gone");
    ByLabel::new(&reasons, |reason| {
        counter!(
            description: "Sockets that ended, by why; gone: the client went away",
            unit: Unit::Count,
            "chinwag_sockets_closed_total",
            "reason" => reason
        )
    })
}

fn received() -> ByLabel {
    // Requests of other types are counted together.
    let mut kinds: Vec<_> = RequestKind::ALL.iter().map(|kind| kind.as_str()).collect();
    kinds.push("unreadable");
    ByLabel::new(&kinds, |kind| {
        counter!(
            description: "Requests that came over sockets",
            unit: Unit::Count,
            "chinwag_frames_received_total",
            "type" => kind
        )
    })
}

fn sent() -> Vec<Counter> {
    let counted = |kind: FrameKind| {
        counter!(
            description: "Frames queued for sockets, each socket counted",
            unit: Unit::Count,
            "chinwag_frames_sent_total",
            "type" => kind.as_str()
        )
    };
    FrameKind::all().map(counted).collect()
}

fn dropped() -> ByLabel {
    ByLabel::new(&["no_room", "replaced", "slow_consumer"], |reason| {
        counter!(
            description: "Frames that did not go out: typing without room, what a newer one \
                          replaced, what closed a slow consumer",
            unit: Unit::Count,
            "chinwag_frames_dropped_total",
            "reason" => reason
        )
    })
}

fn sync_required() -> ByLabel {
    ByLabel::new(&CAUSES, |cause| {
        counter!(
            description: "Sockets told that events may be missing: a gap that stayed, a head of the \
                          database that was ahead, a loss that the bus reported",
            unit: Unit::Count,
            "chinwag_sync_required_total",
            "cause" => cause
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What clients say must not become a label.
    #[test]
    fn unknown_values_are_counted_together() {
        let made = std::cell::RefCell::new(Vec::new());
        let labels = ByLabel::new(&CAUSES, |value| {
            made.borrow_mut().push(value);
            Counter::noop()
        });
        for said in ["gap", "drop table", "", "other"] {
            labels.of(said).increment(1);
        }
        assert_eq!(made.borrow().len(), CAUSES.len() + 1);
        assert!(std::ptr::eq(labels.of("drop table"), &raw const labels.other));
    }
}
