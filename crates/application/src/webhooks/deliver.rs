//! Delivering, as a job.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_domain::{Job, MessageId, UserId, ports::WebhookDelivery};
use serde_json::Value;

use super::{DELIVER, body::Payload};
use crate::{JobError, JobHandler, Ports, view::MessageView};

/// Tells a webhook of a change: at least once, and until it answers with a 2xx.
pub struct DeliverWebhook {
    ports: Arc<Ports>,
}

impl DeliverWebhook {
    /// Stands on the webhooks and the way out to them.
    pub fn new(ports: &Arc<Ports>) -> Self {
        Self { ports: Arc::clone(ports) }
    }
}

impl DeliverWebhook {
    /// What was deleted since is not told any more: its tombstone is, in its place.
    async fn without_what_is_deleted(&self, mut body: Value) -> Result<Value, JobError> {
        let told = |name: &str| body["data"][name].as_str();
        let of_message = body["type"].as_str().is_some_and(|kind| kind.starts_with("message."));
        let ids = told("id").zip(body["data"]["sender"]["id"].as_str()).filter(|_| of_message);
        let Some((id, sender)) = ids else { return Ok(body) };
        let (Ok(id), Ok(sender)) = (id.parse::<MessageId>(), sender.parse::<UserId>()) else {
            return Ok(body);
        };
        let message = self.ports.messages.find(id, &sender).await?;
        if let Some(message) = message.filter(|message| message.tombstone.is_some()) {
            body["data"] = serde_json::to_value(MessageView::live(message))
                .map_err(|error| JobError::GiveUp(error.to_string()))?;
        }
        Ok(body)
    }
}

#[async_trait]
impl JobHandler for DeliverWebhook {
    fn kind(&self) -> &'static str {
        DELIVER
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let payload: Payload = serde_json::from_value(job.work.payload.clone())
            .map_err(|_| JobError::GiveUp("the stored delivery cannot be read".to_owned()))?;
        let Some(webhook) = self.ports.webhooks.find(payload.webhook_id).await? else {
            // Deleted meanwhile: nobody waits for it any more.
            return Ok(());
        };
        let body = self.without_what_is_deleted(payload.body).await?;
        let delivery = WebhookDelivery {
            id: job.id().to_string(),
            event: payload.event,
            url: webhook.url,
            secret: webhook.secret,
            body: body.to_string().into_bytes(),
        };
        match self.ports.webhook_sender.send(&delivery).await {
            Ok(200..=299) => Ok(()),
            Ok(410) => Err(JobError::GiveUp("the receiver answered 410 Gone".to_owned())),
            Ok(status) => Err(JobError::Retry(format!("the receiver answered {status}"))),
            Err(error) => Err(JobError::Retry(error.to_string())),
        }
    }
}
