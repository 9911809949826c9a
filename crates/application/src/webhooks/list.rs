//! The registered webhooks.

use crate::{
    Actor, Error,
    support::use_case,
    view::{Items, WebhookView},
};

use_case! {
    /// All webhooks, for application admins.
    ListWebhooks
}

impl ListWebhooks {
    /// The oldest first, without their secrets.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin.
    pub async fn execute(&self, actor: &Actor) -> Result<Items<WebhookView>, Error> {
        self.ports.admin(actor, "webhooks.list").await?;
        let all = self.ports.webhooks.all().await?;
        Ok(Items { items: all.iter().map(WebhookView::from).collect() })
    }
}
