//! Moving a live place on the map.

use chinwag_domain::{Change, MessageId};

use crate::{
    Actor, Error, request,
    request::LocationPatch,
    support::{announce, use_case},
    view::MessageView,
};

use_case!(
    /// Moves the live place that an own message is, or ends that it is live.
    MoveLocation
);

impl MoveLocation {
    /// `body` is a [`LocationPatch`].
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see; [`Error::Forbidden`] for other people's
    /// messages and on other kinds; [`Error::Conflict`] for a place that is not live.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: MessageId,
        body: &[u8],
    ) -> Result<MessageView, Error> {
        let (seen, _) = self.ports.visible_message(actor, id).await?;
        let (mut unit, mut membership) = self.ports.begin_in(actor, seen.conversation_id).await?;
        let mut message = unit.message(id, actor.id()).await?.ok_or(Error::NotFound)?;

        membership.may_move_location(&message)?;
        let change = request::parse::<LocationPatch>(body)?.change()?;

        let location = message.body.location.as_mut().ok_or(Error::NotFound)?;
        if location.shift(change)? {
            let now = self.ports.clock.now();
            let conversation = &mut membership.conversation;
            message.revision = conversation.next_revision(now);
            unit.save_message(&message, None).await?;
            unit.save_conversation(conversation).await?;
            announce(&mut *unit, conversation, now, Change::MessageUpdated(message.clone()));
            unit.commit().await?;
        } else {
            // Reading below must not wait for a connection while one is held.
            drop(unit);
        }
        self.ports.message_view(actor, message).await
    }
}
