//! Webhooks.

use chinwag_domain::{
    ChangeKind, Timestamp, Webhook, WebhookId, WebhookSecret, ports::StorageError,
};

use super::user_id;
use crate::{entity::webhook, error::corrupt};

/// The webhook of a row.
pub(crate) fn webhook(row: webhook::Model) -> Result<Webhook, StorageError> {
    let names: Vec<String> =
        serde_json::from_str(&row.events).map_err(|_| corrupt("events of a webhook"))?;
    let events = names.iter().map(|name| ChangeKind::from_name(name));
    Ok(Webhook {
        id: WebhookId::new(row.id),
        url: row.url,
        events: events.collect::<Option<_>>().ok_or_else(|| corrupt("events of a webhook"))?,
        secret: WebhookSecret::new(row.secret).map_err(|_| corrupt("secret of a webhook"))?,
        created_by: user_id(&row.created_by)?,
        created_at: Timestamp::from_millis(row.created_at),
    })
}

/// The row of a webhook.
pub(crate) fn webhook_row(webhook: &Webhook) -> webhook::Model {
    let events: Vec<_> = webhook.events.iter().map(|kind| kind.as_str()).collect();
    webhook::Model {
        id: webhook.id.uuid(),
        url: webhook.url.clone(),
        events: serde_json::json!(events).to_string(),
        secret: webhook.secret.expose().to_owned(),
        created_by: webhook.created_by.to_string(),
        created_at: webhook.created_at.millis(),
    }
}
