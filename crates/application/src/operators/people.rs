//! Everybody, deactivated people too.

use chinwag_domain::{Limit, UserCursor};

use crate::{
    Actor, Error, request,
    support::{for_admins, use_case},
    view::{HostedProfile, ListView},
};

use_case! {
    /// Everybody that there ever was, for application admins.
    ListEverybody
}

for_admins!(ListEverybody, "users.list");

impl ListEverybody {
    /// By id; `search` is a part of name, username or id.
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
    ) -> Result<ListView<HostedProfile>, Error> {
        self.may(actor).await?;
        let after = request::cursor::<UserCursor>(cursor)?;
        let search = request::search_text(search)?;
        let limit = limit.unwrap_or(Limit::LIST);
        let users = &self.ports.users;
        let page = users.search_everybody(search.as_deref(), after.as_ref(), limit).await?;
        Ok(ListView::of(page, HostedProfile::from))
    }
}
