//! The hub: which sockets are here, and which events go to which of them.
//!
//! A cloneable handle over sharded maps. Topics are people and conversations:
//! a [`Seat`] is one socket, a `Feed` is one conversation with the seats of
//! those who take part in it. An event is encoded once and the same bytes are
//! pushed, without waiting, into every seat's outbox.
//!
//! The bus is a hint and the database the truth: a feed delivers in revision
//! order, waits a moment for what is missing, reads the list of people again
//! when an event knows of a newer one, and says `sync.required` rather than
//! leave a hole. What frames a client sends, and how, is not known here.

mod deliver;
mod enter;
mod feed;
mod frames;
mod listener;
mod presence;
mod repair;
mod seat;
mod signals;
mod steps;
mod ticks;
mod viewing;

#[cfg(test)]
mod tests;

use std::{
    hash::{BuildHasher, RandomState},
    sync::{Arc, Weak, atomic::AtomicBool},
    time::Duration,
};

use chinwag_application::Chat;
use chinwag_domain::{
    ConnectionId, ConversationId, Event, Signal, UserId, UserSummary,
    ports::{Connection, Connections, EventSink},
};
use dashmap::DashMap;
use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

pub use enter::Refused;
pub(crate) use frames::loose;
pub use seat::Seat;

use feed::Feed;

use crate::{
    close::CloseCode,
    meters::{Census, METERS},
};

/// What an operator decides about sockets.
#[derive(Debug, Clone)]
pub struct HubOptions {
    /// Sockets of one person on this node.
    pub sockets_per_user: usize,
    /// How long an event waits for its predecessor.
    pub hold_back: Duration,
    /// How often heads are compared with the database.
    pub repair_every: Duration,
}

impl Default for HubOptions {
    fn default() -> Self {
        Self {
            sockets_per_user: 20,
            hold_back: Duration::from_millis(200),
            repair_every: Duration::from_secs(2),
        }
    }
}

/// All sockets of this node.
pub struct Hub {
    chat: Arc<Chat>,
    options: HubOptions,
    people: DashMap<UserId, Vec<Arc<Seat>>>,
    feeds: DashMap<ConversationId, Arc<Feed>>,
    /// Seats that want to know how a person is.
    watchers: DashMap<UserId, Vec<Arc<Seat>>>,
    /// Events by conversation, so that those of one keep their order while
    /// those of others are encoded beside them.
    lanes: Vec<mpsc::UnboundedSender<Arc<Event>>>,
    flips: mpsc::UnboundedSender<Arc<Event>>,
    hasher: RandomState,
    /// Tasks outlive the connection whose event started them.
    runtime: tokio::runtime::Handle,
    draining: Mutex<bool>,
    drained: CancellationToken,
    /// Events were lost: what everybody stands on must be read again.
    lost: AtomicBool,
    /// Wakes the repair.
    alarm: Arc<Notify>,
}

impl Hub {
    /// A hub that listens on the bus of `chat`, for as long as somebody holds
    /// it. Must be called on the runtime that lives as long as the server.
    pub fn start(chat: Arc<Chat>, options: HubOptions) -> Arc<Self> {
        let runtime = tokio::runtime::Handle::current();
        let count = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let (lanes, inputs): (Vec<_>, Vec<_>) =
            (0..count).map(|_| mpsc::unbounded_channel()).unzip();
        let (flips, flipped) = mpsc::unbounded_channel();
        let bus = Arc::clone(&chat.ports.bus);
        let hub = Arc::new(Self {
            chat,
            options,
            people: DashMap::new(),
            feeds: DashMap::new(),
            watchers: DashMap::new(),
            lanes,
            flips,
            hasher: RandomState::new(),
            runtime,
            draining: Mutex::new(false),
            drained: CancellationToken::new(),
            lost: AtomicBool::new(false),
            alarm: Arc::default(),
        });
        for mut input in inputs {
            let weak = Arc::downgrade(&hub);
            hub.runtime.spawn(async move {
                while let Some(event) = input.recv().await {
                    let Some(hub) = weak.upgrade() else { return };
                    hub.dispatch(&event);
                }
            });
        }
        hub.runtime.spawn(presence::run(Arc::downgrade(&hub), flipped));
        hub.runtime.spawn(repair::run(Arc::downgrade(&hub)));
        hub.runtime.spawn(ticks::run(Arc::downgrade(&hub)));
        bus.subscribe(Arc::new(Ear(Arc::downgrade(&hub))));
        hub
    }

    /// The use cases that this hub delivers for.
    pub fn chat(&self) -> &Arc<Chat> {
        &self.chat
    }

    /// Sets the gauges to what there is now; for just before they are read.
    pub fn observe(&self) {
        let waiting = self.everybody().into_iter().map(|seat| seat.outbox_bytes());
        let mut census = Census {
            people: self.people.len(),
            conversations: self.feeds.len(),
            ..Census::default()
        };
        for bytes in waiting {
            census.sockets += 1;
            census.waiting_bytes += bytes;
            census.fullest_bytes = census.fullest_bytes.max(bytes);
        }
        METERS.observe(&census);
    }

    /// Sockets on this node.
    pub fn socket_count(&self) -> usize {
        self.people.iter().map(|seats| seats.len()).sum()
    }

    fn seats_of(&self, user: &UserId) -> Vec<Arc<Seat>> {
        self.people.get(user).map(|seats| seats.clone()).unwrap_or_default()
    }

    fn feed(&self, id: ConversationId) -> Option<Arc<Feed>> {
        self.feeds.get(&id).map(|feed| Arc::clone(&feed))
    }

    fn lane(&self, id: ConversationId) -> &mpsc::UnboundedSender<Arc<Event>> {
        #[expect(clippy::cast_possible_truncation, reason = "any bits do")]
        let hash = self.hasher.hash_one(id) as usize;
        &self.lanes[hash % self.lanes.len()]
    }
}

/// What the bus holds on to: not the hub itself, which holds the bus.
struct Ear(Weak<Hub>);

impl EventSink for Ear {
    fn deliver(&self, event: &Arc<Event>) {
        if let Some(hub) = self.0.upgrade() {
            hub.deliver(event);
        }
    }

    fn gap(&self) {
        if let Some(hub) = self.0.upgrade() {
            hub.gap();
        }
    }
}

impl EventSink for Hub {
    fn deliver(&self, event: &Arc<Event>) {
        let lane = match event.as_ref() {
            Event::Durable(durable) => self.lane(durable.conversation_id),
            Event::Signal(Signal::PresenceChanged { .. }) => &self.flips,
            Event::Signal(signal) => match conversation_of(signal) {
                Some(id) => self.lane(id),
                None => &self.lanes[0],
            },
        };
        // A lane ends with the hub.
        let _ = lane.send(Arc::clone(event));
    }

    fn gap(&self) {
        self.lost_events();
    }
}

impl Connections for Hub {
    fn list(&self) -> Vec<Connection> {
        let mut all: Vec<_> = self.everybody().iter().map(|seat| seat.described()).collect();
        all.sort_by_key(|connection| connection.id);
        all
    }

    fn close(&self, id: ConnectionId) -> Option<UserSummary> {
        let seat = self.everybody().into_iter().find(|seat| seat.connection == id)?;
        // A client comes back: who is to stay away is deactivated.
        seat.close_at_once(CloseCode::ClosedByAdmin);
        Some(seat.described().user)
    }
}

fn conversation_of(signal: &Signal) -> Option<ConversationId> {
    match signal {
        Signal::Receipt { receipt, .. } => Some(receipt.conversation_id),
        Signal::TypingStarted { conversation_id, .. }
        | Signal::TypingStopped { conversation_id, .. }
        | Signal::Viewing { conversation_id, .. } => Some(*conversation_id),
        Signal::MembershipUpdated { participant, .. } => Some(participant.conversation_id),
        Signal::PresenceChanged { .. }
        | Signal::MediaReady { .. }
        | Signal::SessionRevoked { .. }
        | Signal::AccountDeactivated { .. } => None,
    }
}
