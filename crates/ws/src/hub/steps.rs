//! What must be read from the store in the middle of a feed: its events wait
//! meanwhile, those of other conversations do not.

use std::{collections::HashSet, sync::Arc, time::Duration};

use chinwag_application::{Error, view::ConversationView};
use chinwag_domain::{Change, Conversation, Durable, Event, Participant};

use super::{
    Hub, Seat,
    feed::{Feed, UNKNOWN},
    frames,
};

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Who takes part now, since the list here is older than the event.
    ReadMembers,
    /// Who of those in a new conversation is online, to tell each of it.
    Begin,
    /// The conversation as somebody sees it who has just come.
    LetIn,
}

/// A failed read is tried so often before the people are told to sync.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(300);

impl Hub {
    /// Takes a step beside everything else, then goes on with the feed.
    pub(super) fn take(self: &Arc<Self>, step: Step, feed: Arc<Feed>, event: Arc<Event>) {
        let hub = Arc::clone(self);
        self.runtime.spawn(async move {
            if let Event::Durable(durable) = event.as_ref() {
                hub.step(step, &feed, durable).await;
            }
            feed.state.lock().busy = false;
            hub.pump(&feed);
        });
    }

    async fn step(self: &Arc<Self>, step: Step, feed: &Arc<Feed>, event: &Durable) {
        if step == Step::ReadMembers && !self.read_members(feed, event).await {
            // Who may hear of it is not known: nobody does, and all come and ask.
            let mut state = feed.state.lock();
            state.broadcast(&frames::sync_required(Some(feed.id), self.now()));
            state.delivered = Some(event.revision);
            state.members_revision = UNKNOWN;
            return;
        }
        match &event.change {
            Change::ConversationCreated { conversation, participants } => {
                self.begin(feed, event, conversation, participants).await;
            }
            Change::ParticipantJoined(participant) => self.let_in(feed, event, participant).await,
            _ => {}
        }
        let mut state = feed.state.lock();
        // The people of a new conversation have their own frame, see `begin`.
        if !matches!(
            event.change,
            Change::ConversationCreated { .. } | Change::ParticipantJoined(_)
        ) {
            self.deliver_now(feed.id, &mut state, event);
        }
        state.delivered(event);
    }

    async fn read_members(self: &Arc<Self>, feed: &Arc<Feed>, event: &Durable) -> bool {
        for _ in 0..TRIES {
            match self.chat.deliveries.members(feed.id).await {
                Ok(snapshot) => {
                    let mut state = feed.state.lock();
                    let out = match &snapshot {
                        Some(snapshot) => state.apply(snapshot),
                        None => std::mem::take(&mut state.listeners),
                    };
                    self.cut(feed.id, &out, event.at);
                    let Some(snapshot) = snapshot else { return true };
                    for member in snapshot.members {
                        for seat in self.seats_of(&member.user_id) {
                            if !state.listens(seat.connection) && seat_is_in(&seat) {
                                state.add(&seat, member.floor, member.mute);
                                seat.state.lock().feeds.insert(feed.id);
                                seat.push(&frames::sync_required(Some(feed.id), event.at));
                            }
                        }
                    }
                    return true;
                }
                Err(error) => {
                    tracing::warn!(conversation = %feed.id, %error, "members could not be read");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        false
    }

    /// Tells everybody in a new conversation of it, each as they see it.
    async fn begin(
        self: &Arc<Self>,
        feed: &Arc<Feed>,
        event: &Durable,
        conversation: &Conversation,
        participants: &[Participant],
    ) {
        let people: Vec<_> = participants.iter().map(|one| one.user.id.clone()).collect();
        let online: HashSet<_> = self.chat.ports.presence.online(&people).await;
        let mut state = feed.state.lock();
        for participant in participants {
            let seats = self.seats_of(&participant.user.id);
            let viewer = &participant.user.id;
            let view = (!seats.is_empty())
                .then(|| {
                    ConversationView::beginning(
                        conversation,
                        participants,
                        viewer,
                        &online,
                        event.at,
                    )
                })
                .flatten();
            let Some(view) = view else { continue };
            let frame = frames::durable("conversation.created", event, view);
            for seat in seats {
                seat.push(&frame);
                if seat_is_in(&seat) {
                    state.add(&seat, participant.floor(), participant.mute);
                    seat.state.lock().feeds.insert(feed.id);
                }
            }
        }
    }

    /// Tells those who are in of somebody's coming, and the one who came of
    /// the conversation.
    async fn let_in(
        self: &Arc<Self>,
        feed: &Arc<Feed>,
        event: &Durable,
        participant: &Participant,
    ) {
        let user = &participant.user.id;
        let seats = self.seats_of(user);
        let frame = if seats.is_empty() {
            None
        } else {
            match self.chat.get_conversation.for_user(user, feed.id).await {
                Ok(view) => Some(frames::durable("conversation.created", event, view)),
                // Gone again meanwhile: the event of that is on its way.
                Err(Error::NotFound) => None,
                Err(error) => {
                    tracing::warn!(conversation = %feed.id, %error, "a joiner could not be told");
                    Some(frames::sync_required(Some(feed.id), event.at))
                }
            }
        };
        let mut state = feed.state.lock();
        state.remove_person(user);
        if let Some(joined) = frames::same_for_all(event) {
            state.broadcast(&joined);
        }
        let Some(frame) = frame else { return };
        for seat in seats {
            seat.push(&frame);
            if seat_is_in(&seat) {
                state.add(&seat, participant.floor(), participant.mute);
                seat.state.lock().feeds.insert(feed.id);
            }
        }
    }
}

/// A seat that is still entering is let in by its own way of entering.
fn seat_is_in(seat: &Seat) -> bool {
    seat.state.lock().entering.is_none()
}
