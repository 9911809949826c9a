//! One socket, as the hub sees it.

use std::{collections::HashSet, sync::Arc};

use chinwag_application::Actor;
use chinwag_domain::{
    ConnectionId, ConversationId, Participant, SessionId, Timestamp, UserId, ports::Connection,
};
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
    actor: Actor,
    /// Let in.
    pub(super) since: Timestamp,
    outbox: Arc<Outbox>,
    pub(super) state: Mutex<SeatState>,
}

/// What changes while somebody sits. Locked after a feed, never before one.
#[derive(Default)]
pub(super) struct SeatState {
    /// The sign-in of the newest token.
    session: Option<SessionId>,
    /// While the memberships are being read: what changed meanwhile.
    pub entering: Option<Entering>,
    /// The socket is gone: nothing may hold on to it any more.
    gone: bool,
    /// The conversations whose feed this seat is in.
    feeds: HashSet<ConversationId>,
    /// The conversations that the person looks at on this device.
    open: HashSet<ConversationId>,
    /// The people whose presence is wanted.
    pub watching: HashSet<UserId>,
    /// While the state of people is being asked for: their flips, which go out
    /// after the answer.
    flips: Option<Vec<(Frame, Class)>>,
}

/// What changed while the memberships were being read.
#[derive(Default)]
pub(super) struct Entering {
    /// The person came into a conversation, or events were lost: once more.
    pub again: bool,
    /// The person's own settings are others.
    pub settings: Vec<Participant>,
}

/// What a seat held that is gone.
pub(super) struct Held {
    pub feeds: HashSet<ConversationId>,
    pub open: HashSet<ConversationId>,
    pub watching: HashSet<UserId>,
}

impl Seat {
    /// A seat for a socket that is entering: its memberships are not known yet.
    pub(super) fn new(
        connection: ConnectionId,
        actor: Actor,
        since: Timestamp,
        outbox: Arc<Outbox>,
    ) -> Self {
        let state = SeatState {
            session: actor.session,
            entering: Some(Entering::default()),
            ..SeatState::default()
        };
        Self { connection, actor, since, outbox, state: Mutex::new(state) }
    }

    /// The person.
    pub fn user_id(&self) -> &UserId {
        self.actor.id()
    }

    /// The person, with the sign-in of the newest token.
    pub(super) fn actor(&self) -> Actor {
        Actor { session: self.state.lock().session, ..self.actor.clone() }
    }

    /// The token was renewed, maybe by another sign-in of the same person.
    pub fn renew(&self, session: Option<SessionId>) {
        self.state.lock().session = session;
    }

    pub(super) fn session(&self) -> Option<SessionId> {
        self.state.lock().session
    }

    /// Queues an event that must not be lost: without room, the socket closes.
    pub(super) fn push(&self, frame: &Frame) {
        self.outbox.push(frame.clone(), Class::Durable);
    }

    /// Queues an event by the rules of its class.
    pub(super) fn push_as(&self, frame: &Frame, class: &Class) {
        self.outbox.push(frame.clone(), class.clone());
    }

    /// Bytes that wait for it.
    pub(super) fn outbox_bytes(&self) -> usize {
        self.outbox.bytes()
    }

    /// The socket, as operators see it.
    pub(super) fn described(&self) -> Connection {
        let (waiting, heard) = (self.outbox.bytes(), self.state.lock().feeds.len());
        Connection {
            id: self.connection,
            user: self.actor.user.clone(),
            address: self.actor.address,
            since: self.since,
            conversations: heard as u64,
            waiting_bytes: waiting as u64,
        }
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

    /// Notes a change for a seat that is entering.
    pub(super) fn note(&self, change: impl FnOnce(&mut Entering)) {
        if let Some(entering) = &mut self.state.lock().entering {
            change(entering);
        }
    }

    /// Holds a place in a feed, under the lock of that feed. Answers whether
    /// the person looks at the conversation; `None` when there is no place for
    /// the seat: it is gone, or it is entering and finds its own way in.
    pub(super) fn join(&self, id: ConversationId) -> Option<bool> {
        let mut state = self.state.lock();
        if state.entering.is_some() { None } else { state.join(id) }
    }

    /// The same for a seat's own way in.
    pub(super) fn join_entering(&self, id: ConversationId) -> Option<bool> {
        self.state.lock().join(id)
    }

    /// Is in a conversation's feed no longer.
    pub(super) fn quit(&self, id: ConversationId) {
        let mut state = self.state.lock();
        state.feeds.remove(&id);
        state.open.remove(&id);
    }

    /// Whether it hears of a conversation.
    pub(crate) fn hears_of(&self, id: ConversationId) -> bool {
        self.state.lock().feeds.contains(&id)
    }

    /// Notes that the person looks at a conversation, or no longer; answers
    /// whether they did.
    pub(super) fn set_open(&self, id: ConversationId, open: bool) -> bool {
        let mut state = self.state.lock();
        if open { !state.open.insert(id) } else { state.open.remove(&id) }
    }

    pub(super) fn is_open(&self, id: ConversationId) -> bool {
        self.state.lock().open.contains(&id)
    }

    /// Gives up everything, for good.
    pub(super) fn leave(&self) -> Held {
        let mut state = self.state.lock();
        state.gone = true;
        Held {
            feeds: std::mem::take(&mut state.feeds),
            open: std::mem::take(&mut state.open),
            watching: std::mem::take(&mut state.watching),
        }
    }

    /// From now on flips of presence wait for [`Seat::presence_told`].
    pub(crate) fn asks_presence(&self) {
        self.state.lock().flips.get_or_insert_default();
    }

    /// The answer is out: what flipped meanwhile follows it.
    pub(crate) fn presence_told(&self) {
        let mut state = self.state.lock();
        for (frame, class) in state.flips.take().unwrap_or_default() {
            self.push_as(&frame, &class);
        }
    }

    /// Somebody's presence flipped.
    pub(super) fn push_flip(&self, frame: &Frame, class: &Class) {
        let mut state = self.state.lock();
        match &mut state.flips {
            Some(flips) => flips.push((frame.clone(), class.clone())),
            // Under the lock, so that nothing overtakes what waited.
            None => self.push_as(frame, class),
        }
    }
}

impl SeatState {
    fn join(&mut self, id: ConversationId) -> Option<bool> {
        if self.gone {
            return None;
        }
        self.feeds.insert(id);
        Some(self.open.contains(&id))
    }
}
