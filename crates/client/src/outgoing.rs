//! The send request: what a client puts into a message.

use crate::random::random_id;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// A message to be sent. The same value sent twice is stored once, because it carries its `client_id`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outgoing {
    /// Makes the send idempotent, for ever and on every way in.
    pub client_id: String,
    /// `text` unless another kind of the protocol is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The text, up to 8,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// When the message was written, by the client's clock; RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_created_at: Option<String>,
    /// The message that this one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Uuid>,
    /// Users that the message names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
    /// Attachments, as the protocol's `{media_id}` or `{url, name}`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Value>,
    /// Data of the application, up to 4 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
}

impl Outgoing {
    /// A text message with a fresh `client_id`.
    pub fn text(content: impl Into<String>) -> Self {
        Self {
            client_id: random_id(),
            kind: None,
            content: Some(content.into()),
            client_created_at: None,
            reply_to: None,
            mentions: Vec::new(),
            attachments: Vec::new(),
            metadata: None,
        }
    }

    /// The same message under a `client_id` of the caller's choice.
    #[must_use]
    pub fn with_client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = client_id.into();
        self
    }

    /// The same message as an answer to another.
    #[must_use]
    pub fn in_reply_to(mut self, message: Uuid) -> Self {
        self.reply_to = Some(message);
        self
    }
}
