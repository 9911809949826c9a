//! Taking a message back; a tombstone stays.

use chinwag_domain::{AuditTarget, Change, MessageId};
use serde_json::json;

use crate::{
    Actor, Error,
    support::{announce, use_case},
};

use_case!(
    /// Deletes a message for everybody: its sender, group admins, or whom the
    /// group's permissions name. Deleting again changes nothing.
    DeleteMessage
);

impl DeleteMessage {
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see, [`Error::Forbidden`]
    /// for what they may not delete.
    pub async fn execute(&self, actor: &Actor, id: MessageId) -> Result<(), Error> {
        let (mut unit, mut membership, mut message) = self.ports.begin_on(actor, id).await?;

        membership.may_delete(&message)?;
        if message.tombstone.is_some() {
            return Ok(());
        }

        let now = self.ports.clock.now();
        let conversation = &mut membership.conversation;
        message.delete(actor.id().clone(), conversation.next_revision(now), now);
        unit.save_message(&message, None).await?;
        unit.save_conversation(conversation).await?;
        let target = AuditTarget::new("message", id);
        let details = json!({"conversation_id": conversation.id, "sender_id": message.sender.id});
        let entry = self.ports.audit_entry(actor, "message.deleted", target, details);
        unit.record(&entry).await?;
        announce(&mut *unit, conversation, now, Change::MessageDeleted(message));
        unit.commit().await?;
        Ok(())
    }
}
