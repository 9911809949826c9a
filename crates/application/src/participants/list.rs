//! Everybody in a conversation.

use chinwag_domain::ConversationId;

use crate::{
    Actor, Error,
    support::use_case,
    view::{Items, ParticipantView},
};

use_case!(
    /// Lists everybody present, in order of joining.
    ListParticipants
);

impl ListParticipants {
    /// # Errors
    /// [`Error::NotFound`] for who is not in it.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ConversationId,
    ) -> Result<Items<ParticipantView>, Error> {
        let membership = self.ports.membership(actor, id).await?;
        let present = self.ports.conversations.participants(id).await?;
        Ok(Items {
            items: present.iter().map(|it| ParticipantView::seen_by(&membership, it)).collect(),
        })
    }
}
