//! Coming in and going out. Position first, then snapshot: the seat stands
//! under its person before the memberships are read, and what changes
//! meanwhile is noted and applied after them, so that nothing falls between.

use std::sync::Arc;

use chinwag_application::{Actor, Error};
use chinwag_domain::{ConnectionId, ConversationId, Mute, Revision, Seq, ports::MembershipHead};

use super::{Hub, Seat, feed::Feed, frames, seat::Moved};
use crate::{close::CloseCode, outbox::Outbox};

/// Why a socket was not let in.
#[derive(Debug)]
pub enum Refused {
    /// The person has too many.
    TooMany,
    /// The server is draining.
    Draining,
    /// The memberships could not be read.
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
        let seat = Arc::new(Seat::new(connection, actor, outbox));
        self.sit(&seat)?;
        if let Err(error) = self.subscribe(&seat).await {
            self.leave_seat(&seat);
            return Err(Refused::Failed(error));
        }
        self.chat.presence.arrive(seat.user_id(), connection).await;
        Ok(seat)
    }

    /// A socket is gone: everything it held ends.
    pub async fn leave(&self, seat: &Arc<Seat>) {
        self.chat.typing.disconnected(seat.connection);
        self.leave_seat(seat);
        self.chat.presence.depart(seat.user_id(), seat.connection).await;
    }

    /// The person looks at a conversation on this device; false when it is
    /// not one of theirs.
    pub fn open(&self, seat: &Seat, id: ConversationId, open: bool) -> bool {
        let Some(feed) = self.feed(id) else { return false };
        let mut state = feed.state.lock();
        let listener = state.listeners.iter_mut().find(|it| it.seat.connection == seat.connection);
        let Some(listener) = listener else { return false };
        listener.open = open;
        true
    }

    /// Whether the person looks at the conversation on any device here.
    pub fn is_open(&self, seat: &Seat, id: ConversationId) -> bool {
        self.feed(id).is_some_and(|feed| {
            let state = feed.state.lock();
            state.listeners.iter().any(|it| it.open && it.seat.user_id() == seat.user_id())
        })
    }

    /// Says good-bye to everybody, the delays spread, and lets nobody in any more.
    pub fn drain(&self) {
        *self.draining.lock() = true;
        self.drained.cancel();
        let seats: Vec<Arc<Seat>> =
            self.people.iter().flat_map(|seats| seats.value().clone()).collect();
        for (at, seat) in seats.iter().enumerate() {
            // Returning sockets cost a few queries each: 500 a second at most.
            let reconnect_after_ms = 500 + 2 * at;
            let data = serde_json::json!({ "reconnect_after_ms": reconnect_after_ms });
            let frame = frames::loose("goodbye", None, data, self.now());
            seat.close_after(&frame, CloseCode::Draining);
        }
    }

    /// Ends when the hub has said good-bye; for sockets that are not in it yet.
    pub async fn drained(&self) {
        self.drained.cancelled().await;
    }

    fn sit(&self, seat: &Arc<Seat>) -> Result<(), Refused> {
        let draining = self.draining.lock();
        if *draining {
            return Err(Refused::Draining);
        }
        let mut seats = self.people.entry(seat.user_id().clone()).or_default();
        if seats.len() >= self.options.sockets_per_user {
            return Err(Refused::TooMany);
        }
        seats.push(Arc::clone(seat));
        Ok(())
    }

    async fn subscribe(self: &Arc<Self>, seat: &Arc<Seat>) -> Result<(), Error> {
        let memberships = self.chat.deliveries.memberships(seat.user_id()).await?;
        let mut headless = Vec::new();
        for MembershipHead { head, member, .. } in memberships {
            let feed = self.listen(
                seat,
                head.conversation_id,
                head.members_revision,
                (member.floor, member.mute),
            );
            if feed.state.lock().delivered.is_none() {
                headless.push(feed);
            }
        }
        self.apply_moves(seat, &mut headless);
        self.find_heads(&headless).await
    }

    /// Puts a seat among the listeners of a conversation; its feed begins with
    /// the first of them, with a head that is not known yet.
    fn listen(
        &self,
        seat: &Arc<Seat>,
        id: ConversationId,
        members_revision: Revision,
        (floor, mute): (Seq, Mute),
    ) -> Arc<Feed> {
        loop {
            let feed = Arc::clone(
                &self
                    .feeds
                    .entry(id)
                    .or_insert_with(|| Arc::new(Feed::new(id, None, members_revision))),
            );
            let mut state = feed.state.lock();
            if state.ended {
                // It ended between the look-up and the lock.
                drop(state);
                self.feeds.remove_if(&id, |_, known| Arc::ptr_eq(known, &feed));
                continue;
            }
            state.add(seat, floor, mute);
            seat.state.lock().feeds.insert(id);
            drop(state);
            return feed;
        }
    }

    /// Applies what changed while the memberships were read, until nothing is
    /// left; from then on the feeds do it.
    fn apply_moves(&self, seat: &Arc<Seat>, headless: &mut Vec<Arc<Feed>>) {
        loop {
            let moves = {
                let mut state = seat.state.lock();
                let moves = state.entering.take().unwrap_or_default();
                if !moves.is_empty() {
                    state.entering = Some(Vec::new());
                }
                moves
            };
            if moves.is_empty() {
                return;
            }
            for moved in moves {
                match moved {
                    Moved::In(person) => {
                        let id = person.conversation_id;
                        let view = (person.floor(), person.mute);
                        let feed = self.listen(seat, id, person.joined_revision, view);
                        if feed.state.lock().delivered.is_none() {
                            headless.push(feed);
                        }
                    }
                    Moved::Out(id) => {
                        seat.state.lock().feeds.remove(&id);
                        if let Some(feed) = self.feed(id) {
                            self.unlisten(&feed, seat);
                        }
                    }
                }
            }
        }
    }

    /// Reads how far feeds are that have just begun, and lets them deliver.
    pub(super) async fn find_heads(self: &Arc<Self>, feeds: &[Arc<Feed>]) -> Result<(), Error> {
        for feeds in feeds.chunks(1_000) {
            let ids: Vec<ConversationId> = feeds.iter().map(|feed| feed.id).collect();
            let heads = self.chat.deliveries.heads(&ids).await?;
            for feed in feeds {
                let head = heads.iter().find(|head| head.conversation_id == feed.id);
                // A deleted one has no head; nothing comes from it any more.
                let head = head.map_or(Revision::ZERO, |head| head.revision);
                feed.state.lock().set_head(head);
                self.pump(feed);
            }
        }
        Ok(())
    }

    fn leave_seat(&self, seat: &Arc<Seat>) {
        let gone = |seats: &mut Vec<Arc<Seat>>| {
            seats.retain(|known| known.connection != seat.connection);
            seats.is_empty()
        };
        self.people.remove_if_mut(seat.user_id(), |_, seats| gone(seats));
        let (feeds, watching) = {
            let mut state = seat.state.lock();
            (std::mem::take(&mut state.feeds), std::mem::take(&mut state.watching))
        };
        for user in watching {
            self.watchers.remove_if_mut(&user, |_, seats| gone(seats));
        }
        for feed in feeds.into_iter().filter_map(|id| self.feed(id)) {
            let listener = self.unlisten(&feed, seat);
            if listener.is_some_and(|listener| listener.open) && !self.is_open(seat, feed.id) {
                self.chat.viewing.close(&seat.actor, feed.id);
            }
        }
    }
}
