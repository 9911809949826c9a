//! Webhooks: the registered addresses, and the way out to them.

use async_trait::async_trait;

use super::StorageError;
use crate::{Invalid, Webhook, WebhookId, WebhookSecret};

/// The registered webhooks. Writing them belongs to a unit of work, see [`WebhookWrites`].
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// All of them, by id (so by age).
    ///
    /// # Errors
    /// When the store fails.
    async fn all(&self) -> Result<Vec<Webhook>, StorageError>;

    /// The one of that id.
    ///
    /// # Errors
    /// When the store fails.
    async fn find(&self, id: WebhookId) -> Result<Option<Webhook>, StorageError>;
}

/// Writes of webhooks.
#[async_trait]
pub trait WebhookWrites {
    /// A new one.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_webhook(&mut self, webhook: &Webhook) -> Result<(), StorageError>;

    /// Forgets one; false when there is none of that id.
    ///
    /// # Errors
    /// When the store fails.
    async fn delete_webhook(&mut self, id: WebhookId) -> Result<bool, StorageError>;
}

/// What is sent to a webhook, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// The same at every attempt.
    pub id: String,
    /// The type of the event.
    pub event: String,
    /// Where to.
    pub url: String,
    /// What to sign with.
    pub secret: WebhookSecret,
    /// JSON.
    pub body: Vec<u8>,
}

/// Why a delivery brought no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The address leads where this server sends nothing.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// Nobody answered, or not in time, or not in HTTP.
    #[error("{0}")]
    NoAnswer(String),
}

/// Carries deliveries to the host application.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Whether deliveries can go to that URL, as far as the URL itself tells.
    ///
    /// # Errors
    /// What would do instead.
    fn check(&self, url: &str) -> Result<(), Invalid>;

    /// A secret of 256 random bits.
    fn make_secret(&self) -> Result<WebhookSecret, Invalid>;

    /// Sends a delivery, signed, and answers the HTTP status.
    ///
    /// It MUST NOT go to addresses of private networks unless that is configured, whatever the name
    /// in the URL leads to at that moment, MUST NOT follow redirects, and MUST end within 10 seconds
    /// whatever the receiver does. What the receiver says is not kept.
    ///
    /// # Errors
    /// See [`WebhookError`].
    async fn send(&self, delivery: &WebhookDelivery) -> Result<u16, WebhookError>;
}
