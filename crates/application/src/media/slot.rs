//! Slots: a place for one upload, promised over a socket and filled over HTTP.

use std::sync::Arc;

use chinwag_domain::{AttachmentKind, FileName, FileType, Media, MediaId, MediaState, Slot};

use super::{MediaOptions, Upload, discard};
use crate::{Actor, Error, Ports, request, request::UploadRequest, view::UploadSlot};

/// How long a slot stays open.
pub(super) const OPEN_MS: i64 = 15 * 60_000;

/// Promises a slot.
pub struct RequestUpload {
    ports: Arc<Ports>,
    options: Arc<MediaOptions>,
}

impl RequestUpload {
    pub(crate) fn new(ports: &Arc<Ports>, options: &Arc<MediaOptions>) -> Self {
        Self { ports: Arc::clone(ports), options: Arc::clone(options) }
    }

    /// `body` is an [`UploadRequest`]. Its type is kept until the bytes say what they are.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for more than this server takes.
    pub async fn execute(&self, actor: &Actor, body: &[u8]) -> Result<UploadSlot, Error> {
        let request: UploadRequest = request::parse(body)?;
        request.check()?;
        if request.size > self.options.max_bytes {
            return Err(Error::TooLarge("the file is larger than this server takes"));
        }

        let tokens = &self.ports.media.tokens;
        let (now, token) = (self.ports.clock.now(), tokens.slot());
        let expires_at = now.plus_millis(OPEN_MS);
        let (id, name) = (self.ports.ids.media(), FileName::tidied(&request.name));
        let media = Media {
            state: MediaState::Slot,
            file_type: FileType {
                kind: AttachmentKind::Other,
                mime_type: request.mime_type,
                pixels: None,
            },
            size: request.size,
            slot: Some(Slot { token_hash: token.hash, expires_at }),
            ..Media::beginning(id, actor.id().clone(), name, tokens.storage_key(), now)
        };

        self.ports.media.catalogue.insert(&media).await?;
        let url = format!("{}/media/{id}/content?token={}", self.options.base, token.text);
        Ok(UploadSlot { media_id: id, url, expires_at })
    }
}

/// Fills a slot. Its token is all that is asked for.
pub struct FillSlot {
    ports: Arc<Ports>,
    options: Arc<MediaOptions>,
}

impl FillSlot {
    pub(crate) fn new(ports: &Arc<Ports>, options: &Arc<MediaOptions>) -> Self {
        Self { ports: Arc::clone(ports), options: Arc::clone(options) }
    }

    /// Uses the slot up; `length` is how many bytes will come, as far as that is known.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a wrong token, one that was used or ran out, and when its owner is
    /// deactivated; [`Error::TooLarge`] or [`Error::Invalid`] for another length than announced.
    pub async fn enter(
        &self,
        id: MediaId,
        token: &str,
        length: Option<u64>,
    ) -> Result<Upload, Error> {
        let media = &self.ports.media;
        let hash = media.tokens.slot_hash(token);
        let entered = media.catalogue.enter_slot(id, &hash, self.ports.clock.now()).await?;
        let entered = entered.ok_or(Error::NotFound)?;
        if let Err(error) = self.fits(&entered, length).await {
            discard(&self.ports, &[id]).await;
            return Err(error);
        }
        Upload::begin(&self.ports, &self.options, entered, String::new()).await
    }

    async fn fits(&self, media: &Media, length: Option<u64>) -> Result<(), Error> {
        let owner = self.ports.users.find(&media.owner_id).await?;
        if owner.is_none_or(|owner| owner.deactivated_at.is_some()) {
            return Err(Error::NotFound);
        }
        match length {
            Some(length) if length > media.size => {
                Err(Error::TooLarge("the file has more bytes than were announced"))
            }
            Some(length) if length < media.size => {
                Err(Error::field("", "has fewer bytes than were announced"))
            }
            _ => Ok(()),
        }
    }
}
