//! Giving and taking roles in a group.

use chinwag_domain::{AuditTarget, Change, ConversationId, ParticipantRole, UserId};
use serde_json::json;

use crate::{
    Actor, Error, request,
    request::RolePatch,
    support::{announce, use_case},
    view::ParticipantView,
};

use_case!(
    /// Changes somebody's role in a group.
    ChangeRole
);

impl ChangeRole {
    /// `body` is a [`RolePatch`].
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it; [`Error::Forbidden`] in direct
    /// conversations and without the role admin; [`Error::Conflict`] for taking
    /// the role from the last admin.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ConversationId,
        user: &UserId,
        body: &[u8],
    ) -> Result<ParticipantView, Error> {
        let (mut unit, mut membership) = self.ports.begin_in(actor, id).await?;
        let person = unit.participant(id, user).await?;
        let person = person.filter(|person| person.left_at.is_none());
        let mut person = person.ok_or(Error::NotFound)?;
        membership.may_govern()?;
        let role = request::parse::<RolePatch>(body)?.role;
        if role == person.role {
            return Ok((&person).into());
        }
        if role == ParticipantRole::Member {
            let present = unit.present(id).await?;
            let admins = present.iter().filter(|one| one.role == ParticipantRole::Admin).count();
            if admins == 1 {
                return Err(Error::Conflict("a group needs an admin; appoint another first"));
            }
        }

        let now = self.ports.clock.now();
        let details = json!({"user_id": user, "from": person.role, "to": role});
        let target = AuditTarget::new("conversation", id);
        let entry = self.ports.audit_entry(actor, "participant.role_changed", target, details);
        unit.record(&entry).await?;
        person.role = role;
        person.revision = membership.conversation.next_revision(now);
        unit.save_participant(&person).await?;
        unit.save_conversation(&membership.conversation).await?;
        let change = Change::ParticipantUpdated(person.clone());
        announce(&mut *unit, &membership.conversation, now, change);
        unit.commit().await?;
        Ok((&person).into())
    }
}
