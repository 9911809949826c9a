//! Erasing a person: nothing but the id stays, and tombstones where they spoke.
//!
//! The first step scrubs the profile, ends the account and stores a job; the same steps that the
//! job would take are then taken at once. Each step is a unit of its own over few messages, so that
//! nobody waits long for somebody who said much, and each finds out anew what is left to do.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_domain::{
    AppRole, AuditTarget, Change, ConversationId, ConversationType, Job, MessageId, NewJob, Seq,
    Signal, UserId, UserSummary,
    ports::{PartTaken, UnitOfWork},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{standing::Standing, upsert::OWN_ACCOUNT};
use crate::{Actor, Error, JobError, JobHandler, Ports, participants::part, support::announce};

/// The kind of the job that sees to the end of an erasure.
const ERASE: &str = "user.erase";
/// When that job looks: after requests that had been let in before are over.
const LOOK_AGAIN_MS: i64 = 10_000;
/// Messages of one step.
const STEP: u16 = 100;
/// Conversations read at once.
const PARTS: u16 = 100;

/// Erases a person. Doing it again changes nothing more.
#[derive(Clone)]
pub struct EraseUser {
    ports: Arc<Ports>,
    standing: Standing,
}

/// Whom to erase, and who said so.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Erasure {
    user_id: UserId,
    by: UserId,
}

impl EraseUser {
    pub(crate) fn new(ports: &Arc<Ports>, standing: Standing) -> Self {
        Self { ports: Arc::clone(ports), standing }
    }

    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin; [`Error::NotFound`] for an unknown
    /// person; [`Error::Conflict`] for oneself.
    pub async fn execute(&self, actor: &Actor, id: &UserId) -> Result<(), Error> {
        self.ports.admin(actor, "user.erase").await?;
        if id == actor.id() {
            return Err(OWN_ACCOUNT);
        }

        let erasure = Erasure { user_id: id.clone(), by: actor.id().clone() };
        self.begin(actor, &erasure).await?;
        self.standing.doubt(id);
        scrub(&self.ports, &erasure).await
    }

    /// From then on nobody knows who the person was, and it will be brought to its end.
    async fn begin(&self, actor: &Actor, erasure: &Erasure) -> Result<(), Error> {
        let Erasure { user_id, .. } = erasure;
        let now = self.ports.clock.now();
        let mut unit = self.ports.units.begin().await?;
        let found = unit.lock_people(std::slice::from_ref(user_id)).await?.pop();
        let mut user = found.ok_or(Error::NotFound)?;
        if !user.erase(now) {
            return Ok(());
        }
        unit.save_people(&[user]).await?;
        let job = NewJob {
            id: self.ports.ids.job(),
            kind: ERASE.to_owned(),
            lane: None,
            payload: json!(erasure),
            due_at: now.plus_millis(LOOK_AGAIN_MS),
            created_at: now,
        };
        unit.enqueue(&[job]).await?;
        let target = AuditTarget::new("user", user_id);
        unit.record(&self.ports.audit_entry(actor, "user.erased", target, json!({}))).await?;
        unit.publish(Signal::AccountDeactivated { user_id: user_id.clone() }.into());
        Ok(unit.commit().await?)
    }
}

/// Brings an erasure to its end that was begun.
pub struct FinishErasure {
    ports: Arc<Ports>,
}

impl FinishErasure {
    /// On these ports.
    pub fn new(ports: &Arc<Ports>) -> Self {
        Self { ports: Arc::clone(ports) }
    }
}

#[async_trait]
impl JobHandler for FinishErasure {
    fn kind(&self) -> &'static str {
        ERASE
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let erasure = Erasure::deserialize(&job.work.payload)
            .map_err(|error| JobError::GiveUp(format!("its payload is not understood: {error}")))?;
        Ok(scrub(&self.ports, &erasure).await?)
    }
}

/// All steps after the first; those that are done already find nothing.
async fn scrub(ports: &Ports, erasure: &Erasure) -> Result<(), Error> {
    let user = ports.users.find(&erasure.user_id).await?.ok_or(Error::NotFound)?;
    // Never of somebody whose erasure was not stored.
    user.erased_at.ok_or(Error::NotFound)?;
    let mut unit = ports.units.begin().await?;
    unit.forget_person(&erasure.user_id).await?;
    unit.commit().await?;

    let mut after = None;
    loop {
        let parts = ports.personal.parts_of(&erasure.user_id, after, PARTS).await?;
        for taken in &parts {
            leave_nothing(ports, erasure, taken).await?;
        }
        let Some(last) = parts.last() else { break };
        after = Some(last.conversation.id);
    }
    let mut unit = ports.units.begin().await?;
    unit.erase_personal(&erasure.user_id).await?;
    Ok(unit.commit().await?)
}

/// Leaves nothing of the person in a conversation but tombstones and that they were there.
async fn leave_nothing(ports: &Ports, erasure: &Erasure, taken: &PartTaken) -> Result<(), Error> {
    let (id, user) = (taken.conversation.id, &erasure.user_id);
    loop {
        let said = ports.personal.said_by(id, user, Seq::ZERO, STEP).await?;
        let messages: Vec<MessageId> = said.iter().map(|said| said.message.id).collect();
        let (Some(first), Some(last)) = (said.first(), said.last()) else { break };
        let seqs = (first.message.seq, last.message.seq);
        take_back(ports, erasure, id, &messages, seqs).await?;
    }
    loop {
        let reactions = ports.personal.reactions_of(id, user, None, STEP).await?;
        if reactions.is_empty() {
            break;
        }
        let mut step = Step::begin(ports, id).await?;
        for (message, emoji) in reactions {
            step.unreact(user, message, &emoji).await?;
        }
        step.commit().await?;
    }
    let mut above = Seq::ZERO;
    loop {
        let named = ports.personal.mentions_of(id, user, above, STEP).await?;
        let Some(last) = named.last() else { break };
        above = last.seq;
        let mut step = Step::begin(ports, id).await?;
        for message in named.iter().filter(|message| message.body.mentions.contains(user)) {
            step.unmention(user, message.id).await?;
        }
        step.commit().await?;
    }
    depart(ports, erasure, id).await
}

/// Leaves tombstones of these messages.
async fn take_back(
    ports: &Ports,
    erasure: &Erasure,
    id: ConversationId,
    messages: &[MessageId],
    seqs: (Seq, Seq),
) -> Result<(), Error> {
    let mut step = Step::begin(ports, id).await?;
    for message in messages {
        step.take_back(erasure, *message).await?;
    }
    step.unit.forget_how_sent(id, &erasure.user_id, seqs).await?;
    step.commit().await
}

/// The person leaves a group, and how they read is forgotten.
async fn depart(ports: &Ports, erasure: &Erasure, id: ConversationId) -> Result<(), Error> {
    let user = &erasure.user_id;
    let mut unit = ports.units.begin().await?;
    let Some(conversation) = unit.lock_whatever(id).await? else { return Ok(()) };
    // What was taken back before.
    unit.forget_how_sent(id, user, (Seq::ZERO, Seq::new(i64::MAX))).await?;
    unit.forget_receipts(id, user).await?;
    let participant = unit.participant(id, user).await?;
    if conversation.kind == ConversationType::Group
        && let Some(mut membership) = conversation.as_participant(participant)
    {
        let by = Actor {
            user: UserSummary::bare(erasure.by.clone()),
            role: AppRole::Admin,
            session: None,
            address: None,
        };
        let leaving = membership.participant.clone();
        part(ports, &mut *unit, &by, &mut membership, leaving).await?;
    }
    Ok(unit.commit().await?)
}

/// A unit over a locked conversation. Of a deleted one nobody is told.
struct Step<'a> {
    ports: &'a Ports,
    unit: Box<dyn UnitOfWork>,
    conversation: chinwag_domain::Conversation,
}

impl<'a> Step<'a> {
    async fn begin(ports: &'a Ports, id: ConversationId) -> Result<Self, Error> {
        let mut unit = ports.units.begin().await?;
        let conversation = unit.lock_whatever(id).await?.ok_or(Error::NotFound)?;
        Ok(Self { ports, unit, conversation })
    }

    async fn take_back(&mut self, erasure: &Erasure, id: MessageId) -> Result<(), Error> {
        let found = self.unit.message(id, &erasure.user_id).await?;
        let Some(mut message) = found.filter(|message| message.tombstone.is_none()) else {
            return Ok(());
        };
        let now = self.ports.clock.now();
        message.delete(erasure.by.clone(), self.conversation.next_revision(now), now);
        message.client_id = None;
        message.client_created_at = None;
        self.unit.save_message(&message, None).await?;
        self.tell(Change::MessageDeleted(message));
        Ok(())
    }

    async fn unreact(
        &mut self,
        user: &UserId,
        id: MessageId,
        emoji: &chinwag_domain::Emoji,
    ) -> Result<(), Error> {
        let Some(message) = self.unit.message(id, user).await? else { return Ok(()) };
        if !self.unit.remove_reaction(&message, user, emoji).await? {
            return Ok(());
        }
        let Some(mut message) = self.unit.message(id, user).await? else { return Ok(()) };
        message.revision = self.conversation.next_revision(self.ports.clock.now());
        self.unit.save_message(&message, None).await?;
        self.tell(Change::MessageUpdated(message));
        Ok(())
    }

    async fn unmention(&mut self, user: &UserId, id: MessageId) -> Result<(), Error> {
        let Some(mut message) = self.unit.message(id, user).await? else { return Ok(()) };
        if !message.body.mentions.contains(user) {
            return Ok(());
        }
        message.body.mentions.retain(|mentioned| mentioned != user);
        message.revision = self.conversation.next_revision(self.ports.clock.now());
        self.unit.save_message(&message, None).await?;
        self.tell(Change::MessageUpdated(message));
        Ok(())
    }

    fn tell(&mut self, change: Change) {
        if self.conversation.deleted_at.is_none() {
            announce(&mut *self.unit, &self.conversation, self.conversation.updated_at, change);
        }
    }

    async fn commit(mut self) -> Result<(), Error> {
        self.unit.save_conversation(&self.conversation).await?;
        Ok(self.unit.commit().await?)
    }
}
