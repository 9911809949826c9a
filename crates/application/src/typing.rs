//! Who is writing: held in memory, passed on at most every two seconds, and
//! always ended, also when nobody says so.

use std::{collections::HashMap, sync::Arc};

use chinwag_domain::{
    ConnectionId, ConversationId, Event, Signal, Timestamp, UserId, UserSummary, limits,
};
use parking_lot::Mutex;

use crate::{Actor, Error, Ports};

/// Without another sign, somebody has stopped after so long.
const EXPIRES_MS: u32 = 6_000;
/// Signs in a shorter distance are not passed on.
const PASS_ON_MS: i64 = 2_000;

struct Writing {
    user: UserSummary,
    connection: Option<ConnectionId>,
    told_at: Timestamp,
    until: Timestamp,
}

/// The people who are writing, on this node.
#[derive(Clone)]
pub struct Typing {
    ports: Arc<Ports>,
    board: Arc<Mutex<HashMap<(ConversationId, UserId), Writing>>>,
}

impl Typing {
    pub(crate) fn new(ports: &Arc<Ports>) -> Self {
        Self { ports: Arc::clone(ports), board: Arc::default() }
    }

    /// Somebody writes, seen on that connection. Large groups are not told.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it.
    pub async fn start(
        &self,
        actor: &Actor,
        connection: Option<ConnectionId>,
        id: ConversationId,
    ) -> Result<(), Error> {
        let membership = self.ports.membership(actor, id).await?;
        let count = usize::try_from(membership.conversation.participant_count);
        if membership.blocked || count.is_ok_and(|count| count > limits::QUIET_GROUP) {
            return Ok(());
        }
        let now = self.ports.clock.now();
        let key = (id, actor.id().clone());
        // By the name of now: the actor has the one of when they came.
        let user = membership.participant.user;
        let mut board = self.board.lock();
        let told_at = board.get(&key).map(|writing| writing.told_at);
        let tell = told_at.is_none_or(|told_at| now.millis_since(told_at) >= PASS_ON_MS);
        board.insert(
            key,
            Writing {
                user: user.clone(),
                connection,
                told_at: if tell { now } else { told_at.unwrap_or(now) },
                until: now.plus_millis(i64::from(EXPIRES_MS)),
            },
        );
        if tell {
            // Under the lock, so that a stop cannot overtake its start.
            let signal = Signal::TypingStarted {
                conversation_id: id,
                user,
                at: now,
                expires_in_ms: EXPIRES_MS,
            };
            self.ports.bus.publish(signal.into());
        }
        Ok(())
    }

    /// Somebody stopped.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it.
    pub async fn stop(&self, actor: &Actor, id: ConversationId) -> Result<(), Error> {
        let membership = self.ports.membership(actor, id).await?;
        if let Some(writing) = self.board.lock().get_mut(&(id, actor.id().clone())) {
            writing.user = membership.participant.user;
        }
        self.sent(actor, id);
        Ok(())
    }

    /// Who has sent no longer writes.
    pub(crate) fn sent(&self, actor: &Actor, id: ConversationId) {
        let key = (id, actor.id().clone());
        self.end_where(|place, _| *place == key);
    }

    /// A connection is gone: what was being written on it has stopped.
    pub fn disconnected(&self, connection: ConnectionId) {
        self.end_where(|_, writing| writing.connection == Some(connection));
    }

    /// Ends what has run out; to be called several times a second.
    pub fn expire(&self) {
        let now = self.ports.clock.now();
        self.end_where(|_, writing| writing.until <= now);
    }

    fn end_where(&self, ended: impl Fn(&(ConversationId, UserId), &Writing) -> bool) {
        let at = self.ports.clock.now();
        let mut board = self.board.lock();
        if board.is_empty() {
            return;
        }
        board.retain(|place, writing| {
            let ended = ended(place, writing);
            if ended {
                let user = writing.user.clone();
                let signal = Signal::TypingStopped { conversation_id: place.0, user, at };
                self.ports.bus.publish(Event::Signal(signal));
            }
            !ended
        });
    }
}
