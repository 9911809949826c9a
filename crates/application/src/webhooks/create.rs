//! Registering a webhook.

use chinwag_domain::{AuditTarget, Webhook};
use serde_json::json;

use crate::{
    Actor, Error, request,
    request::NewWebhook,
    support::{for_admins, use_case},
    view::{WebhookView, WebhookWithSecret},
};

use_case! {
    /// An application admin registers an address; the answer shows its secret, once.
    CreateWebhook
}

for_admins!(CreateWebhook, "webhooks.create");

impl CreateWebhook {
    /// `body` is a [`NewWebhook`].
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin, [`Error::Invalid`] for fields that do
    /// not fit, among them a URL that leads where this server sends nothing.
    pub async fn execute(&self, actor: &Actor, body: &[u8]) -> Result<WebhookWithSecret, Error> {
        self.may(actor).await?;
        let request: NewWebhook = request::parse(body)?;
        let (url, events, secret) = request.check(&*self.ports.webhook_sender)?;

        let webhook = Webhook {
            id: self.ports.ids.webhook(),
            url,
            events,
            secret,
            created_by: actor.id().clone(),
            created_at: self.ports.clock.now(),
        };
        let view = WebhookView::from(&webhook);

        let mut unit = self.ports.units.begin().await?;
        unit.insert_webhook(&webhook).await?;
        // Not the URL: its path is often a secret too.
        let details = json!({"events": view.events});
        let target = AuditTarget::new("webhook", webhook.id);
        unit.record(&self.ports.audit_entry(actor, "webhook.created", target, details)).await?;
        unit.commit().await?;

        self.ports.webhooks.refresh_soon().await;
        Ok(WebhookWithSecret { webhook: view, secret: webhook.secret.expose().to_owned() })
    }
}
