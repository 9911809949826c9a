//! Everybody, deactivated people too.

use chinwag_domain::{Limit, UserCursor};

use crate::{
    Actor, Error,
    request::search_text,
    support::use_case,
    view::{HostedProfile, ListView},
};

use_case! {
    /// Everybody that there ever was, for application admins.
    ListEverybody
}

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
        self.ports.admin(actor, "users.list").await?;
        let after: Option<UserCursor> = cursor.map(|cursor| cursor.parse()).transpose().map_err(
            |invalid: chinwag_domain::Invalid| Error::field("cursor", invalid.to_string()),
        )?;
        let search = search_text(search)?;
        let limit = limit.unwrap_or(Limit::LIST);
        let users = &self.ports.users;
        let page = users.search_everybody(search.as_deref(), after.as_ref(), limit).await?;
        Ok(ListView {
            items: page.items.into_iter().map(HostedProfile::from).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
            pages: None,
        })
    }
}
