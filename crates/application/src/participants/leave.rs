//! Leaving a group, or being removed from it.

use chinwag_domain::{
    Change, ConversationId, Draft, Membership, Participant, ParticipantRole, SystemAction,
    Timestamp, UserId, ports::UnitOfWork,
};

use crate::{
    Actor, Error, Ports,
    support::{announce, oldest, use_case},
};

use_case!(
    /// Leaves a group.
    Leave
);

impl Leave {
    /// # Errors
    /// [`Error::NotFound`] for who is not in it; [`Error::Forbidden`] in direct conversations.
    pub async fn execute(&self, actor: &Actor, id: ConversationId) -> Result<(), Error> {
        let (mut unit, mut membership) = self.ports.begin_in(actor, id).await?;
        membership.may_leave()?;
        let leaving = membership.participant.clone();
        part(&self.ports, &mut *unit, &mut membership, leaving).await?;
        Ok(unit.commit().await?)
    }
}

use_case!(
    /// Removes somebody from a group. Removing oneself is leaving.
    RemoveParticipant
);

impl RemoveParticipant {
    /// # Errors
    /// [`Error::NotFound`] for who is not in it, the actor or the other;
    /// [`Error::Forbidden`] in direct conversations and without the permission.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ConversationId,
        user: &UserId,
    ) -> Result<(), Error> {
        let (mut unit, mut membership) = self.ports.begin_in(actor, id).await?;
        let leaving = if user == actor.id() {
            membership.may_leave()?;
            membership.participant.clone()
        } else {
            let other = unit.participant(id, user).await?;
            let other = other.filter(|other| other.left_at.is_none()).ok_or(Error::NotFound)?;
            membership.may_remove(&other)?;
            other
        };
        part(&self.ports, &mut *unit, &mut membership, leaving).await?;
        Ok(unit.commit().await?)
    }
}

/// Takes somebody out, tells of it, and sees to it that a group has an admin.
async fn part(
    ports: &Ports,
    unit: &mut dyn UnitOfWork,
    by: &mut Membership,
    mut leaving: Participant,
) -> Result<(), Error> {
    let now = ports.clock.now();
    let conversation = &mut by.conversation;
    let own = leaving.user.id == by.participant.user.id;
    leaving.left_at = Some(now);
    leaving.revision = conversation.parted(now);
    unit.save_participant(&leaving).await?;
    announce(unit, conversation, now, Change::ParticipantLeft(leaving.clone()));

    let action = if own { SystemAction::Left } else { SystemAction::Removed };
    let note = Draft::system(action, vec![leaving.user.id.clone()]);
    let sender = by.participant.user.clone();
    let told = ports.add_system_message(unit, conversation, &sender, note, now).await?;
    if !own {
        by.participant.sent(told.seq);
        unit.save_participant(&by.participant).await?;
    }

    if leaving.role == ParticipantRole::Admin {
        inherit(unit, by, now).await?;
    }
    unit.save_conversation(&by.conversation).await?;
    Ok(())
}

/// When no admin is left, the oldest participant becomes one.
async fn inherit(
    unit: &mut dyn UnitOfWork,
    by: &mut Membership,
    now: Timestamp,
) -> Result<(), Error> {
    let present = unit.present(by.conversation.id).await?;
    if present.iter().any(|person| person.role == ParticipantRole::Admin) {
        return Ok(());
    }
    let Some(heir) = oldest(&present) else { return Ok(()) };
    let mut heir = heir.clone();
    heir.role = ParticipantRole::Admin;
    heir.revision = by.conversation.next_revision(now);
    unit.save_participant(&heir).await?;
    announce(unit, &by.conversation, now, Change::ParticipantUpdated(heir));
    Ok(())
}
