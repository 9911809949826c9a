//! What must be read from the store in the middle of a feed: its events wait
//! meanwhile, those of other conversations do not.

use std::{collections::HashSet, sync::Arc, time::Duration};

use chinwag_application::{Error, view::ConversationView};
use chinwag_domain::{
    Change, Conversation, Durable, Event, Participant, UserId, ports::MembersSnapshot,
};

use super::{
    Hub,
    deliver::{comers, cut, let_listen},
    feed::{Doubt, Feed, FeedState},
    frames,
    listener::{Listener, Terms},
};
use crate::{frame::Frame, kinds::EventKind};

/// A failed read is tried so often before the people are told to sync.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(300);

/// What had to be found out before an event can be told.
enum Told {
    Nothing,
    /// Who of those in a new conversation is online.
    Beginning(HashSet<UserId>),
    /// What the one who comes is told, if anything.
    Joining(Option<Frame>),
}

impl Hub {
    /// Delivers an event beside everything else, then goes on with the feed,
    /// which is busy from now on.
    pub(super) fn take_step(self: &Arc<Self>, feed: &Arc<Feed>, event: Arc<Event>) {
        let (hub, feed) = (Arc::clone(self), Arc::clone(feed));
        self.runtime.spawn(async move {
            if let Event::Durable(durable) = event.as_ref() {
                hub.step(&feed, durable).await;
            }
            hub.go_on(&feed);
        });
    }

    /// Lets in who came by an event that is over for everybody else.
    pub(super) fn take_late_step(self: &Arc<Self>, feed: &Arc<Feed>, event: Arc<Event>) {
        let (hub, feed) = (Arc::clone(self), Arc::clone(feed));
        self.runtime.spawn(async move {
            if let Event::Durable(durable) = event.as_ref() {
                for participant in comers(durable) {
                    hub.let_in_late(&feed, durable, participant).await;
                }
            }
            hub.go_on(&feed);
        });
    }

    /// Has the list of people read, if it is in doubt and nobody reads it yet.
    pub(super) fn refresh_soon(self: &Arc<Self>, feed: &Arc<Feed>, state: &mut FeedState) {
        if begin_refresh(state) {
            let (hub, feed) = (Arc::clone(self), Arc::clone(feed));
            self.runtime.spawn(async move { hub.refresh_now(&feed).await });
        }
    }

    /// The same, done when it returns.
    pub(super) async fn refresh(self: &Arc<Self>, feed: &Arc<Feed>) {
        if begin_refresh(&mut feed.state.lock()) {
            self.refresh_now(feed).await;
        }
    }

    async fn refresh_now(self: &Arc<Self>, feed: &Arc<Feed>) {
        if !self.read_members(feed, None).await {
            let mut state = feed.state.lock();
            if !state.receipts.is_empty() {
                state.receipts.clear();
                state.broadcast(&frames::sync_required(Some(feed.id), self.now()));
            }
        }
        self.go_on(feed);
    }

    fn go_on(self: &Arc<Self>, feed: &Arc<Feed>) {
        let mut state = feed.state.lock();
        state.busy = false;
        self.advance(feed, &mut state);
    }

    async fn step(self: &Arc<Self>, feed: &Arc<Feed>, event: &Durable) {
        let told = self.prepare(feed, event).await;
        // Asked under the lock under which it is delivered: somebody may have
        // come in by an old list, or events may have been lost, meanwhile.
        while !self.tell(feed, event, &told) {
            if !self.read_members(feed, Some(event)).await {
                // Who may hear of it is not known: nobody does, and all come and ask.
                let mut state = feed.state.lock();
                state.broadcast(&frames::sync_required(Some(feed.id), self.now()));
                state.receipts.clear();
                state.delivered = Some(event.revision);
                return;
            }
        }
    }

    async fn prepare(&self, feed: &Feed, event: &Durable) -> Told {
        match &event.change {
            Change::ConversationCreated { participants, .. } => {
                let people: Vec<_> = participants.iter().map(|one| one.user.id.clone()).collect();
                Told::Beginning(self.chat.ports.presence.online(&people).await)
            }
            Change::ParticipantJoined(participant) => {
                Told::Joining(self.welcoming(feed, event, &participant.user.id).await)
            }
            _ => Told::Nothing,
        }
    }

    /// Delivers, unless who takes part must be read before.
    fn tell(&self, feed: &Feed, event: &Durable, told: &Told) -> bool {
        let mut state = feed.state.lock();
        if state.must_read(event) {
            return false;
        }
        match (&event.change, told) {
            (
                Change::ConversationCreated { conversation, participants },
                Told::Beginning(online),
            ) => {
                self.begin(&mut state, event, (conversation, participants), online);
            }
            (Change::ParticipantJoined(participant), Told::Joining(frame)) => {
                self.let_in(&mut state, event, participant, frame.as_ref());
            }
            _ => self.deliver_now(feed.id, &mut state, event),
        }
        state.delivered(event);
        true
    }

    /// Reads who takes part, before an event is told if there is one; false when
    /// that failed, and then it stays in doubt.
    async fn read_members(self: &Arc<Self>, feed: &Arc<Feed>, event: Option<&Durable>) -> bool {
        for attempt in 0..TRIES {
            if attempt > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            // What is lost from now on is another doubt.
            feed.state.lock().doubt = Doubt::Reading;
            match self.chat.deliveries.members(feed.id).await {
                Ok(snapshot) => {
                    self.take_over(feed, snapshot.as_ref(), event);
                    return true;
                }
                Err(error) => {
                    tracing::warn!(conversation = %feed.id, %error, "members could not be read");
                    feed.state.lock().doubt = Doubt::Lost;
                }
            }
        }
        false
    }

    fn take_over(&self, feed: &Feed, snapshot: Option<&MembersSnapshot>, event: Option<&Durable>) {
        let at = event.map_or_else(|| self.now(), |event| event.at);
        let coming = event.map(comers).unwrap_or_default();
        let mut state = feed.state.lock();
        let out = match snapshot {
            Some(snapshot) => state.apply(snapshot),
            None => std::mem::take(&mut state.listeners),
        };
        cut(feed.id, &out, at);
        if state.doubt == Doubt::Reading {
            state.doubt = Doubt::No;
        }
        // Those whose joining was lost.
        for member in snapshot.iter().flat_map(|snapshot| &snapshot.members) {
            if coming.iter().any(|one| one.user.id == member.user_id) {
                continue;
            }
            for seat in self.seats_of(&member.user_id) {
                let as_of = snapshot.map_or_else(Default::default, |it| it.head.revision);
                if !state.listens(seat.connection)
                    && let_listen(feed.id, &mut state, &seat, Terms::seen(member, as_of))
                {
                    seat.push(&frames::sync_required(Some(feed.id), at));
                }
            }
        }
        if state.doubt == Doubt::No {
            for receipt in std::mem::take(&mut state.receipts) {
                state.broadcast(&receipt);
            }
        }
    }

    /// Tells everybody in a new conversation of it, each as they see it.
    fn begin(
        &self,
        state: &mut FeedState,
        event: &Durable,
        (conversation, participants): (&Conversation, &[Participant]),
        online: &HashSet<UserId>,
    ) {
        for participant in participants {
            let viewer = &participant.user.id;
            if !self.people.contains_key(viewer) {
                continue;
            }
            let view =
                ConversationView::beginning(conversation, participants, viewer, online, event.at);
            let Some(view) = view else { continue };
            let frame = frames::durable(EventKind::ConversationCreated, event, view);
            self.welcome(state, participant, &frame);
        }
    }

    /// Tells those who are in of somebody's coming, and the one who came of
    /// the conversation.
    fn let_in(
        &self,
        state: &mut FeedState,
        event: &Durable,
        participant: &Participant,
        frame: Option<&Frame>,
    ) {
        let user = &participant.user.id;
        if let Some(joined) = frames::same_for_all(event) {
            // Who comes has a frame of their own, if they are not gone again.
            let heard = |it: &&Listener| frame.is_none() || it.seat.user_id() != user;
            state.listeners.iter().filter(heard).for_each(|it| it.seat.push(&joined));
        }
        if let Some(frame) = frame {
            self.welcome(state, participant, frame);
        }
    }

    /// What happened between the joining and the head of the feed does not come
    /// any more: who comes in has to ask for it.
    async fn let_in_late(&self, feed: &Feed, event: &Durable, participant: &Participant) {
        let Some(frame) = self.welcoming(feed, event, &participant.user.id).await else { return };
        let mut state = feed.state.lock();
        for seat in self.seats_of(&participant.user.id) {
            if !state.listens(seat.connection)
                && let_listen(feed.id, &mut state, &seat, Terms::of(participant))
            {
                seat.push(&frame);
                seat.push(&frames::sync_required(Some(feed.id), event.at));
            }
        }
    }

    /// What a person is told who comes in; `None` for one who is not here, or
    /// gone again meanwhile: then the event of that is on its way.
    async fn welcoming(&self, feed: &Feed, event: &Durable, user: &UserId) -> Option<Frame> {
        if !self.people.contains_key(user) {
            return None;
        }
        match self.chat.get_conversation.for_user(user, feed.id).await {
            Ok(view) => Some(frames::durable(EventKind::ConversationCreated, event, view)),
            Err(Error::NotFound) => None,
            Err(error) => {
                tracing::warn!(conversation = %feed.id, %error, "a joiner could not be told");
                Some(frames::sync_required(Some(feed.id), event.at))
            }
        }
    }

    /// Lets all sockets of a person listen, and tells them of the conversation;
    /// but not one that is coming in just now and has not read of it yet.
    fn welcome(&self, state: &mut FeedState, participant: &Participant, frame: &Frame) {
        // Asked now, under the lock: who comes later finds the way in alone.
        for seat in self.seats_of(&participant.user.id) {
            let listens =
                let_listen(participant.conversation_id, state, &seat, Terms::of(participant));
            if listens || state.listens(seat.connection) {
                seat.push(frame);
            }
        }
    }
}

fn begin_refresh(state: &mut FeedState) -> bool {
    let due = state.doubt == Doubt::Lost && !state.busy && state.delivered.is_some();
    let due = due && !state.ended;
    state.busy |= due;
    due
}
