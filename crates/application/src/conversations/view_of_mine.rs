//! A person's own settings in a conversation: nobody else hears of them.

use chinwag_domain::{ConversationId, Participant, Signal, ports::UnitOfWork};

use crate::{
    Actor, Error, Ports, request, request::MembershipPatch, support::use_case, view::MembershipView,
};

use_case!(
    /// Mutes, hides, or the reverse.
    UpdateMembership
);

impl UpdateMembership {
    /// `body` is a [`MembershipPatch`].
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ConversationId,
        body: &[u8],
    ) -> Result<MembershipView, Error> {
        let (unit, membership) = self.ports.begin_in(actor, id).await?;
        let mut participant = membership.participant;
        let patch: MembershipPatch = request::parse(body)?;
        if let Some(mute) = patch.mute()? {
            participant.mute = mute;
        }
        let now = self.ports.clock.now();
        participant.hidden_at = match patch.hidden {
            Some(true) => participant.hidden_at.or(Some(now)),
            Some(false) => None,
            None => participant.hidden_at,
        };
        store(&self.ports, unit, participant).await
    }
}

use_case!(
    /// Clears a conversation for oneself: everything until now is gone from view.
    ClearConversation
);

impl ClearConversation {
    /// # Errors
    /// [`Error::NotFound`] for who is not in it.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ConversationId,
    ) -> Result<MembershipView, Error> {
        let (unit, membership) = self.ports.begin_in(actor, id).await?;
        let mut participant = membership.participant;
        participant.cleared_seq = membership.conversation.last_seq;
        store(&self.ports, unit, participant).await
    }
}

async fn store(
    ports: &Ports,
    mut unit: Box<dyn UnitOfWork>,
    participant: Participant,
) -> Result<MembershipView, Error> {
    let at = ports.clock.now();
    let view = MembershipView::new(&participant, at);
    unit.save_participant(&participant).await?;
    unit.publish(Signal::MembershipUpdated { participant, at }.into());
    unit.commit().await?;
    Ok(view)
}
