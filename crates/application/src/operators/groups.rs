//! Every group, whoever is in it.

use chinwag_domain::Limit;

use crate::{
    Actor, Error, request,
    support::{for_admins, use_case},
    view::{GroupOverview, ListView},
};

use_case! {
    /// Every group that is not deleted, for application admins. What is said in them is not shown.
    ListGroups
}

for_admins!(ListGroups, "conversations.list");

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
        self.may(actor).await?;
        let (after, search) = (request::cursor(cursor)?, request::search_text(search)?);
        let limit = limit.unwrap_or(Limit::LIST);
        let page = self.ports.conversations.groups(search.as_deref(), after, limit).await?;
        Ok(ListView::of(page, GroupOverview::from))
    }
}
