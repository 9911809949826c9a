//! The steps of an erasure: each a unit of its own over few messages, so that nobody waits long for
//! somebody who said much. Each finds out anew what is left to do. When they are taken is not for here.

use chinwag_domain::{
    AppRole, Change, ConversationId, ConversationType, MessageId, Seq, UserId, UserSummary,
    ports::{PartTaken, Said, UnitOfWork},
};

use super::Erasure;
use crate::{Actor, Error, Ports, participants::part, support::announce};

/// Messages of one step.
const STEP: u16 = 100;
/// What a run may cost, in messages that are changed: little enough for the shortest lease that a job may
/// have, wherever the store is.
const RUN: usize = 2_000;
/// What looking costs: at a conversation, or through a stretch of one.
const LOOK: usize = 1;
/// What leaving a group costs: a message of the server's, and whoever inherits it.
const PARTING: usize = 5;
/// Conversations read at once.
const PARTS: u16 = 100;

/// A run: what it may still cost, and what is left for the next.
struct Run<'a> {
    ports: &'a Ports,
    budget: usize,
    rest: Erasure,
}

/// All steps after the first, as far as one run goes; those that are done already find nothing. What
/// is left for the next run, if anything.
pub(super) async fn scrub(ports: &Ports, erasure: &Erasure) -> Result<Option<Erasure>, Error> {
    let user = ports.users.find(&erasure.user_id).await?.ok_or(Error::NotFound)?;
    // Never of somebody whose erasure was not stored.
    user.erased_at.ok_or(Error::NotFound)?;
    if erasure.after.is_none() {
        let mut unit = ports.units.begin().await?;
        unit.forget_person(&erasure.user_id).await?;
        unit.commit().await?;
    }

    let mut run = Run { ports, budget: RUN, rest: erasure.clone() };
    loop {
        let parts = ports.personal.parts_of(&erasure.user_id, run.rest.after, PARTS).await?;
        for taken in &parts {
            if !run.leave_nothing(taken).await? {
                return Ok(Some(run.rest));
            }
            (run.rest.after, run.rest.looked) = (Some(taken.conversation.id), None);
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

impl Run<'_> {
    /// False when another run is to go on. The last thing may cost more than is left.
    fn spend(&mut self, cost: usize) -> bool {
        let left = self.budget > 0;
        self.budget = self.budget.saturating_sub(cost);
        left
    }

    /// Leaves nothing of the person in a conversation but tombstones and that they were there; false
    /// when the run was over before.
    async fn leave_nothing(&mut self, taken: &PartTaken) -> Result<bool, Error> {
        let id = taken.conversation.id;
        Ok(self.spend(LOOK)
            && self.take_back(id).await?
            && self.unreact(id).await?
            && self.unmention(id).await?
            && self.depart(taken).await?)
    }

    /// Leaves tombstones of what they said.
    async fn take_back(&mut self, id: ConversationId) -> Result<bool, Error> {
        loop {
            let user = &self.rest.user_id;
            let said = self.ports.personal.said_by(id, user, Seq::ZERO, STEP).await?;
            let (Some(first), Some(last)) = (said.first(), said.last()) else { return Ok(true) };
            if !self.spend(said.len()) {
                return Ok(false);
            }
            let seqs = (first.message.seq, last.message.seq);
            let mut step = Step::begin(self.ports, id).await?;
            for Said { message, .. } in &said {
                step.take_back(&self.rest, message.id).await?;
            }
            step.unit.forget_how_sent(id, &self.rest.user_id, seqs).await?;
            step.commit().await?;
        }
    }

    async fn unreact(&mut self, id: ConversationId) -> Result<bool, Error> {
        loop {
            let user = &self.rest.user_id;
            let reactions = self.ports.personal.reactions_of(id, user, None, STEP).await?;
            if reactions.is_empty() {
                return Ok(true);
            }
            if !self.spend(reactions.len()) {
                return Ok(false);
            }
            let mut step = Step::begin(self.ports, id).await?;
            for (message, emoji) in reactions {
                step.unreact(&self.rest.user_id, message, &emoji).await?;
            }
            step.commit().await?;
        }
    }

    /// Looks through all that others say, stretch by stretch: the next run goes on where this one ends.
    async fn unmention(&mut self, id: ConversationId) -> Result<bool, Error> {
        let looked = self.rest.looked.filter(|(within, _)| *within == id);
        let mut above = looked.map_or(Seq::ZERO, |(_, above)| above);
        loop {
            let user = &self.rest.user_id;
            let found = self.ports.personal.mentions_of(id, user, above, STEP).await?;
            if !self.spend(LOOK + found.messages.len()) {
                return Ok(false);
            }
            if !found.messages.is_empty() {
                let mut step = Step::begin(self.ports, id).await?;
                for message in found.messages {
                    step.unmention(&self.rest.user_id, message.id).await?;
                }
                step.commit().await?;
            }
            let Some(next) = found.looked else { return Ok(true) };
            above = next;
            self.rest.looked = Some((id, next));
        }
    }

    /// The person leaves a group, and how they read is forgotten. What was left before costs no more
    /// than the look.
    async fn depart(&mut self, taken: &PartTaken) -> Result<bool, Error> {
        let group = taken.conversation.kind == ConversationType::Group;
        if group && taken.participant.left_at.is_none() && !self.spend(PARTING) {
            return Ok(false);
        }
        let (id, user) = (taken.conversation.id, &self.rest.user_id);
        let mut unit = self.ports.units.begin().await?;
        let Some(conversation) = unit.lock_whatever(id).await? else { return Ok(true) };
        // What was taken back before.
        unit.forget_how_sent(id, user, (Seq::ZERO, Seq::new(i64::MAX))).await?;
        unit.forget_receipts(id, user).await?;
        let participant = unit.participant(id, user).await?;
        if group && let Some(mut membership) = conversation.as_participant(participant) {
            let by = Actor {
                user: UserSummary::bare(self.rest.by.clone()),
                role: AppRole::Admin,
                session: None,
                address: None,
            };
            let leaving = membership.participant.clone();
            part(self.ports, &mut *unit, &by, &mut membership, leaving).await?;
        }
        unit.commit().await?;
        Ok(true)
    }
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
