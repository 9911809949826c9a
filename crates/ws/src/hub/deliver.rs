//! From a durable event to the sockets that hear of it.

use std::sync::Arc;

use chinwag_domain::{Change, ConversationId, Durable, Event, Message, Participant, Timestamp};

use super::{
    Hub, Seat,
    feed::{Feed, FeedState, Next},
    frames,
    listener::{Listener, Terms},
};
use crate::meters::METERS;

impl Hub {
    /// Called by the lane of the event's conversation, one event at a time.
    pub(super) fn dispatch(self: &Arc<Self>, event: &Arc<Event>) {
        match event.as_ref() {
            Event::Durable(durable) => self.durable(durable, event),
            Event::Signal(signal) => self.signal(signal),
        }
    }

    fn durable(self: &Arc<Self>, durable: &Durable, event: &Arc<Event>) {
        self.note_comers(durable);
        while let Some(feed) = self.feed_for(durable) {
            let mut state = feed.state.lock();
            // It may have ended between the look-up and the lock.
            if state.ended {
                continue;
            }
            if state.has_delivered(durable.revision) {
                self.late(&mut state, durable, event);
            } else {
                state.admit(durable.revision, Arc::clone(event));
            }
            self.advance(&feed, &mut state);
            return;
        }
    }

    /// What was delivered before, or lies before the head with which the feed
    /// began, is over; but who comes or goes by it may not have been here yet.
    fn late(&self, state: &mut FeedState, durable: &Durable, event: &Arc<Event>) {
        if let Change::ParticipantLeft(participant) = &durable.change {
            let out = state.remove_person(&participant.user.id, durable.revision);
            cut(durable.conversation_id, &out, durable.at);
        }
        for participant in comers(durable) {
            // An earlier leaving that comes even later does not put them out.
            state.seen(&participant.user.id, durable.revision);
        }
        let mut seats = comers(durable).iter().flat_map(|one| self.seats_of(&one.user.id));
        if seats.any(|seat| !state.listens(seat.connection)) {
            state.late.push(Arc::clone(event));
        }
    }

    /// Tells seats that are still entering of what may not be among the
    /// memberships that are being read. Who leaves needs no such care: a list
    /// that is older than that is not trusted.
    fn note_comers(&self, durable: &Durable) {
        for participant in comers(durable) {
            for seat in self.seats_of(&participant.user.id) {
                seat.note(|entering| entering.again = true);
            }
        }
    }

    /// The feed of the event's conversation. Where there is none, nobody here
    /// hears of it, unless the event lets somebody in.
    fn feed_for(&self, durable: &Durable) -> Option<Arc<Feed>> {
        if let Some(feed) = self.feed(durable.conversation_id) {
            return Some(feed);
        }
        self.lets_in(durable).then(|| {
            let before = durable.revision.previous();
            let feed = Feed::new(durable.conversation_id, Some(before), durable.members_revision);
            Arc::clone(&self.feeds.entry(durable.conversation_id).or_insert(Arc::new(feed)))
        })
    }

    /// Whether the event brings somebody in who is here.
    fn lets_in(&self, durable: &Durable) -> bool {
        comers(durable).iter().any(|participant| self.people.contains_key(&participant.user.id))
    }

    /// Delivers what follows directly; then waits, or lets a step be taken.
    pub(super) fn advance(self: &Arc<Self>, feed: &Arc<Feed>, state: &mut FeedState) {
        loop {
            match state.next() {
                Next::Idle => break,
                Next::LetIn(event) => {
                    state.busy = true;
                    self.take_late_step(feed, event);
                    break;
                }
                Next::Wait => {
                    state.note_gap(self.options.hold_back);
                    if !state.watched {
                        state.watched = true;
                        self.runtime.spawn(Arc::clone(self).watch_gap(Arc::clone(feed)));
                    }
                    break;
                }
                Next::Deliver(event) => {
                    let Event::Durable(durable) = event.as_ref() else { continue };
                    if state.must_read(durable) || self.lets_in(durable) {
                        state.busy = true;
                        self.take_step(feed, Arc::clone(&event));
                        break;
                    }
                    self.deliver_now(feed.id, state, durable);
                    state.delivered(durable);
                }
            }
        }
        if !state.receipts.is_empty() {
            self.refresh_soon(feed, state);
        }
        self.retire(feed, state);
    }

    /// Pushes an event to everybody here who may see it.
    pub(super) fn deliver_now(&self, id: ConversationId, state: &mut FeedState, event: &Durable) {
        METERS.fan_out.record(f64::from(u32::try_from(state.listeners.len()).unwrap_or(u32::MAX)));
        match &event.change {
            Change::MessageCreated(message) => created(state, event, message, self.now()),
            Change::MessageUpdated(message) | Change::MessageDeleted(message) => {
                changed(state, event, message);
            }
            Change::ParticipantLeft(participant) => {
                let out = state.remove_person(&participant.user.id, event.revision);
                tell_all(state, event);
                cut(id, &out, event.at);
            }
            Change::ConversationDeleted => {
                tell_all(state, event);
                for listener in std::mem::take(&mut state.listeners) {
                    listener.seat.quit(id);
                }
            }
            // Those who are let in hear of it by their own step.
            Change::ConversationCreated { .. }
            | Change::ConversationUpdated(_)
            | Change::ParticipantJoined(_)
            | Change::ParticipantUpdated(_) => tell_all(state, event),
        }
    }

    /// Gives up a gap that does not close in time.
    async fn watch_gap(self: Arc<Self>, feed: Arc<Feed>) {
        loop {
            let until = {
                let mut state = feed.state.lock();
                let until = state.gap_until();
                if until.is_none_or(|until| until <= tokio::time::Instant::now()) {
                    state.watched = false;
                    if until.is_some() {
                        METERS.sync_required("gap", state.listeners.len());
                        state.broadcast(&frames::sync_required(Some(feed.id), self.now()));
                        state.skip_gap();
                    }
                    self.advance(&feed, &mut state);
                    return;
                }
                until
            };
            if let Some(until) = until {
                tokio::time::sleep_until(until).await;
            }
        }
    }

    /// A feed without listeners ends, once nothing is on its way to let somebody in.
    fn retire(&self, feed: &Arc<Feed>, state: &mut FeedState) {
        if state.listeners.is_empty() && !state.busy && state.is_empty() {
            state.ended = true;
            self.feeds.remove_if(&feed.id, |_, known| Arc::ptr_eq(known, feed));
        }
    }

    /// Takes a seat out of a conversation's listeners.
    pub(super) fn unlisten(self: &Arc<Self>, id: ConversationId, seat: &Seat) {
        let Some(feed) = self.feed(id) else { return };
        let mut state = feed.state.lock();
        state.remove_seat(seat.connection);
        self.unless_heard(&feed, &mut state);
    }

    /// Ends a feed that nobody listens to.
    pub(super) fn unless_heard(self: &Arc<Self>, feed: &Arc<Feed>, state: &mut FeedState) {
        if state.listeners.is_empty() {
            state.begin_at_held();
            self.advance(feed, state);
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.chat.ports.clock.now()
    }
}

/// Tells people that they are out; they hear nothing after it.
pub(super) fn cut(id: ConversationId, out: &[Listener], at: Timestamp) {
    if out.is_empty() {
        return;
    }
    let frame = frames::removed(id, at);
    for Listener { seat, .. } in out {
        seat.quit(id);
        seat.push(&frame);
    }
}

/// Lets a seat listen that is in; it stays out when it is gone meanwhile.
pub(super) fn let_listen(
    id: ConversationId,
    state: &mut FeedState,
    seat: &Arc<Seat>,
    terms: Terms,
) -> bool {
    let place = seat.join(id);
    if let Some(open) = place {
        state.add(seat, terms, open);
    }
    place.is_some()
}

/// Who comes in by an event.
pub(super) fn comers(event: &Durable) -> &[Participant] {
    match &event.change {
        Change::ConversationCreated { participants, .. } => participants,
        Change::ParticipantJoined(participant) => std::slice::from_ref(participant),
        _ => &[],
    }
}

fn tell_all(state: &FeedState, event: &Durable) {
    if let Some(frame) = frames::same_for_all(event) {
        state.broadcast(&frame);
    }
}

fn created(state: &FeedState, event: &Durable, message: &Message, now: Timestamp) {
    let mut frame = frames::Created::new(event, message);
    let mut hidden = None;
    for Listener { seat, terms, open } in &state.listeners {
        if message.seq < terms.floor {
            seat.push(hidden.get_or_insert_with(|| frames::revision(event)));
        } else {
            let own = *seat.user_id() == message.sender.id;
            seat.push(frame.frame(!own && !open && !terms.mute.is_on(now)));
        }
    }
}

fn changed(state: &FeedState, event: &Durable, message: &Message) {
    let Some(frame) = frames::same_for_all(event) else { return };
    let mut hidden = None;
    for Listener { seat, terms, .. } in &state.listeners {
        if message.seq < terms.floor {
            seat.push(hidden.get_or_insert_with(|| frames::revision(event)));
        } else {
            seat.push(&frame);
        }
    }
}
