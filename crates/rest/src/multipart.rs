//! Bodies with files in them: `multipart/form-data`, read piece by piece and
//! never held. What the files are, and whether they may come in, is for the use
//! cases; here is how they arrive, in time and no more than there may be.

use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::{
    http::header::{self, HeaderMap},
    rt::time::timeout,
    web,
};
use bytes::{Bytes, BytesMut};
use chinwag_application::{Actor, Chat, Error, Upload};
use chinwag_domain::{Media, limits};
use futures_util::{Stream, StreamExt as _};

use crate::{RestOptions, incoming::Incoming};

/// Bytes of the part that is JSON, at most.
const MESSAGE_LIMIT: usize = 256 * 1024;
/// Characters of a part's name that an error repeats.
const SHOWN_NAME: usize = 64;

/// Whether the body is of this kind.
pub(crate) fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/form-data"))
}

/// How long to wait for what comes in.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    /// For the whole part that is JSON.
    pub message: Duration,
    /// For the next piece.
    pub piece: Duration,
    /// For one whole file.
    pub file: Duration,
}

impl Patience {
    pub(crate) fn of(options: &RestOptions, chat: &Chat) -> Self {
        let file = Duration::from_millis(chat.store_media.longest_upload_ms());
        Self { message: options.body_patience, piece: options.body_patience, file }
    }
}

/// A form, part by part: maybe `message`, then files.
pub(crate) struct Form {
    chat: web::Data<Chat>,
    actor: Actor,
    parts: Multipart,
    patience: Patience,
    /// A part that was looked at and not read.
    held: Option<Field>,
}

impl Form {
    /// Begins to read a body.
    pub(crate) fn of(incoming: Incoming, actor: Actor) -> Result<Self, Error> {
        let headers = incoming.http.headers().clone();
        if !is_multipart(&headers) {
            return Err(Error::UnsupportedMediaType);
        }
        let patience = Patience::of(&incoming.options(), &incoming.chat);
        let chat = incoming.chat.clone();
        let parts = Multipart::new(&headers, incoming.into_payload());
        Ok(Self { chat, actor, parts, patience, held: None })
    }

    /// The first part, when it is the `message`; else nothing is.
    pub(crate) async fn message(&mut self) -> Result<Bytes, Error> {
        let Some(mut part) = self.next().await? else { return Ok(Bytes::new()) };
        if part.name() != Some("message") {
            self.held = Some(part);
            return Ok(Bytes::new());
        }
        let reading = read_message(&mut part, self.patience.piece);
        timeout(self.patience.message, reading).await.unwrap_or_else(|_| Err(late()))
    }

    /// All the files, which are then stored; when one fails, none is.
    pub(crate) async fn files(mut self) -> Result<Vec<Media>, Error> {
        let mut files = Vec::new();
        match self.take_all(&mut files).await {
            Ok(()) => Ok(files),
            Err(error) => {
                self.chat.store_media.discard(&files).await;
                Err(error)
            }
        }
    }

    async fn take_all(&mut self, files: &mut Vec<Media>) -> Result<(), Error> {
        while let Some(part) = self.next().await? {
            match part.name() {
                Some("files") if files.len() < limits::ATTACHMENTS => {}
                Some("files") => return Err(Error::field("/files", "must be at most 5")),
                Some("message") => {
                    return Err(Error::field("/message", "must come once, before the files"));
                }
                name => return Err(unknown(name.unwrap_or_default())),
            }
            let pointer = format!("/files/{}", files.len());
            files.push(self.take(part, pointer).await?);
        }
        Ok(())
    }

    async fn take(&self, part: Field, pointer: String) -> Result<Media, Error> {
        let name = part.content_disposition().and_then(|it| {
            it.get_filename_ext()
                .map(|it| String::from_utf8_lossy(&it.value).into_owned())
                .or_else(|| it.get_filename().map(str::to_owned))
        });
        let name = name.unwrap_or_default();
        let upload = self.chat.store_media.begin(&self.actor, &name, pointer).await?;
        receive(upload, part, self.patience).await
    }

    async fn next(&mut self) -> Result<Option<Field>, Error> {
        if let Some(held) = self.held.take() {
            return Ok(Some(held));
        }
        match timeout(self.patience.piece, self.parts.next()).await {
            Ok(None) => Ok(None),
            Ok(Some(Ok(part))) => Ok(Some(part)),
            Ok(Some(Err(error))) => Err(unreadable(&error)),
            Err(_) => Err(late()),
        }
    }
}

async fn read_message(part: &mut Field, patience: Duration) -> Result<Bytes, Error> {
    let mut message = BytesMut::new();
    while let Some(piece) = piece(part, patience).await? {
        if message.len() + piece.len() > MESSAGE_LIMIT {
            return Err(Error::TooLarge("the part message may have at most 256 KiB"));
        }
        message.extend_from_slice(&piece);
    }
    Ok(message.freeze())
}

/// Takes in one file; when that fails, nothing is left of it.
pub(crate) async fn receive<S, E>(
    mut upload: Upload,
    mut pieces: S,
    patience: Patience,
) -> Result<Media, Error>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let pouring = async {
        while let Some(piece) = piece(&mut pieces, patience.piece).await? {
            upload.write(piece).await?;
        }
        Ok(())
    };
    match timeout(patience.file, pouring).await.unwrap_or_else(|_| Err(late())) {
        Ok(()) => upload.finish().await,
        Err(error) => {
            upload.abort().await;
            Err(error)
        }
    }
}

async fn piece<S, E>(pieces: &mut S, patience: Duration) -> Result<Option<Bytes>, Error>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    match timeout(patience, pieces.next()).await {
        Ok(piece) => piece.transpose().map_err(|_| Error::Malformed("it broke off".to_owned())),
        Err(_) => Err(late()),
    }
}

fn late() -> Error {
    Error::Malformed("it did not arrive in time".to_owned())
}

fn unreadable(error: &actix_multipart::MultipartError) -> Error {
    tracing::debug!(%error, "a form could not be read");
    Error::Malformed("it is no form with files".to_owned())
}

fn unknown(name: &str) -> Error {
    let shown: String = name.chars().take(SHOWN_NAME).collect();
    Error::field(format!("/{shown}"), "is not known here; there are message and files")
}
