//! Looking people up, and one's own profile.

use std::sync::Arc;

use chinwag_domain::{Limit, User, UserCursor, UserId};

use super::standing::Standing;
use crate::{
    Actor, Error, Ports, request,
    request::ProfilePatch,
    view::{ListView, OwnProfile, PublicProfile},
};

/// The directory and one's own profile.
pub struct People {
    ports: Arc<Ports>,
    open: bool,
    standing: Standing,
}

impl People {
    pub(crate) fn new(ports: &Arc<Ports>, open: bool, standing: Standing) -> Self {
        Self { ports: Arc::clone(ports), open, standing }
    }

    /// One's own profile.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn me(&self, actor: &Actor) -> Result<OwnProfile, Error> {
        let user = self.ports.users.find(actor.id()).await?.ok_or(Error::NotFound)?;
        Ok(OwnProfile::new(user, actor.role))
    }

    /// Changes one's own profile. `body` is a [`ProfilePatch`].
    ///
    /// # Errors
    /// [`Error::Invalid`] for fields that do not fit.
    pub async fn update_me(&self, actor: &Actor, body: &[u8]) -> Result<OwnProfile, Error> {
        let patch: ProfilePatch = request::parse(body)?;
        let change = patch.change()?;
        let now = self.ports.clock.now();
        let stored = self.ports.users.update_profile(actor.id(), change, now).await?;
        // What they begin next is to carry the new name. Of people of a host application the token is asked
        // again only when it has to be: it may still say the old one.
        if actor.session.is_some() {
            self.standing.doubt(actor.id());
        }
        Ok(OwnProfile::new(stored.ok_or(Error::NotFound)?, actor.role))
    }

    /// One person. Where the directory is closed, strangers are unknown.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn find(&self, actor: &Actor, id: &UserId) -> Result<PublicProfile, Error> {
        let user = self.ports.users.find(id).await?;
        let user = user.filter(|user| user.deactivated_at.is_none()).ok_or(Error::NotFound)?;
        if !self.open && id != actor.id() {
            let shared = std::slice::from_ref(id);
            if self.ports.conversations.sharing(actor.id(), shared).await?.is_empty() {
                return Err(Error::NotFound);
            }
        }
        Ok(user.summary)
    }

    /// People by id.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a cursor of another list.
    pub async fn list(
        &self,
        actor: &Actor,
        search: Option<String>,
        limit: Option<Limit>,
        cursor: Option<String>,
    ) -> Result<ListView<PublicProfile>, Error> {
        let after = request::cursor::<UserCursor>(cursor)?;
        let search = request::search_text(search)?;
        let known_to = (!self.open).then_some(actor.id());
        let limit = limit.unwrap_or(Limit::LIST);
        let users = &self.ports.users;
        let page = users.directory(search.as_deref(), known_to, after.as_ref(), limit).await?;
        Ok(ListView::of(page, |user: User| user.summary))
    }
}
