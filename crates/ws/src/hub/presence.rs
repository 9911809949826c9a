//! Presence goes to those who asked and may see it, newest state alone.

use std::{collections::HashMap, sync::Arc};

use chinwag_domain::{Event, Presence, Signal, Timestamp, UserId, limits};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{Hub, Seat, frames};
use crate::outbox::{Class, EphemeralKey};

/// Passes flips on. What piles up while the last ones were being passed on is
/// conflated per person.
pub(super) async fn run(hub: Arc<Hub>, mut flips: UnboundedReceiver<Arc<Event>>) {
    let mut batch = Vec::new();
    while flips.recv_many(&mut batch, 1_024).await > 0 {
        let mut newest: HashMap<UserId, (Presence, Timestamp)> = HashMap::new();
        for event in batch.drain(..) {
            if let Event::Signal(Signal::PresenceChanged { presence, at }) = event.as_ref() {
                newest.insert(presence.user_id.clone(), (presence.clone(), *at));
            }
        }
        for (presence, at) in newest.into_values() {
            hub.presence_changed(&presence, at).await;
        }
    }
}

impl Hub {
    /// From now on, the seat hears of these people; false when it would be too many.
    pub fn watch(&self, seat: &Arc<Seat>, people: &[UserId]) -> bool {
        let mut state = seat.state.lock();
        let new = people.iter().filter(|user| !state.watching.contains(*user)).count();
        if state.watching.len() + new > limits::PEOPLE {
            return false;
        }
        for user in people {
            if state.watching.insert(user.clone()) {
                self.watchers.entry(user.clone()).or_default().push(Arc::clone(seat));
            }
        }
        true
    }

    /// The seat hears of these people no longer.
    pub fn unwatch(&self, seat: &Arc<Seat>, people: &[UserId]) {
        let mut state = seat.state.lock();
        for user in people {
            if state.watching.remove(user) {
                self.watchers.remove_if_mut(user, |_, seats| {
                    seats.retain(|known| known.connection != seat.connection);
                    seats.is_empty()
                });
            }
        }
    }

    async fn presence_changed(&self, presence: &Presence, at: Timestamp) {
        let subject = &presence.user_id;
        let watchers = self.watchers.get(subject).map(|seats| seats.clone()).unwrap_or_default();
        if watchers.is_empty() {
            return;
        }
        let viewers: Vec<UserId> = watchers.iter().map(|seat| seat.user_id().clone()).collect();
        // Whether they still share a conversation is asked now, not when they subscribed.
        let visible = match self.chat.presence.visible_to(subject, &viewers).await {
            Ok(visible) => visible,
            Err(error) => {
                tracing::warn!(%error, "who may see a presence could not be read");
                return;
            }
        };
        let frame = frames::loose("presence.changed", None, presence, at);
        let class = Class::Ephemeral(EphemeralKey::presence(subject.as_str()));
        for seat in watchers {
            if visible.contains(seat.user_id()) || seat.user_id() == subject {
                seat.push_as(&frame, &class);
            }
        }
    }
}
