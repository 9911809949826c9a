//! Adding people to a group.

use std::collections::HashMap;

use chinwag_domain::{
    AuditTarget, Change, ConversationId, Draft, Membership, Participant, ParticipantRole,
    SystemAction, Timestamp, UserId, UserSummary, ports::UnitOfWork,
};
use serde_json::json;

use crate::{
    Actor, Error, request,
    request::AddPeople,
    support::{announce, save_participants, use_case},
    view::{Items, ParticipantView},
};

use_case!(
    /// Adds people to a group. Who is in already stays as they are.
    AddParticipants
);

impl AddParticipants {
    /// `body` is an [`AddPeople`].
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it and for unknown people;
    /// [`Error::Forbidden`] in direct conversations and without the permission.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ConversationId,
        body: &[u8],
    ) -> Result<Items<ParticipantView>, Error> {
        let membership = self.ports.membership(actor, id).await?;
        membership.may_add_members()?;
        let request: AddPeople = request::parse(body)?;
        let role = request.role.unwrap_or_default();
        let people = request.people()?;
        let known = self.known(&people).await?;
        self.ports.not_blocked_by(actor, &people).await?;

        let (mut unit, mut membership) = self.ports.begin_in(actor, id).await?;
        membership.may_add_members()?;
        if role == ParticipantRole::Admin {
            membership.may_govern()?;
        }
        let now = self.ports.clock.now();
        let (mut items, mut changed) = (Vec::with_capacity(people.len()), Vec::new());
        for person in &people {
            let user = known.get(person).ok_or(Error::NotFound)?;
            let (present, new) = self.add(&mut *unit, &mut membership, user, role, now).await?;
            items.push(ParticipantView::from(&present));
            changed.extend(new.then_some(present));
        }
        if !changed.is_empty() {
            let ids: Vec<_> = changed.iter().map(|person| &person.user.id).collect();
            let target = AuditTarget::new("conversation", id);
            let details = json!({"user_ids": ids, "role": role});
            let entry = self.ports.audit_entry(actor, "participant.added", target, details);
            unit.record(&entry).await?;
        }
        changed.push(membership.participant.clone());
        save_participants(&mut *unit, changed).await?;
        unit.save_conversation(&membership.conversation).await?;
        unit.commit().await?;
        Ok(Items { items })
    }

    /// Who is present then, and whether they are new and to be saved.
    async fn add(
        &self,
        unit: &mut dyn UnitOfWork,
        by: &mut Membership,
        user: &UserSummary,
        role: ParticipantRole,
        now: Timestamp,
    ) -> Result<(Participant, bool), Error> {
        let earlier = unit.participant(by.conversation.id, &user.id).await?;
        if let Some(present) = earlier.clone().filter(|person| person.left_at.is_none()) {
            return Ok((present, false));
        }
        let conversation = &mut by.conversation;
        conversation.joined(now);
        let joined = Participant::joining(conversation, user.clone(), role, earlier, now);
        announce(unit, conversation, now, Change::ParticipantJoined(joined.clone()));

        let note = Draft::system(SystemAction::Added, vec![user.id.clone()]);
        let sender = by.participant.user.clone();
        let told = self.ports.add_system_message(unit, conversation, &sender, note, now).await?;
        by.participant.sent(told.seq);
        Ok((joined, true))
    }

    async fn known(&self, people: &[UserId]) -> Result<HashMap<UserId, UserSummary>, Error> {
        let users = self.ports.users.find_many(people).await?;
        let users = users.into_iter().filter(|user| user.deactivated_at.is_none());
        let known: HashMap<_, _> =
            users.map(|user| (user.summary.id.clone(), user.summary)).collect();
        if people.iter().all(|person| known.contains_key(person)) {
            Ok(known)
        } else {
            Err(Error::NotFound)
        }
    }
}
