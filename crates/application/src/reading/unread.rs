//! What is still to be read.

use chinwag_domain::UserId;

use crate::{
    Actor, Error,
    support::use_case,
    view::{UnreadEntry, UnreadView},
};

use_case!(
    /// Counts what a person has not read, exactly.
    GetUnread
);

impl GetUnread {
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, actor: &Actor) -> Result<UnreadView, Error> {
        let unread = self.ports.conversations.unread(actor.id()).await?;
        let others: Vec<UserId> = unread
            .conversations
            .iter()
            .filter_map(|summary| summary.other.as_ref().map(|(user, _)| user.id.clone()))
            .collect();
        let online = self.ports.presence.online(&others).await;
        let entries =
            unread.conversations.into_iter().map(|summary| UnreadEntry::new(summary, &online));
        Ok(UnreadView { total: unread.total, conversations: entries.collect() })
    }
}
