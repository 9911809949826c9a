//! Forgetting a webhook.

use chinwag_domain::{AuditTarget, WebhookId};
use serde_json::json;

use crate::{
    Actor, Error,
    support::{for_admins, use_case},
};

use_case! {
    /// An application admin ends a webhook; what it has not been told is dropped.
    DeleteWebhook
}

for_admins!(DeleteWebhook, "webhooks.delete");

impl DeleteWebhook {
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin, [`Error::NotFound`].
    pub async fn execute(&self, actor: &Actor, id: WebhookId) -> Result<(), Error> {
        self.may(actor).await?;

        let mut unit = self.ports.units.begin().await?;
        if !unit.delete_webhook(id).await? {
            return Err(Error::NotFound);
        }
        let target = AuditTarget::new("webhook", id);
        unit.record(&self.ports.audit_entry(actor, "webhook.deleted", target, json!({}))).await?;
        unit.commit().await?;

        self.ports.webhooks.refresh_soon().await;
        Ok(())
    }
}
