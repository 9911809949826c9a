//! Every group, whoever is in it.

use chinwag_domain::{ConversationId, Limit};

use crate::{
    Actor, Error,
    request::search_text,
    support::use_case,
    view::{GroupOverview, ListView},
};

use_case! {
    /// Every group that is not deleted, for application admins. What is said in them is not shown.
    ListGroups
}

impl ListGroups {
    /// The newest first; `search` is a part of the name.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin, [`Error::Invalid`] for a cursor of
    /// another list.
    pub async fn execute(
        &self,
        actor: &Actor,
        search: Option<String>,
        limit: Option<Limit>,
        cursor: Option<String>,
    ) -> Result<ListView<GroupOverview>, Error> {
        self.ports.admin(actor, "conversations.list").await?;
        let after = cursor.map(|cursor| cursor.parse::<ConversationId>()).transpose();
        let after = after.map_err(|_| Error::field("cursor", "must be one that a list gave"))?;
        let search = search_text(search)?;
        let limit = limit.unwrap_or(Limit::LIST);
        let page = self.ports.conversations.groups(search.as_deref(), after, limit).await?;
        Ok(ListView {
            items: page.items.into_iter().map(GroupOverview::from).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
            pages: None,
        })
    }
}
