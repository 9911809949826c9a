//! Delivering, as a job.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_domain::{Job, ports::WebhookDelivery};

use super::{DELIVER, body::Payload};
use crate::{JobError, JobHandler, Ports};

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
        let delivery = WebhookDelivery {
            id: job.id().to_string(),
            event: payload.event,
            url: webhook.url,
            secret: webhook.secret,
            body: payload.body.to_string().into_bytes(),
        };
        match self.ports.webhook_sender.send(&delivery).await {
            Ok(200..=299) => Ok(()),
            Ok(410) => Err(JobError::GiveUp("the receiver answered 410 Gone".to_owned())),
            Ok(status) => Err(JobError::Retry(format!("the receiver answered {status}"))),
            Err(error) => Err(JobError::Retry(error.to_string())),
        }
    }
}
