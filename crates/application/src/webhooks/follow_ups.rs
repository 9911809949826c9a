//! Which deliveries follow from a change.

use std::sync::Arc;

use chinwag_domain::{
    ChangeKind, Durable, Lane, NewJob, Webhook,
    ports::{FollowUps, IdGenerator},
};
use serde_json::{Value, json};

use super::{DELIVER, RegisteredWebhooks, body};

/// A job for each registered webhook that wants the change.
pub struct WebhookFollowUps {
    registered: Arc<RegisteredWebhooks>,
    ids: Arc<dyn IdGenerator>,
}

impl WebhookFollowUps {
    /// For the webhooks that this process knows.
    pub fn new(registered: Arc<RegisteredWebhooks>, ids: Arc<dyn IdGenerator>) -> Self {
        Self { registered, ids }
    }

    fn job(&self, webhook: &Webhook, kind: ChangeKind, event: &Durable, data: &Value) -> NewJob {
        let id = self.ids.job();
        let receiver = format!("webhook:{}", webhook.id);
        let lane = Lane {
            name: format!("{receiver}:{}", event.conversation_id),
            position: event.revision.get(),
            receiver: Some(receiver),
        };
        let kind = kind.as_str();
        NewJob {
            id,
            kind: DELIVER.to_owned(),
            lane: Some(lane),
            payload: json!({
                "webhook_id": webhook.id,
                "event": kind,
                "body": body::of_change(id, kind, event, data),
            }),
            due_at: event.at,
            created_at: event.at,
        }
    }
}

impl FollowUps for WebhookFollowUps {
    fn of(&self, event: &Durable) -> Vec<NewJob> {
        let registered = self.registered.copy();
        let kind = ChangeKind::of(&event.change);
        let mut wanting = registered.iter().filter(|webhook| webhook.wants(kind)).peekable();
        if wanting.peek().is_none() {
            return Vec::new();
        }
        let data = body::data(event);
        wanting.map(|webhook| self.job(webhook, kind, event, &data)).collect()
    }
}
