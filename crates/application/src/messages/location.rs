//! Moving a live place on the map.

use chinwag_domain::MessageId;

use crate::{
    Actor, Error, request,
    request::LocationPatch,
    support::{save_updated, use_case},
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
        let (mut unit, mut membership, mut message) = self.ports.begin_on(actor, id).await?;

        membership.may_move_location(&message)?;
        let change = request::parse::<LocationPatch>(body)?.change()?;

        let location = message.body.location.as_mut().ok_or(Error::NotFound)?;
        if location.shift(change)? {
            let now = self.ports.clock.now();
            let conversation = &mut membership.conversation;
            message.revision = conversation.next_revision(now);
            save_updated(&mut *unit, conversation, &message, None).await?;
            unit.commit().await?;
        } else {
            // Reading below must not wait for a connection while one is held.
            drop(unit);
        }
        self.ports.message_view(actor, message).await
    }
}
