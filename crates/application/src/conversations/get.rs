//! One conversation.

use chinwag_domain::{ConversationId, UserId};

use crate::{Actor, Error, support::use_case, view::ConversationView};

use_case!(
    /// Reads a conversation's detail as one person sees it.
    GetConversation
);

impl GetConversation {
    /// # Errors
    /// [`Error::NotFound`] for who is not in it.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ConversationId,
    ) -> Result<ConversationView, Error> {
        self.for_user(actor.id(), id).await
    }

    /// The same for a person that a hub delivers to.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it.
    pub async fn for_user(
        &self,
        user: &UserId,
        id: ConversationId,
    ) -> Result<ConversationView, Error> {
        let conversations = &self.ports.conversations;
        let summary = conversations.summaries(user, &[id]).await?.pop().ok_or(Error::NotFound)?;
        let participants = conversations.participants(id).await?;
        let other: Vec<UserId> = summary.other.iter().map(|(user, _)| user.id.clone()).collect();
        let online = self.ports.presence.online(&other).await;
        let now = self.ports.clock.now();
        Ok(ConversationView::detail(summary, &participants, &online, now))
    }
}
