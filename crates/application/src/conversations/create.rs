//! Starting a conversation. A pair has one, however many start it at once.

use std::sync::Arc;

use chinwag_domain::{
    AuditTarget, Change, Conversation, ConversationId, ConversationType, GroupFounders,
    GroupSettings, Participant, ParticipantRole, Signal, UserId, UserSummary,
    ports::{DirectInserted, UnitOfWork},
};
use serde_json::json;

use crate::{
    Actor, Error, GetConversation, Ports, request, request::NewConversation, support::announce,
    view::ConversationView,
};

/// A conversation that stands.
#[derive(Debug, Clone)]
pub struct Created {
    /// The detail, as its starter sees it.
    pub conversation: ConversationView,
    /// False for a direct one that existed.
    pub new: bool,
}

/// Starts a direct conversation or a group; the caller is always in it.
#[derive(Clone)]
pub struct CreateConversation {
    ports: Arc<Ports>,
    founders: GroupFounders,
}

impl CreateConversation {
    pub(crate) fn new(ports: &Arc<Ports>, founders: GroupFounders) -> Self {
        Self { ports: Arc::clone(ports), founders }
    }

    /// `body` is a [`NewConversation`].
    ///
    /// # Errors
    /// [`Error::NotFound`] for unknown people, [`Error::Invalid`] for oneself alone,
    /// [`Error::Forbidden`] for a group where not everybody may found one.
    pub async fn execute(&self, actor: &Actor, body: &[u8]) -> Result<Created, Error> {
        if NewConversation::is_for_group(body) {
            self.admit(actor).await?;
        }
        let request: NewConversation = request::parse(body)?;
        let kind = request.kind;
        let others = request.others(actor.id())?;
        let settings = request.settings()?;

        let (id, new) = match (kind, others.as_slice()) {
            (ConversationType::Direct, [other]) => self.direct_with(actor, other).await?,
            _ => (self.group(actor, &others, settings).await?, true),
        };
        let conversation = GetConversation::new(&self.ports).execute(actor, id).await?;
        Ok(Created { conversation, new })
    }

    /// The one conversation with that person, found or made. Asking for it
    /// brings it back into the caller's list.
    pub(crate) async fn direct_with(
        &self,
        actor: &Actor,
        other: &UserId,
    ) -> Result<(ConversationId, bool), Error> {
        let now = self.ports.clock.now();
        let id = self.ports.ids.conversation();
        let conversation = Conversation::direct(id, actor.id().clone(), other, now)
            .map_err(|invalid| Error::field("/participant_ids", invalid.to_string()))?;
        let people = self.people(actor, std::slice::from_ref(other)).await?;

        let mut unit = self.ports.units.begin().await?;
        if let Some(pair) = &conversation.direct_key {
            unit.lock_pair(pair).await?;
        }
        if unit.blocked_between(actor.id(), other).await? {
            return Err(Error::Blocked);
        }
        match unit.insert_direct(&conversation).await? {
            DirectInserted::New => {
                let role = ParticipantRole::Member;
                self.found(&mut *unit, &conversation, actor, role, people).await?;
                unit.commit().await?;
                Ok((id, true))
            }
            DirectInserted::Existing(id) => {
                drop(unit);
                self.unhide(actor, id).await?;
                Ok((id, false))
            }
        }
    }

    /// A refusal goes into the audit log.
    async fn admit(&self, actor: &Actor) -> Result<(), Error> {
        let Err(denied) = self.founders.admit(actor.role) else { return Ok(()) };
        let target = AuditTarget::new("operation", "group.create");
        let details = json!({ "role": actor.role.as_str() });
        let entry = self.ports.audit_entry(actor, "access.denied", target, details);
        self.ports.record_refusal(&entry).await;
        Err(denied.into())
    }

    async fn group(
        &self,
        actor: &Actor,
        others: &[UserId],
        settings: GroupSettings,
    ) -> Result<ConversationId, Error> {
        let people = self.people(actor, others).await?;
        self.ports.not_blocked_by(actor, others).await?;
        let now = self.ports.clock.now();
        let id = self.ports.ids.conversation();
        let count = u32::try_from(people.len()).unwrap_or(u32::MAX);
        let conversation = Conversation::group(id, actor.id().clone(), count, settings, now);

        let mut unit = self.ports.units.begin().await?;
        unit.insert_group(&conversation).await?;
        self.found(&mut *unit, &conversation, actor, ParticipantRole::Admin, people).await?;
        unit.commit().await?;
        Ok(id)
    }

    /// The caller and all of these people, in their order, by the names of now: an actor has
    /// the one of when they came.
    async fn people(&self, actor: &Actor, others: &[UserId]) -> Result<Vec<UserSummary>, Error> {
        let ids: Vec<_> = std::iter::once(actor.id()).chain(others).cloned().collect();
        let users = self.ports.users.find_many(&ids).await?;
        let mut users: std::collections::HashMap<_, _> = users
            .into_iter()
            .filter(|user| user.deactivated_at.is_none())
            .map(|user| (user.summary.id.clone(), user.summary))
            .collect();
        ids.iter().map(|id| users.remove(id).ok_or(Error::NotFound)).collect()
    }

    async fn unhide(&self, actor: &Actor, id: ConversationId) -> Result<(), Error> {
        let membership = self.ports.membership(actor, id).await?;
        if membership.participant.hidden_at.is_none() {
            return Ok(());
        }
        let (mut unit, mut membership) = self.ports.begin_in(actor, id).await?;
        membership.participant.hidden_at = None;
        unit.save_participant(&membership.participant).await?;
        let at = self.ports.clock.now();
        let participant = membership.participant;
        unit.publish(Signal::MembershipUpdated { participant, at }.into());
        Ok(unit.commit().await?)
    }

    /// Stores and announces everybody who is there from the beginning.
    async fn found(
        &self,
        unit: &mut dyn UnitOfWork,
        conversation: &Conversation,
        actor: &Actor,
        role: ParticipantRole,
        people: Vec<UserSummary>,
    ) -> Result<(), Error> {
        let ids: Vec<_> =
            people.iter().map(|user| &user.id).filter(|id| *id != actor.id()).collect();
        let details = json!({"type": conversation.kind, "participant_ids": ids});
        let target = AuditTarget::new("conversation", conversation.id);
        let entry = self.ports.audit_entry(actor, "conversation.created", target, details);
        unit.record(&entry).await?;

        let founding = |user: UserSummary| {
            let role = if user.id == *actor.id() { role } else { ParticipantRole::Member };
            Participant::founding(conversation, user, role)
        };
        let participants: Vec<_> = people.into_iter().map(founding).collect();
        unit.insert_participants(&participants).await?;
        let change =
            Change::ConversationCreated { conversation: conversation.clone(), participants };
        announce(unit, conversation, conversation.created_at, change);
        Ok(())
    }
}
