//! How a frame may be treated in the outbox, and what became of it. Words only; the rules are in the
//! outbox.

use std::sync::Arc;

/// Which newer event makes an older one worthless. A clone is cheap: make one per event, not one per
/// socket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EphemeralKey(Arc<Subject>);

#[derive(Debug, PartialEq, Eq, Hash)]
enum Subject {
    Typing { conversation: u128, user: String },
    Presence { user: String },
}

impl EphemeralKey {
    /// Whether a person types in a conversation (its id as a number).
    pub fn typing(conversation: u128, user: impl Into<String>) -> Self {
        let user = user.into();
        Self(Arc::new(Subject::Typing { conversation, user }))
    }

    /// Whether a person is online.
    pub fn presence(user: impl Into<String>) -> Self {
        Self(Arc::new(Subject::Presence { user: user.into() }))
    }

    pub(super) fn is_typing(&self) -> bool {
        matches!(*self.0, Subject::Typing { .. })
    }
}

/// How a frame may be treated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    /// An event that must not be lost. If it does not fit, the socket closes. Waits for `ready`.
    Durable,
    /// The answer to a request, or a control frame: as `Durable`, but does not wait for `ready`.
    Reply,
    /// Typing or presence; a newer one may replace it. Waits for `ready`.
    Ephemeral(EphemeralKey),
}

/// What became of a pushed frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It waits to be written.
    Queued,
    /// It waits to be written, and an older one with the same key does not any more.
    Replaced,
    /// A typing event for which there was no room.
    Dropped,
    /// It did not fit: the socket closes with [`CloseCode::SlowConsumer`](crate::close::CloseCode::SlowConsumer).
    Overflowed,
    /// The socket is closing or closed.
    Closed,
}
