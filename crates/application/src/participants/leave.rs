//! Leaving a group, or being removed from it.

use chinwag_domain::{
    AuditTarget, Change, ConversationId, Draft, Membership, Participant, ParticipantRole,
    SystemAction, Timestamp, UserId, ports::UnitOfWork,
};
use serde_json::json;

use crate::{
    Actor, Error, Ports,
    support::{announce, oldest, save_participants, use_case},
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
        part(&self.ports, &mut *unit, actor, &mut membership, leaving).await?;
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
        part(&self.ports, &mut *unit, actor, &mut membership, leaving).await?;
        Ok(unit.commit().await?)
    }
}

/// Takes somebody out, tells of it, and sees to it that a group has an admin.
pub(crate) async fn part(
    ports: &Ports,
    unit: &mut dyn UnitOfWork,
    actor: &Actor,
    by: &mut Membership,
    mut leaving: Participant,
) -> Result<(), Error> {
    let now = ports.clock.now();
    let conversation = &mut by.conversation;
    let (conversation_id, own) = (conversation.id, leaving.user.id == by.participant.user.id);
    leaving.left_at = Some(now);
    leaving.revision = conversation.parted(now);
    announce(unit, conversation, now, Change::ParticipantLeft(leaving.clone()));

    let audited = if own { "participant.left" } else { "participant.removed" };
    let target = || AuditTarget::new("conversation", conversation_id);
    let details = json!({"user_id": leaving.user.id});
    unit.record(&ports.audit_entry(actor, audited, target(), details)).await?;

    let action = if own { SystemAction::Left } else { SystemAction::Removed };
    let note = Draft::system(action, vec![leaving.user.id.clone()]);
    let sender = by.participant.user.clone();
    let told = ports.add_system_message(unit, conversation, &sender, note, now).await?;
    let mut changed = Vec::with_capacity(2);
    if !own {
        by.participant.sent(told.seq);
        changed.push(by.participant.clone());
    }
    if leaving.role == ParticipantRole::Admin {
        let heir = heir(unit, by, &leaving, now).await?;
        if let Some(heir) = &heir {
            let details = json!({"user_id": heir.user.id, "from": "member", "to": "admin"});
            let entry = ports.audit_entry(actor, "participant.role_changed", target(), details);
            unit.record(&entry).await?;
        }
        changed.extend(heir);
    }
    changed.push(leaving);
    save_participants(unit, changed).await?;
    unit.save_conversation(&by.conversation).await?;
    Ok(())
}

/// When no admin is left, the oldest participant becomes one; to be saved by the caller.
async fn heir(
    unit: &mut dyn UnitOfWork,
    by: &mut Membership,
    leaving: &Participant,
    now: Timestamp,
) -> Result<Option<Participant>, Error> {
    let mut present = unit.present(by.conversation.id).await?;
    present.retain(|person| person.user.id != leaving.user.id);
    if present.iter().any(|person| person.role == ParticipantRole::Admin) {
        return Ok(None);
    }
    let Some(mut heir) = oldest(&present).cloned() else { return Ok(None) };
    heir.role = ParticipantRole::Admin;
    heir.revision = by.conversation.next_revision(now);
    announce(unit, &by.conversation, now, Change::ParticipantUpdated(heir.clone()));
    Ok(Some(heir))
}
