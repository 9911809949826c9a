//! Coming in and going out. Position first, then snapshot: the seat stands
//! under its person before the memberships are read, and what changes
//! meanwhile is noted and applied after them, so that nothing falls between.

use std::sync::Arc;

use chinwag_application::{Actor, Error};
use chinwag_domain::{
    ConnectionId, Revision,
    ports::{Head, MembershipHead},
};

use super::{Hub, Seat, feed::Feed, frames, listener::Terms, seat::Entering};
use crate::{close::CloseCode, data::Goodbye, kinds::EventKind, outbox::Outbox};

/// Why a socket was not let in.
#[derive(Debug)]
pub enum Refused {
    /// The person has too many.
    TooMany,
    /// The server is draining.
    Draining,
    /// The memberships could not be read, or the sign-in does not hold any more.
    Failed(Error),
}

impl Hub {
    /// Lets a socket in: afterwards it listens to all of its person's
    /// conversations, and events wait in its outbox until it is released.
    ///
    /// # Errors
    /// See [`Refused`]; then the socket is in nothing.
    pub async fn enter(
        self: &Arc<Self>,
        actor: Actor,
        connection: ConnectionId,
        outbox: Arc<Outbox>,
    ) -> Result<Arc<Seat>, Refused> {
        let seat = Arc::new(Seat::new(connection, actor, self.now(), outbox));
        self.sit(&seat)?;
        if let Err(error) = self.settle(&seat, false).await {
            self.leave_seat(&seat).await;
            return Err(Refused::Failed(error));
        }
        self.chat.presence.arrive(seat.user_id(), connection).await;
        Ok(seat)
    }

    /// A socket is gone: everything it held ends.
    pub async fn leave(self: &Arc<Self>, seat: &Arc<Seat>) {
        self.chat.typing.disconnected(seat.connection);
        self.leave_seat(seat).await;
        self.chat.presence.depart(seat.user_id(), seat.connection).await;
    }

    fn sit(&self, seat: &Arc<Seat>) -> Result<(), Refused> {
        let draining = self.draining.lock();
        if *draining {
            return Err(Refused::Draining);
        }
        let mut seats = self.people.entry(seat.user_id().clone()).or_default();
        // At least one, also so that nobody is entered here without a seat.
        if seats.len() >= self.options.sockets_per_user.max(1) {
            return Err(Refused::TooMany);
        }
        seats.push(Arc::clone(seat));
        Ok(())
    }

    /// Reads what the seat stands on. One that was `live` before is told
    /// where it had not been listening.
    pub(super) async fn settle(
        self: &Arc<Self>,
        seat: &Arc<Seat>,
        live: bool,
    ) -> Result<(), Error> {
        self.subscribe(seat, live).await?;
        // A sign-in that ended before the seat stood would never be heard of.
        self.chat.authenticate.still_holds(&seat.actor()).await
    }

    /// Listens to everything the person takes part in, as of a moment at
    /// which the seat was entering already.
    async fn subscribe(self: &Arc<Self>, seat: &Arc<Seat>, mut live: bool) -> Result<(), Error> {
        loop {
            let memberships = self.chat.deliveries.memberships(seat.user_id()).await?;
            let headless: Vec<Arc<Feed>> =
                memberships.iter().filter_map(|one| self.listen(seat, one, live)).collect();
            let again = self.apply_noted(seat);
            self.find_heads(&headless).await?;
            if !again {
                return Ok(());
            }
            // What it was let into meanwhile, it may have been in before.
            live = true;
        }
    }

    /// Puts a seat among the listeners of a conversation, whose feed begins
    /// with the first of them; given back when its head is not known yet.
    fn listen(
        self: &Arc<Self>,
        seat: &Arc<Seat>,
        membership: &MembershipHead,
        live: bool,
    ) -> Option<Arc<Feed>> {
        let Head { conversation_id: id, revision, members_revision } = membership.head;
        loop {
            let feed = Arc::clone(
                &self
                    .feeds
                    .entry(id)
                    .or_insert_with(|| Arc::new(Feed::new(id, None, members_revision))),
            );
            let mut state = feed.state.lock();
            // It may have ended between the look-up and the lock.
            if state.ended {
                continue;
            }
            let Some(open) = seat.join_entering(id) else {
                self.unless_heard(&feed, &mut state);
                return None;
            };
            if live && !state.listens(seat.connection) {
                seat.push(&frames::sync_required(Some(id), self.now()));
            }
            state.add(seat, Terms::seen(&membership.member, revision), open);
            state.meet(members_revision);
            self.refresh_soon(&feed, &mut state);
            let headless = state.delivered.is_none();
            drop(state);
            return headless.then_some(feed);
        }
    }

    /// Applies what changed while the memberships were read, until nothing is
    /// left; from then on the feeds do it. True when they must be read again.
    pub(super) fn apply_noted(&self, seat: &Seat) -> bool {
        loop {
            let noted = {
                let mut state = seat.state.lock();
                let Some(noted) = state.entering.take() else { return false };
                if noted.again || !noted.settings.is_empty() {
                    state.entering = Some(Entering::default());
                }
                noted
            };
            for participant in &noted.settings {
                if let Some(feed) = self.feed(participant.conversation_id) {
                    feed.state.lock().update_person(participant);
                }
            }
            if noted.again || noted.settings.is_empty() {
                return noted.again;
            }
        }
    }

    /// Reads how far feeds are that have just begun, and lets them deliver.
    async fn find_heads(self: &Arc<Self>, feeds: &[Arc<Feed>]) -> Result<(), Error> {
        for feeds in feeds.chunks(super::repair::CHUNK) {
            let heads = self.heads(feeds).await?;
            for feed in feeds {
                let mut state = feed.state.lock();
                // A deleted one has no head; what still comes from it is told as lost.
                let (revision, members_revision) = (Revision::ZERO, Revision::ZERO);
                let none = Head { conversation_id: feed.id, revision, members_revision };
                state.begin_at(heads.get(&feed.id).copied().unwrap_or(none));
                self.refresh_soon(feed, &mut state);
                self.advance(feed, &mut state);
            }
        }
        Ok(())
    }

    async fn leave_seat(self: &Arc<Self>, seat: &Arc<Seat>) {
        let gone = |seats: &mut Vec<Arc<Seat>>| {
            seats.retain(|known| known.connection != seat.connection);
            seats.is_empty()
        };
        self.people.remove_if_mut(seat.user_id(), |_, seats| gone(seats));
        let held = seat.leave();
        for user in held.watching {
            self.watchers.remove_if_mut(&user, |_, seats| gone(seats));
        }
        for id in held.feeds {
            self.unlisten(id, seat);
        }
        for id in held.open {
            if !self.is_open(seat.user_id(), id) {
                self.chat.viewing.close(&seat.actor(), id).await;
            }
        }
    }

    /// Says good-bye to everybody, the delays spread, and lets nobody in any more.
    pub fn drain(&self) {
        *self.draining.lock() = true;
        self.drained.cancel();
        for (at, seat) in self.everybody().iter().enumerate() {
            // Returning sockets cost a few queries each: 500 a second at most.
            let reconnect_after_ms = 500 + 2 * at;
            let data = Goodbye { reconnect_after_ms };
            let frame = frames::loose(EventKind::Goodbye, None, data, self.now());
            seat.close_after(&frame, CloseCode::Draining);
        }
    }

    /// Ends when the hub has said good-bye; for sockets that are not in it yet.
    pub async fn drained(&self) {
        self.drained.cancelled().await;
    }

    pub(super) fn everybody(&self) -> Vec<Arc<Seat>> {
        self.people.iter().flat_map(|seats| seats.value().clone()).collect()
    }
}
