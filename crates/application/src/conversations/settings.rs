//! What is decided about a group: its settings, and its end.

use chinwag_domain::{Change, ConversationId};

use crate::{
    Actor, Error, GetConversation, request,
    request::SettingsPatch,
    support::{announce, use_case},
    view::ConversationView,
};

use_case!(
    /// Changes a group's settings.
    UpdateSettings
);

impl UpdateSettings {
    /// `body` is a [`SettingsPatch`].
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it; [`Error::Forbidden`] in direct
    /// conversations, without the permission, and for permissions without the role admin.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ConversationId,
        body: &[u8],
    ) -> Result<ConversationView, Error> {
        let (mut unit, mut membership) = self.ports.begin_in(actor, id).await?;
        membership.may_edit_settings()?;
        let before = membership.conversation.settings.clone();
        let settings = request::parse::<SettingsPatch>(body)?.over(before.clone())?;
        if settings.permissions != before.permissions {
            membership.may_govern()?;
        }

        if settings == before {
            drop(unit);
        } else {
            let now = self.ports.clock.now();
            let conversation = &mut membership.conversation;
            conversation.settings = settings;
            conversation.next_revision(now);
            unit.save_conversation(conversation).await?;
            let change = Change::ConversationUpdated(conversation.clone());
            announce(&mut *unit, conversation, now, change);
            unit.commit().await?;
        }
        GetConversation::new(&self.ports).execute(actor, id).await
    }
}

use_case!(
    /// Ends a group for everybody.
    DeleteConversation
);

impl DeleteConversation {
    /// # Errors
    /// [`Error::NotFound`] for who is not in it; [`Error::Forbidden`] in direct
    /// conversations and without the role admin.
    pub async fn execute(&self, actor: &Actor, id: ConversationId) -> Result<(), Error> {
        let (mut unit, mut membership) = self.ports.begin_in(actor, id).await?;
        membership.may_govern()?;

        let now = self.ports.clock.now();
        let conversation = &mut membership.conversation;
        conversation.deleted_at = Some(now);
        conversation.membership_changed(now);
        unit.save_conversation(conversation).await?;
        announce(&mut *unit, conversation, now, Change::ConversationDeleted);
        Ok(unit.commit().await?)
    }
}
