//! The steps of an erasure: each a unit of its own over few messages, so that nobody waits long for
//! somebody who said much. Each finds out anew what is left to do. When they are taken is not for here.

use chinwag_domain::{
    AppRole, Change, ConversationId, ConversationType, MessageId, Seq, UserId, UserSummary,
    ports::{PartTaken, UnitOfWork},
};

use super::Erasure;
use crate::{Actor, Error, Ports, participants::part, support::announce};

/// Messages of one step.
const STEP: u16 = 100;
/// Steps of one run: few enough for the shortest lease that a job may have, wherever the store is.
const STEPS: u16 = 20;
/// Conversations read at once.
const PARTS: u16 = 100;

/// What is left of the steps of a run.
struct Budget(u16);

impl Budget {
    /// False when another run is to go on.
    fn spend(&mut self) -> bool {
        let left = self.0 > 0;
        self.0 = self.0.saturating_sub(1);
        left
    }
}

/// All steps after the first, as far as one run goes; those that are done already find nothing. What
/// is left for the next run, if anything.
pub(super) async fn scrub(ports: &Ports, erasure: &Erasure) -> Result<Option<Erasure>, Error> {
    let user = ports.users.find(&erasure.user_id).await?.ok_or(Error::NotFound)?;
    // Never of somebody whose erasure was not stored.
    user.erased_at.ok_or(Error::NotFound)?;
    let mut after = erasure.after;
    if after.is_none() {
        let mut unit = ports.units.begin().await?;
        unit.forget_person(&erasure.user_id).await?;
        unit.commit().await?;
    }

    let mut budget = Budget(STEPS);
    loop {
        let parts = ports.personal.parts_of(&erasure.user_id, after, PARTS).await?;
        for taken in &parts {
            if !leave_nothing(ports, erasure, taken, &mut budget).await? {
                return Ok(Some(Erasure { after, ..erasure.clone() }));
            }
            after = Some(taken.conversation.id);
        }
        if parts.is_empty() {
            break;
        }
    }
    let mut unit = ports.units.begin().await?;
    unit.erase_personal(&erasure.user_id).await?;
    unit.commit().await?;
    Ok(None)
}

/// Leaves nothing of the person in a conversation but tombstones and that they were there; false when
/// the run was over before.
async fn leave_nothing(
    ports: &Ports,
    erasure: &Erasure,
    taken: &PartTaken,
    budget: &mut Budget,
) -> Result<bool, Error> {
    let (id, user) = (taken.conversation.id, &erasure.user_id);
    loop {
        let said = ports.personal.said_by(id, user, Seq::ZERO, STEP).await?;
        let messages: Vec<MessageId> = said.iter().map(|said| said.message.id).collect();
        let (Some(first), Some(last)) = (said.first(), said.last()) else { break };
        if !budget.spend() {
            return Ok(false);
        }
        let seqs = (first.message.seq, last.message.seq);
        take_back(ports, erasure, id, &messages, seqs).await?;
    }
    loop {
        let reactions = ports.personal.reactions_of(id, user, None, STEP).await?;
        if reactions.is_empty() {
            break;
        }
        if !budget.spend() {
            return Ok(false);
        }
        let mut step = Step::begin(ports, id).await?;
        for (message, emoji) in reactions {
            step.unreact(user, message, &emoji).await?;
        }
        step.commit().await?;
    }
    loop {
        let named = ports.personal.mentions_of(id, user, Seq::ZERO, STEP).await?;
        if named.is_empty() {
            break;
        }
        if !budget.spend() {
            return Ok(false);
        }
        let mut step = Step::begin(ports, id).await?;
        for message in named {
            step.unmention(user, message.id).await?;
        }
        step.commit().await?;
    }
    if !budget.spend() {
        return Ok(false);
    }
    depart(ports, erasure, id).await?;
    Ok(true)
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
