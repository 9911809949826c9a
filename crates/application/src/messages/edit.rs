//! Changing the words of an own message.

use chinwag_domain::MessageId;

use crate::{
    Actor, Error, request,
    request::EditRequest,
    support::{save_updated, use_case},
    view::MessageView,
};

use_case!(
    /// Changes the words of an own message; what they were is kept.
    EditMessage
);

impl EditMessage {
    /// `body` is an [`EditRequest`].
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see, [`Error::Forbidden`]
    /// for other people's messages and deleted ones.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: MessageId,
        body: &[u8],
    ) -> Result<MessageView, Error> {
        let (mut unit, mut membership, mut message) = self.ports.begin_on(actor, id).await?;

        membership.may_edit(&message)?;
        let content = request::parse::<EditRequest>(body)?.content(message.body.kind)?;

        if message.body.content.as_ref() == Some(&content) {
            // Reading below must not wait for a connection while one is held.
            drop(unit);
        } else {
            let now = self.ports.clock.now();
            let conversation = &mut membership.conversation;
            let edit = message.edit(content, conversation.next_revision(now), now);
            save_updated(&mut *unit, conversation, &message, Some(&edit)).await?;
            unit.commit().await?;
        }
        self.ports.message_view(actor, message).await
    }
}
