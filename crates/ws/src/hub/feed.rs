//! One conversation: who hears of it here, and how far they have heard.
//!
//! Pure state under one lock; what must be read from the store is a
//! [`Step`](super::steps::Step) that others take.

use std::{collections::BTreeMap, sync::Arc};

use chinwag_domain::{
    ConnectionId, ConversationId, Durable, Event, Mute, Participant, Revision, Seq, UserId,
    ports::{MemberView, MembersSnapshot},
};
use parking_lot::Mutex;

use super::Seat;
use crate::frame::Frame;

/// A conversation with at least one of its people here.
pub(super) struct Feed {
    pub id: ConversationId,
    pub state: Mutex<FeedState>,
}

/// Of the people's list, when events were lost: it must be read again.
pub(super) const UNKNOWN: Revision = Revision::ZERO;

/// A seat among those of a conversation.
pub(super) struct Listener {
    pub seat: Arc<Seat>,
    /// Below it, only the revision is told.
    pub floor: Seq,
    pub mute: Mute,
    /// The person looks at the conversation on this device.
    pub open: bool,
}

pub(super) struct FeedState {
    /// Everything up to here has been delivered; `None` until the head is known.
    pub delivered: Option<Revision>,
    /// As of which change of people the listeners are.
    pub members_revision: Revision,
    pub listeners: Vec<Listener>,
    /// Events that came before their predecessor, or while a step was taken.
    pub held: BTreeMap<Revision, Arc<Event>>,
    /// A step is being taken; nothing is delivered until it is done.
    pub busy: bool,
    /// Somebody waits for the predecessor of the first held event.
    pub waiting: bool,
    /// The head that was seen ahead of `delivered` at the last look.
    pub suspected: Option<Revision>,
    /// Nobody listens any more: taken out of the map.
    pub ended: bool,
}

/// What is to be done next.
pub(super) enum Next {
    /// Nothing: the feed is empty, busy or does not know its head.
    Idle,
    /// Deliver this, which follows directly.
    Deliver(Arc<Event>),
    /// Wait for the predecessor of what is held.
    Wait,
}

impl Feed {
    /// A feed that delivers after `delivered`, when that is known.
    pub(super) fn new(
        id: ConversationId,
        delivered: Option<Revision>,
        members_revision: Revision,
    ) -> Self {
        Self {
            id,
            state: Mutex::new(FeedState {
                delivered,
                members_revision,
                listeners: Vec::new(),
                held: BTreeMap::new(),
                busy: false,
                waiting: false,
                suspected: None,
                ended: false,
            }),
        }
    }
}

impl FeedState {
    /// Takes an event in; those already delivered are dropped.
    pub(super) fn admit(&mut self, revision: Revision, event: Arc<Event>) {
        if self.delivered.is_none_or(|delivered| revision > delivered) {
            self.held.entry(revision).or_insert(event);
        }
    }

    /// The head was read from the store after everybody here had subscribed.
    /// Events that came in since are not skipped: they may be somebody's joining.
    pub(super) fn set_head(&mut self, head: Revision) {
        if self.delivered.is_none() {
            let first = self.held.keys().next().map(|first| first.previous());
            self.delivered = Some(first.map_or(head, |first| first.min(head)));
        }
    }

    /// What is to be done next; an event to be delivered is taken out.
    pub(super) fn next(&mut self) -> Next {
        let (Some(delivered), false) = (self.delivered, self.busy) else { return Next::Idle };
        while let Some(entry) = self.held.first_entry() {
            let revision = *entry.key();
            if revision <= delivered {
                entry.remove();
            } else if revision == delivered.next() {
                return Next::Deliver(entry.remove());
            } else {
                return Next::Wait;
            }
        }
        Next::Idle
    }

    /// Whether people came or went that this feed has not heard of. A change of
    /// people is applied by its own event, unless others were lost before it.
    pub(super) fn is_behind(&self, event: &Durable) -> bool {
        let own_change = event.revision == event.members_revision;
        self.members_revision == UNKNOWN
            || (!own_change && event.members_revision > self.members_revision)
    }

    /// Notes that an event was delivered.
    pub(super) fn delivered(&mut self, event: &Durable) {
        self.delivered = Some(event.revision);
        self.members_revision = self.members_revision.max(event.members_revision);
    }

    /// Gives up what is missing: the next to be delivered is the first held one.
    pub(super) fn skip_gap(&mut self) {
        if let Some(first) = self.held.keys().next() {
            self.delivered = Some(first.previous());
            self.members_revision = UNKNOWN;
        }
    }

    pub(super) fn listens(&self, connection: ConnectionId) -> bool {
        self.listeners.iter().any(|listener| listener.seat.connection == connection)
    }

    /// Lets a seat listen; how to deliver is taken over when it does already.
    pub(super) fn add(&mut self, seat: &Arc<Seat>, floor: Seq, mute: Mute) {
        if self.ended {
            return;
        }
        let known =
            self.listeners.iter_mut().find(|listener| listener.seat.connection == seat.connection);
        if let Some(listener) = known {
            listener.floor = floor;
            listener.mute = mute;
            return;
        }
        self.listeners.push(Listener { seat: Arc::clone(seat), floor, mute, open: false });
    }

    /// Takes out all seats of a person.
    pub(super) fn remove_person(&mut self, user: &UserId) -> Vec<Listener> {
        let (out, stay) = std::mem::take(&mut self.listeners)
            .into_iter()
            .partition(|listener| listener.seat.user_id() == user);
        self.listeners = stay;
        out
    }

    /// Takes out one seat.
    pub(super) fn remove_seat(&mut self, connection: ConnectionId) -> Option<Listener> {
        let at = self.listeners.iter().position(|it| it.seat.connection == connection)?;
        Some(self.listeners.swap_remove(at))
    }

    /// A person's own settings changed.
    pub(super) fn update_person(&mut self, participant: &Participant) {
        for listener in &mut self.listeners {
            if *listener.seat.user_id() == participant.user.id {
                listener.floor = listener.floor.max(participant.floor());
                listener.mute = participant.mute;
            }
        }
    }

    /// Makes the listeners those of the snapshot; gives back who had to go.
    pub(super) fn apply(&mut self, snapshot: &MembersSnapshot) -> Vec<Listener> {
        let members: std::collections::HashMap<&UserId, &MemberView> =
            snapshot.members.iter().map(|member| (&member.user_id, member)).collect();
        let (stay, out) = std::mem::take(&mut self.listeners)
            .into_iter()
            .partition(|listener| members.contains_key(listener.seat.user_id()));
        self.listeners = stay;
        for listener in &mut self.listeners {
            if let Some(member) = members.get(listener.seat.user_id()) {
                listener.floor = listener.floor.max(member.floor);
                listener.mute = member.mute;
            }
        }
        self.members_revision = self.members_revision.max(snapshot.head.members_revision);
        out
    }

    /// Pushes the same frame to everybody here.
    pub(super) fn broadcast(&self, frame: &Frame) {
        for listener in &self.listeners {
            listener.seat.push(frame);
        }
    }
}
