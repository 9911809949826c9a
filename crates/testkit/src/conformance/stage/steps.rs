//! Changes of what is there, as the use cases make them: a unit of work each,
//! with the event that tells of it.

use chinwag_domain::{
    Change, ConversationId, DirectKey, Draft, Message, Participant, ParticipantRole, Seq,
    SystemAction, User,
};

use super::{Stage, announce};
use crate::builders;
use chinwag_domain::ports::IdGenerator;

impl Stage {
    /// Adds a system message.
    pub async fn note(&self, to: ConversationId, by: &User) -> Message {
        let (mut unit, mut conversation) = self.begin_in(to).await;
        let now = self.tick();
        let body = Draft::system(SystemAction::Added, vec![by.summary.id.clone()]);
        let new = builders::new_message(self.ids.message(), to, &by.summary.id, body, now);
        let message = Message::placed(new, by.summary.clone(), conversation.next_message(now));
        unit.insert_message(&message).await.unwrap();
        unit.save_conversation(&conversation).await.unwrap();
        announce(&mut *unit, &conversation, now, Change::MessageCreated(message.clone()));
        unit.commit().await.unwrap();
        message
    }

    /// Lets somebody in (again), without a system message.
    pub async fn join(&self, id: ConversationId, who: &User) -> Participant {
        let (mut unit, mut conversation) = self.begin_in(id).await;
        let now = self.tick();
        let earlier = unit.participant(id, &who.summary.id).await.unwrap();
        conversation.joined(now);
        let role = ParticipantRole::Member;
        let joined = Participant::joining(&conversation, who.summary.clone(), role, earlier, now);
        unit.save_participant(&joined).await.unwrap();
        unit.save_conversation(&conversation).await.unwrap();
        let change = Change::ParticipantJoined(joined.clone());
        announce(&mut *unit, &conversation, now, change);
        unit.commit().await.unwrap();
        joined
    }

    /// Takes somebody out, without a system message.
    pub async fn leave(&self, id: ConversationId, who: &User) -> Participant {
        let (mut unit, mut conversation) = self.begin_in(id).await;
        let now = self.tick();
        let mut gone = unit.participant(id, &who.summary.id).await.unwrap().unwrap();
        gone.left_at = Some(now);
        gone.revision = conversation.parted(now);
        unit.save_participant(&gone).await.unwrap();
        unit.save_conversation(&conversation).await.unwrap();
        announce(&mut *unit, &conversation, now, Change::ParticipantLeft(gone.clone()));
        unit.commit().await.unwrap();
        gone
    }

    /// Ends a conversation for everybody.
    pub async fn end(&self, id: ConversationId) {
        let (mut unit, mut conversation) = self.begin_in(id).await;
        let now = self.tick();
        conversation.deleted_at = Some(now);
        conversation.membership_changed(now);
        unit.save_conversation(&conversation).await.unwrap();
        announce(&mut *unit, &conversation, now, Change::ConversationDeleted);
        unit.commit().await.unwrap();
    }

    /// Changes what a message says.
    pub async fn edit(&self, message: &Message, text: &str) -> Message {
        let (mut unit, mut conversation) = self.begin_in(message.conversation_id).await;
        let now = self.tick();
        let mut message = unit.message(message.id, &message.sender.id).await.unwrap().unwrap();
        let edit = message.edit(text.to_owned(), conversation.next_revision(now), now);
        unit.save_message(&message, Some(&edit)).await.unwrap();
        unit.save_conversation(&conversation).await.unwrap();
        announce(&mut *unit, &conversation, now, Change::MessageUpdated(message.clone()));
        unit.commit().await.unwrap();
        message
    }

    /// Leaves a tombstone.
    pub async fn delete(&self, message: &Message, by: &User) -> Message {
        let (mut unit, mut conversation) = self.begin_in(message.conversation_id).await;
        let now = self.tick();
        let mut message = unit.message(message.id, &by.summary.id).await.unwrap().unwrap();
        message.delete(by.summary.id.clone(), conversation.next_revision(now), now);
        unit.save_message(&message, None).await.unwrap();
        unit.save_conversation(&conversation).await.unwrap();
        announce(&mut *unit, &conversation, now, Change::MessageDeleted(message.clone()));
        unit.commit().await.unwrap();
        message
    }

    /// Adds a reaction; whether it was new, and the message as it is now.
    pub async fn react(&self, to: &Message, by: &User, emoji: &str) -> (bool, Message) {
        self.change_reaction(to, by, emoji, true).await
    }

    /// Takes a reaction back; whether it was there, and the message as it is now.
    pub async fn unreact(&self, to: &Message, by: &User, emoji: &str) -> (bool, Message) {
        self.change_reaction(to, by, emoji, false).await
    }

    async fn change_reaction(
        &self,
        to: &Message,
        by: &User,
        emoji: &str,
        add: bool,
    ) -> (bool, Message) {
        let (mut unit, mut conversation) = self.begin_in(to.conversation_id).await;
        let (by, emoji) = (&by.summary.id, emoji.parse().unwrap());
        let now = self.tick();
        let message = unit.message(to.id, by).await.unwrap().unwrap();
        let changed = if add {
            unit.add_reaction(&message, by, &emoji).await.unwrap()
        } else {
            unit.remove_reaction(&message, by, &emoji).await.unwrap()
        };
        let mut message = unit.message(to.id, by).await.unwrap().unwrap();
        if changed {
            message.revision = conversation.next_revision(now);
            unit.save_message(&message, None).await.unwrap();
            unit.save_conversation(&conversation).await.unwrap();
            announce(&mut *unit, &conversation, now, Change::MessageUpdated(message.clone()));
        }
        unit.commit().await.unwrap();
        (changed, message)
    }

    /// Changes somebody's own row, without a revision.
    pub async fn settle(
        &self,
        id: ConversationId,
        who: &User,
        change: impl FnOnce(&mut Participant) + Send,
    ) -> Participant {
        let (mut unit, _) = self.begin_in(id).await;
        let mut row = unit.participant(id, &who.summary.id).await.unwrap().unwrap();
        change(&mut row);
        unit.save_participant(&row).await.unwrap();
        unit.commit().await.unwrap();
        row
    }

    /// Clears a conversation for one person, up to there.
    pub async fn clear(&self, id: ConversationId, who: &User, up_to: i64) {
        self.settle(id, who, |row| row.cleared_seq = Seq::new(up_to)).await;
    }

    /// Blocks somebody; whether that is new.
    pub async fn block(&self, blocker: &User, blocked: &User) -> bool {
        let (blocker, blocked) = (&blocker.summary.id, &blocked.summary.id);
        let pair = DirectKey::of(blocker, blocked).unwrap();
        let mut unit = self.begin().await;
        if let Some(id) = unit.lock_pair(&pair).await.unwrap() {
            unit.lock_conversation(id).await.unwrap();
        }
        let new = unit.block(blocker, blocked, self.tick()).await.unwrap();
        unit.commit().await.unwrap();
        new
    }

    /// Takes a block back; whether there was one.
    pub async fn unblock(&self, blocker: &User, blocked: &User) -> bool {
        let mut unit = self.begin().await;
        let gone = unit.unblock(&blocker.summary.id, &blocked.summary.id).await.unwrap();
        unit.commit().await.unwrap();
        gone
    }

    /// Takes a conversation out of one person's list.
    pub async fn hide(&self, id: ConversationId, who: &User) {
        let now = self.tick();
        self.settle(id, who, |row| row.hidden_at = Some(now)).await;
    }
}
