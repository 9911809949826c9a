//! Presence goes to those who asked and may see it, newest state alone.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
    time::Duration,
};

use chinwag_domain::{Event, Presence, Signal, Timestamp, UserId, limits};
use tokio::{sync::mpsc::UnboundedReceiver, time};

use super::{Hub, Seat, frames};
use crate::{
    kinds::EventKind,
    outbox::{Class, EphemeralKey},
};

/// How long a flip waits that could not be passed on.
const AGAIN: Duration = Duration::from_millis(500);

/// Passes flips on. What piles up while the last ones were being passed on is
/// conflated per person; what could not be passed on is tried again.
pub(super) async fn run(hub: Weak<Hub>, mut flips: UnboundedReceiver<Arc<Event>>) {
    let mut batch = Vec::new();
    let mut newest: HashMap<UserId, (Presence, Timestamp)> = HashMap::new();
    loop {
        let received = flips.recv_many(&mut batch, 1_024);
        if !newest.is_empty() {
            let _ = time::timeout(AGAIN, received).await;
        } else if received.await == 0 {
            return;
        }
        for event in batch.drain(..) {
            if let Event::Signal(Signal::PresenceChanged { presence, at }) = event.as_ref() {
                newest.insert(presence.user_id.clone(), (presence.clone(), *at));
            }
        }
        let Some(hub) = hub.upgrade() else { return };
        for (user, (presence, at)) in std::mem::take(&mut newest) {
            if !hub.presence_changed(&presence, at).await {
                newest.insert(user, (presence, at));
            }
        }
    }
}

impl Hub {
    /// From now on, the seat hears of these people. Answers which of them it
    /// did not hear of before; `None` when it would be too many.
    pub fn watch(&self, seat: &Arc<Seat>, people: &[UserId]) -> Option<Vec<UserId>> {
        let mut state = seat.state.lock();
        let mut new: Vec<UserId> =
            people.iter().filter(|user| !state.watching.contains(*user)).cloned().collect();
        new.sort();
        new.dedup();
        if state.watching.len() + new.len() > limits::PEOPLE {
            return None;
        }
        for user in &new {
            state.watching.insert(user.clone());
            self.watchers.entry(user.clone()).or_default().push(Arc::clone(seat));
        }
        Some(new)
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

    /// False when it is to be tried again.
    async fn presence_changed(&self, presence: &Presence, at: Timestamp) -> bool {
        let subject = &presence.user_id;
        let watchers = self.watchers.get(subject).map(|seats| seats.clone()).unwrap_or_default();
        if watchers.is_empty() {
            return true;
        }
        let viewers: Vec<UserId> = watchers.iter().map(|seat| seat.user_id().clone()).collect();
        // Whether they still share a conversation is asked now, not when they subscribed.
        let visible = match self.chat.presence.visible_to(subject, &viewers).await {
            Ok(visible) => visible,
            Err(error) => {
                tracing::warn!(%error, "who may see a presence could not be read");
                return false;
            }
        };
        let frame = frames::loose(EventKind::PresenceChanged, None, presence, at);
        let class = Class::Ephemeral(EphemeralKey::presence(subject.as_str()));
        for seat in watchers {
            if visible.contains(seat.user_id()) || seat.user_id() == subject {
                seat.push_flip(&frame, &class);
            }
        }
        true
    }
}
