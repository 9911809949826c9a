//! The seats that hear of a conversation, and what each may hear. When they
//! do is the feed's affair.

use std::{collections::HashMap, sync::Arc};

use chinwag_domain::{
    ConnectionId, Mute, Participant, Revision, Seq, UserId,
    ports::{MemberView, MembersSnapshot},
};

use super::{Seat, feed::FeedState};
use crate::frame::Frame;

/// A seat among those of a conversation.
pub(super) struct Listener {
    pub seat: Arc<Seat>,
    pub terms: Terms,
    /// The person looks at the conversation on this device.
    pub open: bool,
}

/// How to deliver to a person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// Below it, only the revision is told. It never falls.
    pub floor: Seq,
    pub mute: Mute,
    /// At this revision the person is known to have taken part: what happened
    /// before it says nothing about them.
    pub as_of: Revision,
}

impl Terms {
    pub(super) fn of(participant: &Participant) -> Self {
        let as_of = participant.joined_revision;
        Self { floor: participant.floor(), mute: participant.mute, as_of }
    }

    pub(super) fn seen(member: &MemberView, as_of: Revision) -> Self {
        Self { floor: member.floor, mute: member.mute, as_of }
    }
}

impl FeedState {
    pub(super) fn listens(&self, connection: ConnectionId) -> bool {
        self.listeners.iter().any(|listener| listener.seat.connection == connection)
    }

    /// Lets a seat listen; the terms are taken over when it does already.
    pub(super) fn add(&mut self, seat: &Arc<Seat>, terms: Terms, open: bool) {
        debug_assert!(!self.ended, "nobody delivers to an ended feed");
        let known = self.listeners.iter_mut().find(|it| it.seat.connection == seat.connection);
        if let Some(Listener { terms: known, .. }) = known {
            known.floor = known.floor.max(terms.floor);
            known.as_of = known.as_of.max(terms.as_of);
            known.mute = terms.mute;
            return;
        }
        self.listeners.push(Listener { seat: Arc::clone(seat), terms, open });
    }

    /// A person is known to have taken part at that revision.
    pub(super) fn seen(&mut self, user: &UserId, as_of: Revision) {
        for Listener { seat, terms, .. } in &mut self.listeners {
            if seat.user_id() == user {
                terms.as_of = terms.as_of.max(as_of);
            }
        }
    }

    /// Takes out all seats of a person who left at that revision, except those
    /// that are known to have come after it.
    pub(super) fn remove_person(&mut self, user: &UserId, left: Revision) -> Vec<Listener> {
        self.remove_where(|listener| listener.seat.user_id() == user && listener.terms.as_of < left)
    }

    /// Takes out one seat.
    pub(super) fn remove_seat(&mut self, connection: ConnectionId) {
        self.listeners.retain(|listener| listener.seat.connection != connection);
    }

    /// A person's own settings changed.
    pub(super) fn update_person(&mut self, participant: &Participant) {
        for Listener { seat, terms, .. } in &mut self.listeners {
            if *seat.user_id() == participant.user.id {
                terms.floor = terms.floor.max(participant.floor());
                terms.mute = participant.mute;
            }
        }
    }

    /// Makes the listeners those of the snapshot; gives back who had to go.
    pub(super) fn apply(&mut self, snapshot: &MembersSnapshot) -> Vec<Listener> {
        let members: HashMap<&UserId, &MemberView> =
            snapshot.members.iter().map(|member| (&member.user_id, member)).collect();
        let as_of = snapshot.head.revision;
        let out = self.remove_where(|listener| {
            // Who came in by a newer list than this one stays.
            !members.contains_key(listener.seat.user_id()) && listener.terms.as_of <= as_of
        });
        for Listener { seat, terms, .. } in &mut self.listeners {
            if let Some(member) = members.get(seat.user_id()) {
                terms.floor = terms.floor.max(member.floor);
                terms.mute = member.mute;
                terms.as_of = terms.as_of.max(as_of);
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

    fn remove_where(&mut self, out: impl Fn(&Listener) -> bool) -> Vec<Listener> {
        self.listeners.extract_if(.., |listener| out(listener)).collect()
    }
}
