//! What is believed of people and their sign-ins for a moment, so that not every request asks the
//! store; and who is not believed, because something was just heard of them.

use std::{sync::Arc, time::Duration};

use chinwag_domain::{
    AppRole, Event, Profile, SessionId, Signal, UserId, UserSummary,
    ports::{EventBus, EventSink},
};
use moka::sync::Cache;

/// How long what the store said of a person or a sign-in is believed: what is
/// revoked or deactivated elsewhere holds here no later than that.
const BELIEVED: Duration = Duration::from_secs(3);

/// How long nothing is believed of a person whose standing has changed: longer than a request
/// takes that asked the store just before.
const DOUBTED: Duration = Duration::from_secs(10);

/// People and sign-ins that were found to stand a moment ago. Clones share it.
#[derive(Clone)]
pub(crate) struct Standing {
    people: Cache<(UserId, Profile, AppRole), UserSummary>,
    sessions: Cache<SessionId, ()>,
    doubted: Cache<UserId, ()>,
}

impl Standing {
    /// Nothing is believed yet; what the bus tells is heard.
    pub fn new(bus: &Arc<dyn EventBus>) -> Self {
        let standing = Self {
            people: Cache::builder().max_capacity(100_000).time_to_live(BELIEVED).build(),
            sessions: Cache::builder().max_capacity(100_000).time_to_live(BELIEVED).build(),
            doubted: Cache::builder().max_capacity(100_000).time_to_live(DOUBTED).build(),
        };
        bus.subscribe(Arc::new(standing.clone()));
        standing
    }

    /// The person as last stored, if that is believed.
    pub fn person(&self, key: &(UserId, Profile, AppRole)) -> Option<UserSummary> {
        if self.doubted.contains_key(&key.0) { None } else { self.people.get(key) }
    }

    /// The store has just said so.
    pub fn believe_person(&self, key: (UserId, Profile, AppRole), summary: UserSummary) {
        self.people.insert(key, summary);
    }

    /// Whether a sign-in of that person is believed to stand.
    pub fn session(&self, session: SessionId, user: &UserId) -> bool {
        !self.doubted.contains_key(user) && self.sessions.contains_key(&session)
    }

    /// The store has just said so.
    pub fn believe_session(&self, session: SessionId) {
        self.sessions.insert(session, ());
    }

    /// A sign-in ended.
    pub fn end(&self, session: SessionId) {
        self.sessions.invalidate(&session);
    }

    /// A person is not who they were: the store is asked for a while.
    pub fn doubt(&self, user: &UserId) {
        self.doubted.insert(user.clone(), ());
    }
}

impl EventSink for Standing {
    fn deliver(&self, event: &Arc<Event>) {
        match event.as_ref() {
            Event::Signal(Signal::AccountDeactivated { user_id }) => self.doubt(user_id),
            Event::Signal(Signal::SessionRevoked { session_id, .. }) => self.end(*session_id),
            _ => {}
        }
    }

    // What was lost is believed for a moment at most.
    fn gap(&self) {}
}
