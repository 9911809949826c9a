//! From an event to the sockets that hear of it.

use std::sync::Arc;

use chinwag_domain::{
    Change, ConversationId, Durable, Event, Message, Participant, ReceiptKind, Revision, Signal,
    UserId,
};

use super::{
    Hub,
    feed::{Feed, FeedState, Listener, Next, UNKNOWN},
    frames,
    seat::Moved,
    steps::Step,
};
use crate::{
    close::CloseCode,
    outbox::{Class, EphemeralKey},
};

impl Hub {
    /// Called by the lane of the event's conversation, one event at a time.
    pub(super) fn dispatch(self: &Arc<Self>, event: &Arc<Event>) {
        match event.as_ref() {
            Event::Durable(durable) => self.durable(durable, event),
            Event::Signal(signal) => self.signal(signal),
        }
    }

    fn durable(self: &Arc<Self>, durable: &Durable, event: &Arc<Event>) {
        self.note_moves(durable);
        let Some(feed) = self.feed_for(durable) else { return };
        feed.state.lock().admit(durable.revision, Arc::clone(event));
        self.pump(&feed);
    }

    /// Tells seats that are still entering what changed while their
    /// memberships are being read.
    fn note_moves(&self, durable: &Durable) {
        let noted = |participant: &Participant, out: bool| {
            for seat in self.seats_of(&participant.user.id) {
                seat.note(|| match out {
                    true => Moved::Out(durable.conversation_id),
                    false => Moved::In(participant.clone()),
                });
            }
        };
        match &durable.change {
            Change::ConversationCreated { participants, .. } => {
                participants.iter().for_each(|participant| noted(participant, false));
            }
            Change::ParticipantJoined(participant) => noted(participant, false),
            Change::ParticipantLeft(participant) => noted(participant, true),
            _ => {}
        }
    }

    /// The feed of the event's conversation. Where there is none, nobody here
    /// hears of it, unless the event lets somebody in.
    fn feed_for(&self, durable: &Durable) -> Option<Arc<Feed>> {
        if let Some(feed) = self.feed(durable.conversation_id) {
            return Some(feed);
        }
        let here = |user: &UserId| self.people.contains_key(user);
        let lets_in = match &durable.change {
            Change::ConversationCreated { participants, .. } => {
                participants.iter().any(|participant| here(&participant.user.id))
            }
            Change::ParticipantJoined(participant) => here(&participant.user.id),
            _ => false,
        };
        lets_in.then(|| {
            let before = durable.revision.previous();
            let feed = Feed::new(durable.conversation_id, Some(before), durable.members_revision);
            Arc::clone(&self.feeds.entry(durable.conversation_id).or_insert(Arc::new(feed)))
        })
    }

    /// Delivers what follows directly; then waits, or lets a step be taken.
    pub(super) fn pump(self: &Arc<Self>, feed: &Arc<Feed>) {
        let mut state = feed.state.lock();
        loop {
            match state.next() {
                Next::Idle => break,
                Next::Wait => {
                    if !state.waiting {
                        state.waiting = true;
                        self.wait_for_predecessor(feed, state.delivered);
                    }
                    break;
                }
                Next::Deliver(event) => {
                    let Event::Durable(durable) = event.as_ref() else { continue };
                    if let Some(step) = self.needs(&state, durable) {
                        state.busy = true;
                        self.take(step, Arc::clone(feed), Arc::clone(&event));
                        break;
                    }
                    self.deliver_now(feed.id, &mut state, durable);
                    state.delivered(durable);
                }
            }
        }
        self.retire(feed, &mut state);
    }

    /// What must be read from the store before this can be delivered.
    fn needs(&self, state: &FeedState, durable: &Durable) -> Option<Step> {
        if state.is_behind(durable) {
            return Some(Step::ReadMembers);
        }
        match &durable.change {
            Change::ConversationCreated { .. } => Some(Step::Begin),
            Change::ParticipantJoined(participant)
                if self.people.contains_key(&participant.user.id) =>
            {
                Some(Step::LetIn)
            }
            _ => None,
        }
    }

    /// Pushes an event to everybody here who may see it.
    pub(super) fn deliver_now(&self, id: ConversationId, state: &mut FeedState, event: &Durable) {
        match &event.change {
            Change::MessageCreated(message) => created(state, event, message, self.now()),
            Change::MessageUpdated(message) | Change::MessageDeleted(message) => {
                changed(state, event, message);
            }
            Change::ParticipantLeft(participant) => {
                let out = state.remove_person(&participant.user.id);
                if let Some(frame) = frames::same_for_all(event) {
                    state.broadcast(&frame);
                }
                self.cut(id, &out, event.at);
            }
            Change::ConversationDeleted => {
                if let Some(frame) = frames::same_for_all(event) {
                    state.broadcast(&frame);
                }
                for listener in std::mem::take(&mut state.listeners) {
                    listener.seat.state.lock().feeds.remove(&id);
                }
            }
            // Those who are let in hear of it by their own step.
            Change::ConversationCreated { .. }
            | Change::ConversationUpdated(_)
            | Change::ParticipantJoined(_)
            | Change::ParticipantUpdated(_) => {
                if let Some(frame) = frames::same_for_all(event) {
                    state.broadcast(&frame);
                }
            }
        }
    }

    /// Tells people that they are out; they hear nothing after it.
    pub(super) fn cut(&self, id: ConversationId, out: &[Listener], at: chinwag_domain::Timestamp) {
        if out.is_empty() {
            return;
        }
        let frame = frames::removed(id, at);
        for listener in out {
            listener.seat.state.lock().feeds.remove(&id);
            listener.seat.push(&frame);
        }
    }

    fn wait_for_predecessor(self: &Arc<Self>, feed: &Arc<Feed>, since: Option<Revision>) {
        let (hub, feed) = (Arc::clone(self), Arc::clone(feed));
        self.runtime.spawn(async move {
            tokio::time::sleep(hub.options.hold_back).await;
            {
                let mut state = feed.state.lock();
                state.waiting = false;
                // When the one that was missed has come meanwhile, another is waited for anew.
                if state.delivered == since && matches!(state.next(), Next::Wait) {
                    state.broadcast(&frames::sync_required(Some(feed.id), hub.now()));
                    state.skip_gap();
                }
            }
            hub.pump(&feed);
        });
    }

    /// A feed without listeners ends, once nothing is on its way to let somebody in.
    fn retire(&self, feed: &Arc<Feed>, state: &mut FeedState) {
        if state.listeners.is_empty() && !state.busy && state.held.is_empty() {
            state.ended = true;
            self.feeds.remove_if(&feed.id, |_, known| Arc::ptr_eq(known, feed));
        }
    }

    /// Takes a seat out of a conversation's listeners.
    pub(super) fn unlisten(&self, feed: &Arc<Feed>, seat: &super::Seat) -> Option<Listener> {
        let mut state = feed.state.lock();
        let listener = state.remove_seat(seat.connection);
        self.retire(feed, &mut state);
        listener
    }

    fn signal(self: &Arc<Self>, signal: &Signal) {
        match signal {
            Signal::SessionRevoked { user_id, session_id } => {
                for seat in self.seats_of(user_id) {
                    if seat.actor.session == Some(*session_id) {
                        seat.close_at_once(CloseCode::SessionRevoked);
                    }
                }
            }
            Signal::MembershipUpdated { participant, at } => {
                self.membership_updated(participant, *at);
            }
            Signal::Receipt { receipt, .. } => {
                self.tell(receipt.conversation_id, signal, None, &Class::Durable);
            }
            Signal::TypingStarted { conversation_id, user, .. }
            | Signal::TypingStopped { conversation_id, user, .. } => {
                let key = EphemeralKey::typing(conversation_id.uuid().as_u128(), user.id.as_str());
                self.tell(*conversation_id, signal, Some(&user.id), &Class::Ephemeral(key));
            }
            Signal::Viewing { conversation_id, user, .. } => {
                self.tell(*conversation_id, signal, Some(&user.id), &Class::Durable);
            }
            Signal::PresenceChanged { .. } => {}
        }
    }

    /// Passes a signal on to everybody in the conversation but one person.
    fn tell(&self, id: ConversationId, signal: &Signal, but: Option<&UserId>, class: &Class) {
        let Some(feed) = self.feed(id) else { return };
        let Some(frame) = frames::signal(signal) else { return };
        let state = feed.state.lock();
        if state.members_revision == UNKNOWN && !is_receipt(signal) {
            // Somebody may have been removed meanwhile; a hint is not worth the question.
            return;
        }
        for listener in &state.listeners {
            if Some(listener.seat.user_id()) != but {
                listener.seat.push_as(&frame, class);
            }
        }
    }

    fn membership_updated(&self, participant: &Participant, at: chinwag_domain::Timestamp) {
        let id = participant.conversation_id;
        if let Some(feed) = self.feed(id) {
            feed.state.lock().update_person(participant);
        }
        let data = chinwag_application::view::MembershipView::new(participant, at);
        let frame = frames::loose("membership.updated", Some(id), data, at);
        for seat in self.seats_of(&participant.user.id) {
            seat.push(&frame);
        }
    }

    pub(super) fn now(&self) -> chinwag_domain::Timestamp {
        self.chat.ports.clock.now()
    }
}

fn is_receipt(signal: &Signal) -> bool {
    matches!(signal, Signal::Receipt { kind: ReceiptKind::Read | ReceiptKind::Delivered, .. })
}

fn created(state: &FeedState, event: &Durable, message: &Message, now: chinwag_domain::Timestamp) {
    let mut frame = frames::Created::new(event, message);
    let mut hidden = None;
    for Listener { seat, floor, mute, open } in &state.listeners {
        if message.seq < *floor {
            seat.push(hidden.get_or_insert_with(|| frames::revision(event)));
        } else {
            let own = *seat.user_id() == message.sender.id;
            seat.push(frame.frame(!own && !open && !mute.is_on(now)));
        }
    }
}

fn changed(state: &FeedState, event: &Durable, message: &Message) {
    let Some(frame) = frames::same_for_all(event) else { return };
    let mut hidden = None;
    for Listener { seat, floor, .. } in &state.listeners {
        if message.seq < *floor {
            seat.push(hidden.get_or_insert_with(|| frames::revision(event)));
        } else {
            seat.push(&frame);
        }
    }
}
