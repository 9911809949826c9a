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
