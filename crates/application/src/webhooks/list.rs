//! The registered webhooks.

use crate::{
    Actor, Error,
    support::{for_admins, use_case},
    view::{Items, WebhookView},
};

use_case! {
    /// All webhooks, for application admins.
    ListWebhooks
}

for_admins!(ListWebhooks, "webhooks.list");

impl ListWebhooks {
    /// The oldest first, without their secrets.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin.
    pub async fn execute(&self, actor: &Actor) -> Result<Items<WebhookView>, Error> {
        self.may(actor).await?;
        let all = self.ports.webhooks.all().await?;
        Ok(Items { items: all.iter().map(WebhookView::from).collect() })
    }
}
