//! What people look at, per device.

use chinwag_domain::{ConversationId, UserId};

use super::{Hub, Seat};

impl Hub {
    /// The person looks at a conversation on this device, which must be one of theirs.
    pub fn open(&self, seat: &Seat, id: ConversationId) {
        seat.set_open(id, true);
        self.mark_open(seat, id, true);
    }

    /// The person looks at it no longer; whether they did.
    pub fn close(&self, seat: &Seat, id: ConversationId) -> bool {
        let was_open = seat.set_open(id, false);
        self.mark_open(seat, id, false);
        was_open
    }

    /// Whether the person looks at the conversation on any device here.
    pub fn is_open(&self, user: &UserId, id: ConversationId) -> bool {
        self.seats_of(user).iter().any(|seat| seat.is_open(id))
    }

    /// After the seat has noted it: who begins to listen now looks there.
    fn mark_open(&self, seat: &Seat, id: ConversationId, open: bool) {
        let Some(feed) = self.feed(id) else { return };
        let mut state = feed.state.lock();
        let own = state.listeners.iter_mut().find(|it| it.seat.connection == seat.connection);
        if let Some(listener) = own {
            listener.open = open;
        }
    }
}
