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
        let (message, _) = self.ports.visible_message(actor, id).await?;
        let conversation_id = message.conversation_id;
        let others = self.ports.messages.others_pointers(conversation_id, actor.id()).await?;
        Ok(MessageView::of(message, actor.id(), others))
    }
}
