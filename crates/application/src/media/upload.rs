//! A file that comes in: counted, hashed and looked at while it goes to its
//! store, piece by piece.

use std::{fmt::Display, sync::Arc};

use bytes::Bytes;
use chinwag_domain::{
    FileName, FileType, Media, SessionId, Signal,
    ports::{BlobWriter, FileLook},
};
use sha2::{Digest as _, Sha256};

use super::{MediaOptions, discard};
use crate::{Actor, Error, Ports};

const TOO_LARGE: Error = Error::TooLarge("the file is larger than may be");

/// Brings files in.
#[derive(Clone)]
pub struct StoreMedia {
    ports: Arc<Ports>,
    options: Arc<MediaOptions>,
}

impl StoreMedia {
    pub(crate) fn new(ports: &Arc<Ports>, options: &Arc<MediaOptions>) -> Self {
        Self { ports: Arc::clone(ports), options: Arc::clone(options) }
    }

    /// Begins to take in a file of the actor's; `pointer` names it in a refusal.
    ///
    /// # Errors
    /// When a store fails.
    pub async fn begin(&self, actor: &Actor, name: &str, pointer: String) -> Result<Upload, Error> {
        let media = Media::beginning(
            self.ports.ids.media(),
            actor.id().clone(),
            FileName::tidied(name),
            self.ports.media.tokens.storage_key(),
            self.ports.clock.now(),
        );
        self.ports.media.catalogue.insert(&media).await?;
        let upload = Upload::begin(&self.ports, &self.options, media, pointer).await?;
        Ok(Upload { session: actor.session, ..upload })
    }

    /// What is known of these, as messages show it.
    pub fn attachments(&self, files: &[Media]) -> Vec<chinwag_domain::Attachment> {
        files.iter().map(|media| media.attachment(&self.options.base)).collect()
    }

    /// Takes files back that are of no use after all.
    pub async fn discard(&self, files: &[Media]) {
        let ids: Vec<_> = files.iter().map(|media| media.id).collect();
        discard(&self.ports, &ids).await;
    }

    /// How long one upload may take, in milliseconds.
    pub fn longest_upload_ms(&self) -> u64 {
        self.options.longest_upload_ms()
    }
}

/// A file on its way. To be finished, or aborted; dropped, it is left for the sweep.
pub struct Upload {
    ports: Arc<Ports>,
    options: Arc<MediaOptions>,
    media: Media,
    /// The sign-in on which it comes in; of a slot, and for tokens of a host application, none.
    session: Option<SessionId>,
    pointer: String,
    /// Of a slot: exactly so many bytes.
    announced: Option<u64>,
    writer: Box<dyn BlobWriter>,
    size: u64,
    hash: Sha256,
    look: Box<dyn FileLook>,
}

impl Upload {
    /// Goes on with an upload whose row is stored.
    pub(super) async fn begin(
        ports: &Arc<Ports>,
        options: &Arc<MediaOptions>,
        media: Media,
        pointer: String,
    ) -> Result<Self, Error> {
        let writer = ports.media.blobs.begin(&media.storage_key).await?;
        let look = ports.media.types.look();
        Ok(Self {
            ports: Arc::clone(ports),
            options: Arc::clone(options),
            announced: media.slot.is_some().then_some(media.size),
            media,
            session: None,
            pointer,
            writer,
            size: 0,
            hash: Sha256::new(),
            look,
        })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above what was announced or is allowed; [`Error::Invalid`] for a picture
    /// that is too large to be shown. It is then to be aborted.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), Error> {
        self.size += bytes.len() as u64;
        if self.size > self.announced.unwrap_or(self.options.max_bytes) {
            return Err(TOO_LARGE);
        }
        self.hash.update(&bytes);
        self.look.see(&bytes).map_err(|too_many| self.refused(&too_many))?;
        Ok(self.writer.write(bytes).await?)
    }

    /// All of it is here: makes it durable, and tells who waits for a slot.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an empty file or one that is shorter than announced;
    /// [`Error::SessionRevoked`] or [`Error::Deactivated`] for who was shut out meanwhile
    /// ([`Error::NotFound`] into a slot). Nothing is left of it then.
    pub async fn finish(mut self) -> Result<Media, Error> {
        let file_type = match self.may_stay().await {
            Ok(file_type) => file_type,
            Err(error) => {
                self.abort().await;
                return Err(error);
            }
        };
        let Self { ports, options, mut media, writer, size, hash, .. } = self;
        writer.finish().await?;
        media.arrived(file_type, size, hash.finalize().into(), ports.clock.now());
        if !ports.media.catalogue.arrived(&media).await? {
            // It took so long that the sweep came first, and may have removed what was there then.
            ports.media.blobs.delete(&media.storage_key).await?;
            return Err(Error::NotFound);
        }
        if media.slot.is_some() {
            let (owner_id, at) = (media.owner_id.clone(), ports.clock.now());
            let attachment = media.attachment(&options.base);
            ports.bus.publish(Signal::MediaReady { owner_id, attachment, at }.into());
        }
        Ok(media)
    }

    /// Gives it up; nothing is left of it.
    pub async fn abort(self) {
        self.writer.abort().await;
        discard(&self.ports, &[self.media.id]).await;
    }

    async fn may_stay(&mut self) -> Result<FileType, Error> {
        let file_type = self.all_is_here()?;
        owner_stands(&self.ports, &self.media, self.session).await?;
        Ok(file_type)
    }

    fn all_is_here(&mut self) -> Result<FileType, Error> {
        if self.size == 0 {
            return Err(self.refused(&"must not be empty"));
        }
        if self.announced.is_some_and(|announced| self.size < announced) {
            return Err(self.refused(&"has fewer bytes than were announced"));
        }
        self.look.tell().map_err(|too_many| self.refused(&too_many))
    }

    fn refused(&self, why: &dyn Display) -> Error {
        Error::field(self.pointer.clone(), why.to_string())
    }
}

/// Asked again at the end, since a large file may take an hour: who was deactivated or signed out
/// meanwhile brings nothing in any more. A token that has only run out is another matter: nobody can
/// renew it within a request, and on a slow line each would run out.
async fn owner_stands(
    ports: &Ports,
    media: &Media,
    session: Option<SessionId>,
) -> Result<(), Error> {
    match ports.still_holds(&media.owner_id, session).await {
        Err(Error::Deactivated) if media.slot.is_some() => Err(Error::NotFound),
        outcome => outcome,
    }
}
