//! Having files back.

use std::{ops::Range, sync::Arc};

use chinwag_domain::{Media, MediaId, MediaState, UserId, ports::BlobReader};

use super::MediaOptions;
use crate::{Actor, Error, Ports, view::MediaLink};

/// How long a link is good.
const LINK_MS: i64 = 60 * 60_000;

/// Gives a file to who uploaded it, and to people who can see a message that shows it.
pub struct GetMedia {
    ports: Arc<Ports>,
    options: Arc<MediaOptions>,
}

impl GetMedia {
    pub(crate) fn new(ports: &Arc<Ports>, options: &Arc<MediaOptions>) -> Self {
        Self { ports: Arc::clone(ports), options: Arc::clone(options) }
    }

    /// What is known of a file.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see, as for what does not exist.
    pub async fn execute(&self, actor: &Actor, id: MediaId) -> Result<Media, Error> {
        self.seen_by(actor.id(), id).await
    }

    /// The same for who has a link. It lends the eyes of the person who asked for it, and shows no
    /// more than that person may see now.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a link that has run out or was changed as well.
    pub async fn by_link(&self, id: MediaId, token: &str) -> Result<Media, Error> {
        let now = self.ports.clock.now();
        let viewer = self.ports.media.tokens.viewer(id, token, now).ok_or(Error::NotFound)?;
        let viewer = self.ports.users.find(&viewer).await?.ok_or(Error::NotFound)?;
        if viewer.deactivated_at.is_some() {
            return Err(Error::NotFound);
        }
        self.seen_by(&viewer.summary.id, id).await
    }

    /// A URL by which the file can be had without a token in a header, for an hour.
    ///
    /// # Errors
    /// As [`GetMedia::execute`].
    pub async fn link(&self, actor: &Actor, id: MediaId) -> Result<MediaLink, Error> {
        self.seen_by(actor.id(), id).await?;
        let expires_at = self.ports.clock.now().plus_millis(LINK_MS);
        let token = self.ports.media.tokens.link(id, actor.id(), expires_at);
        let url = format!("{}/media/{id}?token={token}", self.options.base);
        Ok(MediaLink { url, expires_at })
    }

    /// Its bytes, within that range.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they have been removed meanwhile.
    pub async fn open(
        &self,
        media: &Media,
        range: Range<u64>,
    ) -> Result<Box<dyn BlobReader>, Error> {
        let found = self.ports.media.blobs.read(&media.storage_key, range).await?;
        found.ok_or(Error::NotFound)
    }

    async fn seen_by(&self, user: &UserId, id: MediaId) -> Result<Media, Error> {
        let catalogue = &self.ports.media.catalogue;
        let media = catalogue.find(id).await?.ok_or(Error::NotFound)?;
        let seen = media.state == MediaState::Ready
            && (media.owner_id == *user || catalogue.is_shown_to(id, user).await?);
        if seen { Ok(media) } else { Err(Error::NotFound) }
    }
}
