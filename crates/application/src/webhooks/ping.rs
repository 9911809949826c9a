//! Trying a webhook out.

use chinwag_domain::{WebhookId, ports::WebhookDelivery};

use super::body;
use crate::{
    Actor, Error, request,
    support::{for_admins, use_case},
    view::PingView,
};

use_case! {
    /// Sends an event of the type `ping` right away, once, and says what came back.
    PingWebhook
}

for_admins!(PingWebhook, "webhooks.test");

impl PingWebhook {
    /// `body` has no fields.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin, [`Error::NotFound`]. That the receiver
    /// does not answer is no error but the answer.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: WebhookId,
        body: &[u8],
    ) -> Result<PingView, Error> {
        self.may(actor).await?;
        request::nothing(body)?;
        let webhook = self.ports.webhooks.find(id).await?.ok_or(Error::NotFound)?;

        let begun = self.ports.clock.now();
        let id = self.ports.ids.uuid().to_string();
        let delivery = WebhookDelivery {
            body: body::of_ping(&id, webhook.id, begun).to_string().into_bytes(),
            id,
            event: "ping".to_owned(),
            url: webhook.url,
            secret: webhook.secret,
        };
        let outcome = self.ports.webhook_sender.send(&delivery).await;

        let took = self.ports.clock.now().millis().saturating_sub(begun.millis());
        Ok(PingView::new(outcome, took))
    }
}
