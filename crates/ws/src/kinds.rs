//! The types of frames by name: every request that is understood, every event that is told. The
//! contract describes each of them, which the compiler sees to.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($kind:ident => $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name {
            $($kind),+
        }

        impl $name {
            pub(crate) const ALL: &[Self] = &[$(Self::$kind),+];

            /// The name on the wire.
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $text),+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

kinds!(
    /// What a client may ask.
    RequestKind {
        Authenticate => "authenticate",
        Ping => "ping",
        Send => "message.send",
        Edit => "message.edit",
        Delete => "message.delete",
        React => "message.react",
        Unreact => "message.unreact",
        Create => "conversation.create",
        Open => "conversation.open",
        Close => "conversation.close",
        Read => "conversation.read",
        Delivered => "conversation.delivered",
        StartTyping => "typing.start",
        StopTyping => "typing.stop",
        QueryPresence => "presence.query",
        SubscribePresence => "presence.subscribe",
        UnsubscribePresence => "presence.unsubscribe",
        RequestUpload => "media.request_upload",
        Sync => "sync",
    }
);

kinds!(
    /// What the server tells.
    EventKind {
        Ready => "ready",
        AuthExpiring => "auth.expiring",
        Goodbye => "goodbye",
        SyncRequired => "sync.required",
        Revision => "revision",
        MessageCreated => "message.created",
        MessageUpdated => "message.updated",
        MessageDeleted => "message.deleted",
        ConversationCreated => "conversation.created",
        ConversationUpdated => "conversation.updated",
        ConversationDeleted => "conversation.deleted",
        ConversationRemoved => "conversation.removed",
        ParticipantJoined => "participant.joined",
        ParticipantLeft => "participant.left",
        ParticipantUpdated => "participant.updated",
        ParticipantOpened => "participant.opened",
        ParticipantClosed => "participant.closed",
        ReceiptRead => "receipt.read",
        ReceiptDelivered => "receipt.delivered",
        TypingStarted => "typing.started",
        TypingStopped => "typing.stopped",
        PresenceChanged => "presence.changed",
        MembershipUpdated => "membership.updated",
        MediaReady => "media.ready",
    }
);

/// What goes to a socket, as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrameKind {
    Event(EventKind),
    Reply,
    Ping,
    Pong,
    Close,
}

impl FrameKind {
    const BESIDE_EVENTS: [Self; 4] = [Self::Reply, Self::Ping, Self::Pong, Self::Close];

    /// Every kind, each at the place that its [`index`](Self::index) says.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::BESIDE_EVENTS.into_iter().chain(EventKind::ALL.iter().copied().map(Self::Event))
    }

    pub(crate) fn index(self) -> usize {
        match self {
            Self::Reply => 0,
            Self::Ping => 1,
            Self::Pong => 2,
            Self::Close => 3,
            Self::Event(kind) => Self::BESIDE_EVENTS.len() + kind as usize,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Event(kind) => kind.as_str(),
            Self::Reply => "reply",
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::Close => "close",
        }
    }
}

impl RequestKind {
    /// The request of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|kind| kind.as_str() == name).copied()
    }
}

impl Serialize for EventKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::FrameKind;

    #[test]
    fn every_kind_of_frame_has_its_place() {
        for (place, kind) in FrameKind::all().enumerate() {
            assert_eq!(kind.index(), place, "{}", kind.as_str());
        }
    }
}
