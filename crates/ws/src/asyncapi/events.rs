//! What the server tells.

use chinwag_application::{
    schema::Schemas,
    view::{
        ConversationDetailView, ConversationSettingsView, MembershipView, MessageView,
        ParticipantView,
    },
};
use chinwag_domain::{ConversationId, Presence, Receipt, Revision, Timestamp};
use serde_json::{Value, json};

use super::Schema;
use crate::{
    data::{Expiring, Gone, Goodbye, Nothing, Ready, Typing, Uploaded, Viewing},
    kinds::EventKind,
};

/// What an event is about, which its envelope says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// No conversation.
    None,
    /// One, or all.
    Some,
    /// One, of which nothing durable changed.
    Conversation,
    /// A durable change of one.
    Change,
    /// The same, which may make a noise.
    Message,
}

/// In a sentence.
pub(super) fn summary(kind: EventKind) -> &'static str {
    use EventKind as Kind;
    match kind {
        Kind::Ready => "All subscriptions stand: nothing that happens from now on is missed.",
        Kind::AuthExpiring => "The token ends within 60 seconds: authenticate again.",
        Kind::Goodbye => "The server is stopping: come back after that long.",
        Kind::SyncRequired => {
            "Events may have been lost: ask for the changes of that conversation, or sync for all."
        }
        Kind::Revision => "A change that you may not see; it keeps your count whole.",
        Kind::MessageCreated => {
            "A new message. `notify` is false when it is your own, or the conversation is muted, or \
             open on this device."
        }
        Kind::MessageUpdated => "Its words, reactions, appointment or place changed.",
        Kind::MessageDeleted => "A tombstone is left.",
        Kind::ConversationCreated => "A conversation that you are in from now on, as you see it.",
        Kind::ConversationUpdated => "Its settings changed.",
        Kind::ConversationDeleted => "It is gone for everybody.",
        Kind::ConversationRemoved => "You are not in it any more; nothing of it comes after this.",
        Kind::ParticipantJoined => "Somebody came.",
        Kind::ParticipantLeft => "Somebody went, or was removed.",
        Kind::ParticipantUpdated => "Somebody's role changed.",
        Kind::ParticipantOpened => "Somebody looks at the conversation now.",
        Kind::ParticipantClosed => "Somebody does not look at it any more.",
        Kind::ReceiptRead => "Somebody has read up to there.",
        Kind::ReceiptDelivered => "Somebody's device has the messages up to there.",
        Kind::TypingStarted => "Somebody writes.",
        Kind::TypingStopped => "Somebody does not write any more.",
        Kind::PresenceChanged => "Somebody whose presence you subscribed to came or went.",
        Kind::MembershipUpdated => {
            "Your own settings or pointers in it, be it from another device of yours."
        }
        Kind::MediaReady => "Your upload into a slot is whole.",
    }
}

fn data(kind: EventKind) -> Schema {
    use EventKind as Kind;
    match kind {
        Kind::Ready => Schemas::answer::<Ready<'_>>,
        Kind::AuthExpiring => Schemas::answer::<Expiring>,
        Kind::Goodbye => Schemas::answer::<Goodbye>,
        Kind::SyncRequired | Kind::Revision => Schemas::answer::<Nothing>,
        Kind::MessageCreated | Kind::MessageUpdated | Kind::MessageDeleted => {
            Schemas::answer::<MessageView>
        }
        Kind::ConversationCreated => Schemas::answer::<ConversationDetailView>,
        Kind::ConversationUpdated => Schemas::answer::<ConversationSettingsView>,
        Kind::ConversationDeleted | Kind::ConversationRemoved => Schemas::answer::<Gone>,
        Kind::ParticipantJoined | Kind::ParticipantLeft | Kind::ParticipantUpdated => {
            Schemas::answer::<ParticipantView>
        }
        Kind::ParticipantOpened | Kind::ParticipantClosed => Schemas::answer::<Viewing<'_>>,
        Kind::ReceiptRead | Kind::ReceiptDelivered => Schemas::answer::<Receipt>,
        Kind::TypingStarted | Kind::TypingStopped => Schemas::answer::<Typing<'_>>,
        Kind::PresenceChanged => Schemas::answer::<Presence>,
        Kind::MembershipUpdated => Schemas::answer::<MembershipView>,
        Kind::MediaReady => Schemas::answer::<Uploaded<'_>>,
    }
}

fn about(kind: EventKind) -> About {
    use EventKind as Kind;
    match kind {
        Kind::Ready
        | Kind::AuthExpiring
        | Kind::Goodbye
        | Kind::PresenceChanged
        | Kind::MediaReady => About::None,
        Kind::SyncRequired => About::Some,
        Kind::ConversationRemoved
        | Kind::ParticipantOpened
        | Kind::ParticipantClosed
        | Kind::ReceiptRead
        | Kind::ReceiptDelivered
        | Kind::TypingStarted
        | Kind::TypingStopped
        | Kind::MembershipUpdated => About::Conversation,
        Kind::Revision
        | Kind::MessageUpdated
        | Kind::MessageDeleted
        | Kind::ConversationCreated
        | Kind::ConversationUpdated
        | Kind::ConversationDeleted
        | Kind::ParticipantJoined
        | Kind::ParticipantLeft
        | Kind::ParticipantUpdated => About::Change,
        Kind::MessageCreated => About::Message,
    }
}

/// The frame.
pub(super) fn message(kind: EventKind, schemas: &mut Schemas) -> Value {
    let about = about(kind);
    let mut required = vec!["type", "data", "at"];
    let mut properties = json!({
        "type": { "const": kind.as_str() },
        "data": data(kind)(schemas),
        "at": schemas.answer::<Timestamp>(),
    });
    if about != About::None {
        properties["conversation_id"] = schemas.answer::<ConversationId>();
    }
    if !matches!(about, About::None | About::Some) {
        required.push("conversation_id");
    }
    if matches!(about, About::Change | About::Message) {
        properties["revision"] = schemas.answer::<Revision>();
        required.push("revision");
    }
    if about == About::Message {
        properties["notify"] = json!({ "type": "boolean" });
        required.push("notify");
    }
    json!({
        "name": kind.as_str(),
        "title": kind.as_str(),
        "summary": summary(kind),
        "payload": { "type": "object", "required": required, "properties": properties },
    })
}
