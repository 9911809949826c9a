//! Who looks at a conversation now.

use chinwag_domain::{ConversationId, Signal, UserSummary};

use crate::{Actor, Error, support::use_case};

use_case!(
    /// Tells the others that somebody looks at a conversation, or no longer.
    Viewing
);

impl Viewing {
    /// Somebody opens it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it.
    pub async fn open(&self, actor: &Actor, id: ConversationId) -> Result<(), Error> {
        let membership = self.ports.membership(actor, id).await?;
        if !membership.blocked {
            self.tell(membership.participant.user, id, true);
        }
        Ok(())
    }

    /// Somebody no longer looks at it, or their connection is gone. Nobody is
    /// told of who is not in it any more, nor across a block.
    pub async fn close(&self, actor: &Actor, id: ConversationId) {
        let membership = self.ports.conversations.membership(id, actor.id()).await;
        if let Ok(Some(membership)) = membership
            && !membership.blocked
        {
            self.tell(membership.participant.user, id, false);
        }
    }

    fn tell(&self, user: UserSummary, conversation_id: ConversationId, open: bool) {
        let at = self.ports.clock.now();
        self.ports.bus.publish(Signal::Viewing { conversation_id, user, open, at }.into());
    }
}
