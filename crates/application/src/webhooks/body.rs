//! What a delivery says.

use chinwag_domain::{Change, Durable, JobId, Timestamp, WebhookId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::view::{ConversationView, MessageView, ParticipantView};

/// What a job to deliver holds: everything, so that the receiver hears of the
/// change as it was.
#[derive(Serialize, Deserialize)]
pub(super) struct Payload {
    pub webhook_id: WebhookId,
    /// The type of the event; also in the body.
    pub event: String,
    /// As it is sent.
    pub body: Value,
}

/// The `data` of a change: that of the live event, without what depends on who hears of it.
pub(super) fn data(event: &Durable) -> Value {
    let data = match &event.change {
        Change::ConversationCreated { conversation, participants } => {
            serde_json::to_value(ConversationView::founded(conversation, participants))
        }
        Change::ConversationUpdated(conversation) => {
            serde_json::to_value(ConversationView::live(conversation))
        }
        Change::ConversationDeleted => Ok(json!({ "id": event.conversation_id })),
        Change::ParticipantJoined(person)
        | Change::ParticipantLeft(person)
        | Change::ParticipantUpdated(person) => serde_json::to_value(ParticipantView::from(person)),
        Change::MessageCreated(message)
        | Change::MessageUpdated(message)
        | Change::MessageDeleted(message) => {
            serde_json::to_value(MessageView::live(message.clone()))
        }
    };
    data.unwrap_or_else(|error| {
        // Our own types always serialise; who is told of a change without data can read it.
        tracing::error!(%error, "a change could not be written for webhooks");
        json!({})
    })
}

/// The body that tells of a change.
pub(super) fn of_change(id: JobId, kind: &str, event: &Durable, data: &Value) -> Value {
    json!({
        "id": id,
        "type": kind,
        "at": event.at,
        "conversation_id": event.conversation_id,
        "revision": event.revision,
        "data": data,
    })
}

/// The body of a test.
pub(super) fn of_ping(id: &str, webhook: WebhookId, at: Timestamp) -> Value {
    json!({"id": id, "type": "ping", "at": at, "data": {"webhook_id": webhook}})
}
