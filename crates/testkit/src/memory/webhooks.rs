//! Webhooks, and a way out that leads nowhere.

use std::collections::VecDeque;

use async_trait::async_trait;
use chinwag_domain::{
    Invalid, Webhook, WebhookId, WebhookSecret,
    ports::{StorageError, WebhookDelivery, WebhookError, WebhookSender, Webhooks},
};
use parking_lot::Mutex;

use super::MemoryStore;

#[async_trait]
impl Webhooks for MemoryStore {
    async fn all(&self) -> Result<Vec<Webhook>, StorageError> {
        Ok(self.read(|state| state.webhooks.values().cloned().collect()))
    }

    async fn find(&self, id: WebhookId) -> Result<Option<Webhook>, StorageError> {
        Ok(self.read(|state| state.webhooks.get(&id).cloned()))
    }
}

/// Keeps what is sent and answers as a test decides: 200 unless told otherwise. Takes any https
/// URL; its secrets are all the same.
#[derive(Default)]
pub struct FakeWebhookSender {
    sent: Mutex<Vec<WebhookDelivery>>,
    answers: Mutex<VecDeque<Result<u16, WebhookError>>>,
}

impl FakeWebhookSender {
    /// What was sent since the last call.
    pub fn drain(&self) -> Vec<WebhookDelivery> {
        std::mem::take(&mut *self.sent.lock())
    }

    /// The next answer, after those that were set before.
    pub fn answer(&self, answer: Result<u16, WebhookError>) {
        self.answers.lock().push_back(answer);
    }
}

#[async_trait]
impl WebhookSender for FakeWebhookSender {
    fn check(&self, url: &str) -> Result<(), Invalid> {
        if url.starts_with("https://") { Ok(()) } else { Err(Invalid("must be an https URL")) }
    }

    fn make_secret(&self) -> Result<WebhookSecret, Invalid> {
        WebhookSecret::new("a-secret-that-was-made-for-a-test")
    }

    async fn send(&self, delivery: &WebhookDelivery) -> Result<u16, WebhookError> {
        self.sent.lock().push(delivery.clone());
        self.answers.lock().pop_front().unwrap_or(Ok(200))
    }
}
