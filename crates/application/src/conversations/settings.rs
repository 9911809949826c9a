//! What is decided about a group: its settings, and its end.

use chinwag_domain::{AuditTarget, Change, ConversationId, GroupSettings};
use serde_json::json;

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
            let target = AuditTarget::new("conversation", id);
            let details = json!({"changed": changed(&before, &settings)});
            let entry = self.ports.audit_entry(actor, "conversation.updated", target, details);
            unit.record(&entry).await?;
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

/// The names of the settings that differ; what they say is not for the audit log.
fn changed(before: &GroupSettings, after: &GroupSettings) -> Vec<&'static str> {
    [
        ("name", before.name != after.name),
        ("description", before.description != after.description),
        ("avatar_url", before.avatar_url != after.avatar_url),
        ("category", before.category != after.category),
        ("permissions", before.permissions != after.permissions),
        ("history", before.history != after.history),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
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
        let target = AuditTarget::new("conversation", id);
        let entry = self.ports.audit_entry(actor, "conversation.deleted", target, json!({}));
        unit.record(&entry).await?;
        Ok(unit.commit().await?)
    }
}
