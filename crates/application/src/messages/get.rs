//! One message.

use chinwag_domain::MessageId;

use crate::{Actor, Error, support::use_case, view::MessageView};

use_case!(
    /// Reads one message.
    GetMessage
);

impl GetMessage {
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see.
    pub async fn execute(&self, actor: &Actor, id: MessageId) -> Result<MessageView, Error> {
        let (message, membership) = self.ports.visible_message(actor, id).await?;
        let others = self.ports.others_pointers(&membership).await?;
        Ok(MessageView::of(message, actor.id(), others))
    }
}
