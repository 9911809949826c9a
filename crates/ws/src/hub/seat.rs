//! One socket, as the hub sees it.

use std::{collections::HashSet, sync::Arc};

use chinwag_application::Actor;
use chinwag_domain::{ConnectionId, ConversationId, Participant, UserId};
use parking_lot::Mutex;

use crate::{
    close::CloseCode,
    frame::Frame,
    outbox::{Class, Outbox},
};

/// One socket of a person who is identified.
pub struct Seat {
    /// Names the socket.
    pub connection: ConnectionId,
    /// Who sits here.
    pub actor: Actor,
    outbox: Arc<Outbox>,
    pub(super) state: Mutex<SeatState>,
}

/// What changes while somebody sits.
#[derive(Default)]
pub(super) struct SeatState {
    /// While the memberships are being read: what changed meanwhile.
    pub entering: Option<Vec<Moved>>,
    /// The conversations whose feed this seat is in.
    pub feeds: HashSet<ConversationId>,
    /// The people whose presence is wanted.
    pub watching: HashSet<UserId>,
}

/// A change of the person's own membership.
pub(super) enum Moved {
    In(Participant),
    Out(ConversationId),
}

impl Seat {
    /// A seat for a socket that is entering: its memberships are not known yet.
    pub(super) fn new(connection: ConnectionId, actor: Actor, outbox: Arc<Outbox>) -> Self {
        let state = SeatState { entering: Some(Vec::new()), ..SeatState::default() };
        Self { connection, actor, outbox, state: Mutex::new(state) }
    }

    /// The person.
    pub fn user_id(&self) -> &UserId {
        self.actor.id()
    }

    /// Queues an event that must not be lost: without room, the socket closes.
    pub(super) fn push(&self, frame: &Frame) {
        self.outbox.push(frame.clone(), Class::Durable);
    }

    /// Queues an event by the rules of its class.
    pub(super) fn push_as(&self, frame: &Frame, class: &Class) {
        self.outbox.push(frame.clone(), class.clone());
    }

    /// Closes the socket with nothing more said.
    pub(super) fn close_at_once(&self, code: CloseCode) {
        self.outbox.close_at_once(code);
    }

    /// Says a last thing and closes after it.
    pub(super) fn close_after(&self, frame: &Frame, code: CloseCode) {
        self.outbox.push(frame.clone(), Class::Reply);
        self.outbox.close(code);
    }

    /// Notes a change for a seat that is entering; false when it is in already.
    pub(super) fn note(&self, moved: impl FnOnce() -> Moved) -> bool {
        match &mut self.state.lock().entering {
            Some(noted) => {
                noted.push(moved());
                true
            }
            None => false,
        }
    }
}
