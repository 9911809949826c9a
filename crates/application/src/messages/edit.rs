//! Changing the words of an own message.

use chinwag_domain::{Change, MessageId};

use crate::{
    Actor, Error, request,
    request::EditRequest,
    support::{announce, use_case},
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
        let (message, _) = self.ports.visible_message(actor, id).await?;
        let (mut unit, mut membership) =
            self.ports.begin_in(actor, message.conversation_id).await?;
        let mut message = unit.message(id, actor.id()).await?.ok_or(Error::NotFound)?;

        membership.may_edit(&message)?;
        let content = request::parse::<EditRequest>(body)?.content(message.body.kind)?;

        if message.body.content.as_ref() == Some(&content) {
            // Reading below must not wait for a connection while one is held.
            drop(unit);
        } else {
            let now = self.ports.clock.now();
            let conversation = &mut membership.conversation;
            let edit = message.edit(content, conversation.next_revision(now), now);
            unit.save_message(&message, Some(&edit)).await?;
            unit.save_conversation(conversation).await?;
            announce(&mut *unit, conversation, now, Change::MessageUpdated(message.clone()));
            unit.commit().await?;
        }
        self.ports.message_view(actor, message).await
    }
}
