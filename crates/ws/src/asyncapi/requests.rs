//! What a client may ask, and how it is answered.

use chinwag_application::{
    Sent,
    request::{
        DeliveredRequest, EditRequest, NewConversation, ReadRequest, SendRequest, SyncRequest,
        UploadRequest,
    },
    schema::Schemas,
    view::{ConversationDetailView, Items, MembershipView, MessageView, SyncView, UploadSlot},
};
use chinwag_domain::Presence;
use serde_json::{Value, json};

use super::{Schema, id};
use crate::{
    data::{Identified, Nothing, OfConversation, OfMessage, People, Reaction, Token},
    kinds::RequestKind,
};

/// In a sentence.
pub(super) fn summary(kind: RequestKind) -> &'static str {
    use RequestKind as Kind;
    match kind {
        Kind::Authenticate => "Say who you are, or renew the token of a socket that lives.",
        Kind::Ping => "Ask for a sign of life.",
        Kind::Send => {
            "Send a message to a conversation or a person. The reply never comes before the commit."
        }
        Kind::Edit => "Change the words of your message.",
        Kind::Delete => "Delete a message for everybody.",
        Kind::React => "React to a message.",
        Kind::Unreact => "Take a reaction back.",
        Kind::Create => "Begin a conversation; of a direct one, the one that there is.",
        Kind::Open => {
            "You look at a conversation now: the others are told, and nothing there makes a noise."
        }
        Kind::Close => "You do not look at it any more.",
        Kind::Read => "You have read up to there; without `seq` to the end.",
        Kind::Delivered => "A device has the messages up to there.",
        Kind::StartTyping => "You write. It is over after 6 seconds without another word of it.",
        Kind::StopTyping => "You do not write any more.",
        Kind::QueryPresence => "Who of them is online.",
        Kind::SubscribePresence => {
            "Who of them is online, and to be told when that changes; up to 500 in all."
        }
        Kind::UnsubscribePresence => "To be told no longer.",
        Kind::RequestUpload => "A URL for one file, to be filled by one PUT within 15 minutes.",
        Kind::Sync => "What changed everywhere since the revisions that you have.",
    }
}

fn data(kind: RequestKind) -> Schema {
    use RequestKind as Kind;
    match kind {
        Kind::Authenticate => Schemas::request::<Token>,
        Kind::Ping => Schemas::request::<Nothing>,
        Kind::Send => Schemas::request::<SendRequest>,
        Kind::Edit => Schemas::request::<OfMessage<EditRequest>>,
        Kind::Delete => Schemas::request::<OfMessage<Nothing>>,
        Kind::React | Kind::Unreact => Schemas::request::<OfMessage<Reaction>>,
        Kind::Create => Schemas::request::<NewConversation>,
        Kind::Read => Schemas::request::<OfConversation<ReadRequest>>,
        Kind::Delivered => Schemas::request::<OfConversation<DeliveredRequest>>,
        Kind::Open | Kind::Close | Kind::StartTyping | Kind::StopTyping => {
            Schemas::request::<OfConversation<Nothing>>
        }
        Kind::QueryPresence | Kind::SubscribePresence | Kind::UnsubscribePresence => {
            Schemas::request::<People>
        }
        Kind::RequestUpload => Schemas::request::<UploadRequest>,
        Kind::Sync => Schemas::request::<SyncRequest>,
    }
}

fn answer(kind: RequestKind) -> Schema {
    use RequestKind as Kind;
    match kind {
        Kind::Authenticate => Schemas::answer::<Identified<'_>>,
        Kind::Send => Schemas::answer::<Sent>,
        Kind::Edit | Kind::React | Kind::Unreact => Schemas::answer::<MessageView>,
        Kind::Create => Schemas::answer::<ConversationDetailView>,
        Kind::Read | Kind::Delivered => Schemas::answer::<MembershipView>,
        Kind::QueryPresence | Kind::SubscribePresence => Schemas::answer::<Items<Presence>>,
        Kind::RequestUpload => Schemas::answer::<UploadSlot>,
        Kind::Sync => Schemas::answer::<SyncView>,
        Kind::Ping
        | Kind::Delete
        | Kind::Open
        | Kind::Close
        | Kind::StartTyping
        | Kind::StopTyping
        | Kind::UnsubscribePresence => Schemas::answer::<Nothing>,
    }
}

/// Whether there is nothing to say but the type.
fn says_enough(kind: RequestKind) -> bool {
    matches!(kind, RequestKind::Ping | RequestKind::Sync)
}

/// The frame that asks.
pub(super) fn message(kind: RequestKind, schemas: &mut Schemas) -> Value {
    let mut required = vec!["id", "type"];
    if !says_enough(kind) {
        required.push("data");
    }
    json!({
        "name": kind.as_str(),
        "title": kind.as_str(),
        "summary": summary(kind),
        "correlationId": { "location": "$message.payload#/id" },
        "payload": {
            "type": "object",
            "required": required,
            "properties": {
                "id": id(),
                "type": { "const": kind.as_str() },
                "data": data(kind)(schemas),
            },
            "additionalProperties": false,
        },
    })
}

/// The frame that answers.
pub(super) fn reply(kind: RequestKind, schemas: &mut Schemas) -> Value {
    json!({
        "name": "reply",
        "title": format!("The reply to {kind}"),
        "correlationId": { "location": "$message.payload#/id" },
        "payload": {
            "type": "object",
            "required": ["type", "id", "ok", "data"],
            "properties": {
                "type": { "const": "reply" },
                "id": id(),
                "ok": { "const": true },
                "data": answer(kind)(schemas),
            },
        },
    })
}
