//! Bytes of files, what files are, and tokens for them.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use async_trait::async_trait;
use bytes::Bytes;
use chinwag_domain::{
    AttachmentKind, FileType, MediaId, Timestamp, TooManyPixels, UserId,
    ports::{
        BlobReader, BlobStore, BlobWriter, FileLook, FileTypes, MediaTokens, SlotToken,
        StorageError,
    },
};
use parking_lot::Mutex;

use crate::SequentialIds;
use chinwag_domain::ports::IdGenerator as _;

/// How many bytes a reader gives at once.
const PIECE: usize = 1_000;

type Blobs = Arc<Mutex<HashMap<String, Bytes>>>;

/// Blobs in memory. Clones share them.
#[derive(Clone, Default)]
pub struct MemoryBlobs {
    blobs: Blobs,
    stuck: Arc<Mutex<HashSet<String>>>,
}

impl MemoryBlobs {
    /// The keys of all that is finished.
    pub fn keys(&self) -> Vec<String> {
        self.blobs.lock().keys().cloned().collect()
    }

    /// Refuses from now on to delete the blob of that key.
    pub fn hold(&self, key: &str) {
        self.stuck.lock().insert(key.to_owned());
    }
}

#[async_trait]
impl BlobStore for MemoryBlobs {
    async fn begin(&self, key: &str) -> Result<Box<dyn BlobWriter>, StorageError> {
        let (blobs, key) = (Arc::clone(&self.blobs), key.to_owned());
        Ok(Box::new(MemoryWriter { blobs, key, bytes: Vec::new() }))
    }

    async fn read(
        &self,
        key: &str,
        range: Range<u64>,
    ) -> Result<Option<Box<dyn BlobReader>>, StorageError> {
        let Some(bytes) = self.blobs.lock().get(key).cloned() else { return Ok(None) };
        let at = |place: u64| usize::try_from(place).unwrap().min(bytes.len());
        let rest = bytes.slice(at(range.start)..at(range.end));
        Ok(Some(Box::new(MemoryReader(rest))))
    }

    async fn delete(&self, key: &str) -> Result<(), StorageError> {
        if self.stuck.lock().contains(key) {
            return Err(StorageError::unavailable(format!("{key} is held")));
        }
        self.blobs.lock().remove(key);
        Ok(())
    }
}

struct MemoryWriter {
    blobs: Blobs,
    key: String,
    bytes: Vec<u8>,
}

#[async_trait]
impl BlobWriter for MemoryWriter {
    async fn write(&mut self, bytes: Bytes) -> Result<(), StorageError> {
        self.bytes.extend_from_slice(&bytes);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<(), StorageError> {
        let written = self.blobs.lock().insert(self.key.clone(), self.bytes.into());
        assert!(written.is_none(), "{} was written twice", self.key);
        Ok(())
    }

    async fn abort(self: Box<Self>) {}
}

struct MemoryReader(Bytes);

#[async_trait]
impl BlobReader for MemoryReader {
    async fn next(&mut self) -> Result<Option<Bytes>, StorageError> {
        let piece = self.0.split_to(self.0.len().min(PIECE));
        Ok(Some(piece).filter(|piece| !piece.is_empty()))
    }
}

/// Takes a file that begins `PNG` for a small picture, one that begins `BIG` for
/// one that is too large, and `GIF`, `MP4`, `MP3`, `TXT` for what they say.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainTypes;

impl FileTypes for PlainTypes {
    fn look(&self) -> Box<dyn FileLook> {
        Box::<PlainLook>::default()
    }
}

/// The first letters.
#[derive(Default)]
struct PlainLook(Vec<u8>);

impl FileLook for PlainLook {
    fn see(&mut self, bytes: &[u8]) -> Result<(), TooManyPixels> {
        self.0.extend(bytes.iter().take(3 - self.0.len()));
        if self.0 == b"BIG" { Err(TooManyPixels) } else { Ok(()) }
    }

    fn tell(&mut self) -> Result<FileType, TooManyPixels> {
        let (kind, mime_type, pixels) = match self.0.as_slice() {
            b"PNG" => (AttachmentKind::Image, "image/png", Some((4, 3))),
            b"GIF" => (AttachmentKind::Gif, "image/gif", Some((2, 1))),
            b"MP4" => (AttachmentKind::Video, "video/mp4", None),
            b"MP3" => (AttachmentKind::Audio, "audio/mpeg", None),
            b"TXT" => (AttachmentKind::Document, "text/plain", None),
            _ => return Ok(FileType::unknown()),
        };
        Ok(FileType { kind, mime_type: mime_type.to_owned(), pixels })
    }
}

/// Tokens that anybody could make.
#[derive(Debug, Clone, Default)]
pub struct PlainMediaTokens(SequentialIds);

impl MediaTokens for PlainMediaTokens {
    fn slot(&self) -> SlotToken {
        let text = format!("slot-{}", self.0.uuid());
        SlotToken { hash: self.slot_hash(&text), text }
    }

    fn slot_hash(&self, text: &str) -> [u8; 32] {
        let mut hash = [0; 32];
        for (at, byte) in text.bytes().enumerate() {
            hash[at % 32] = u8::wrapping_add(hash[at % 32], byte).rotate_left(1);
        }
        hash
    }

    fn storage_key(&self) -> String {
        format!("blob/{}", self.0.uuid())
    }

    fn link(&self, id: MediaId, viewer: &UserId, until: Timestamp) -> String {
        format!("{id} {} {viewer}", until.millis())
    }

    fn viewer(&self, id: MediaId, token: &str, now: Timestamp) -> Option<UserId> {
        let rest = token.strip_prefix(&format!("{id} "))?;
        let (until, viewer) = rest.split_once(' ')?;
        let until = Timestamp::from_millis(until.parse().ok()?);
        viewer.parse().ok().filter(|_| until > now)
    }
}
