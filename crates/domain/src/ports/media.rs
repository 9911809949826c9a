//! Files: what is known of them, where their bytes are, what they are, and who
//! may have them without signing in.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;

use super::StorageError;
use crate::{FileType, Media, MediaId, Timestamp, TooManyPixels, UserId};

/// From when on an upload that no message uses is swept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unused {
    /// Now: slots that ended before.
    pub now: Timestamp,
    /// Ready, shown by no message since before then, and not claimed since.
    pub ready_before: Timestamp,
    /// Begun before then and still not whole.
    pub begun_before: Timestamp,
}

/// What is known of uploads. Which messages show which is written with the
/// messages ([`super::MessageLog::append`], [`super::MessageWrites`]): an
/// adapter MUST store that a message shows the media that its attachments name
/// in the transaction of the message, and MUST forget it with its tombstone.
#[async_trait]
pub trait MediaCatalogue: Send + Sync {
    /// A new slot or a new upload.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert(&self, media: &Media) -> Result<(), StorageError>;

    /// Lets an upload into its slot, which is open until `expires_at` and MUST
    /// be given once, however many ask at once. `None` for who has the wrong
    /// token, comes late or comes second.
    ///
    /// # Errors
    /// When the store fails.
    async fn enter_slot(
        &self,
        id: MediaId,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<Media>, StorageError>;

    /// Stores what an upload turned out to be ([`Media::arrived`]); false when
    /// it was doomed meanwhile.
    ///
    /// # Errors
    /// When the store fails.
    async fn arrived(&self, media: &Media) -> Result<bool, StorageError>;

    /// One upload, whatever its state.
    ///
    /// # Errors
    /// When the store fails.
    async fn find(&self, id: MediaId) -> Result<Option<Media>, StorageError>;

    /// Counts these as unused from now on, because a message is about to use them:
    /// those of them that are ready and belong to `owner`, in any order.
    ///
    /// # Errors
    /// When the store fails.
    async fn claim(
        &self,
        owner: &UserId,
        ids: &[MediaId],
        now: Timestamp,
    ) -> Result<Vec<Media>, StorageError>;

    /// Whether a message that the person may see shows it: one that is not
    /// deleted, at or above the floor of a participant present, in a
    /// conversation that exists.
    ///
    /// # Errors
    /// When the store fails.
    async fn is_shown_to(&self, id: MediaId, user: &UserId) -> Result<bool, StorageError>;

    /// Dooms what nobody uses, up to about `limit`; how many. None are left once
    /// it answers 0. What a message shows MUST NOT be doomed.
    ///
    /// # Errors
    /// When the store fails.
    async fn doom_unused(&self, unused: Unused, limit: u16) -> Result<u64, StorageError>;

    /// What is doomed, whoever doomed it: by time of creation and id, after that one.
    ///
    /// # Errors
    /// When the store fails.
    async fn doomed(&self, after: Option<&Media>, limit: u16) -> Result<Vec<Media>, StorageError>;

    /// Dooms these, unless a message shows them; answers those that are doomed.
    ///
    /// # Errors
    /// When the store fails.
    async fn doom(&self, ids: &[MediaId]) -> Result<Vec<Media>, StorageError>;

    /// Dooms everything that somebody uploaded, whether a message shows it or
    /// not: for erasing a person.
    ///
    /// # Errors
    /// When the store fails.
    async fn doom_all_of(&self, owner: &UserId) -> Result<u64, StorageError>;

    /// Forgets a doomed upload, whose bytes are gone.
    ///
    /// # Errors
    /// When the store fails.
    async fn forget(&self, id: MediaId) -> Result<(), StorageError>;

    /// The key by which this installation signs links: `candidate`, unless one
    /// is kept. Every node that asks MUST get the same.
    ///
    /// # Errors
    /// When the store fails.
    async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StorageError>;
}

/// Where the bytes are. Nothing but the key names them, and a key is written once.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Begins a blob. It MUST NOT be readable before it is finished.
    ///
    /// # Errors
    /// When the store fails.
    async fn begin(&self, key: &str) -> Result<Box<dyn BlobWriter>, StorageError>;

    /// The bytes of that range, which lies within the blob; `None` where there is none.
    ///
    /// # Errors
    /// When the store fails.
    async fn read(
        &self,
        key: &str,
        range: Range<u64>,
    ) -> Result<Option<Box<dyn BlobReader>>, StorageError>;

    /// Removes a blob, finished or not; one that is not there is no error.
    ///
    /// # Errors
    /// When the store fails.
    async fn delete(&self, key: &str) -> Result<(), StorageError>;
}

/// A blob that is being written. Holds a bounded part of it in memory. Dropped,
/// it is given up.
#[async_trait]
pub trait BlobWriter: Send {
    /// Goes on with these bytes.
    ///
    /// # Errors
    /// When the store fails; the blob is then given up.
    async fn write(&mut self, bytes: Bytes) -> Result<(), StorageError>;

    /// Makes it whole, and durable.
    ///
    /// # Errors
    /// When the store fails; the blob is then given up.
    async fn finish(self: Box<Self>) -> Result<(), StorageError>;

    /// Gives it up. What cannot be taken back is logged.
    async fn abort(self: Box<Self>);
}

/// A blob that is being read, piece by piece.
#[async_trait]
pub trait BlobReader: Send {
    /// The next piece; `None` after the last.
    ///
    /// # Errors
    /// When the store fails.
    async fn next(&mut self) -> Result<Option<Bytes>, StorageError>;
}

/// Tells what files are by their bytes. No file is ever decoded.
pub trait FileTypes: Send + Sync {
    /// Begins to look at a file that comes in.
    fn look(&self) -> Box<dyn FileLook>;
}

/// A look at one file that goes by, piece by piece. Holds a bounded part of it in memory.
pub trait FileLook: Send {
    /// Goes on with these bytes.
    ///
    /// # Errors
    /// For a picture whose header asks for more than may be shown.
    fn see(&mut self, bytes: &[u8]) -> Result<(), TooManyPixels>;

    /// What the file is, all of which has gone by.
    ///
    /// # Errors
    /// As [`FileLook::see`].
    fn tell(&mut self) -> Result<FileType, TooManyPixels>;
}

/// A secret that is told once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotToken {
    /// For the client.
    pub text: String,
    /// For the store.
    pub hash: [u8; 32],
}

/// Tokens in URLs: of slots, which are random, and of links, which are signed.
pub trait MediaTokens: Send + Sync {
    /// A new token for a slot, at least 128 random bits.
    fn slot(&self) -> SlotToken;

    /// Under which hash a slot's token is kept.
    fn slot_hash(&self, text: &str) -> [u8; 32];

    /// A random name for a blob: letters, digits and slashes.
    fn storage_key(&self) -> String;

    /// Lets whoever has it see one file as `viewer` would, until then.
    fn link(&self, id: MediaId, viewer: &UserId, until: Timestamp) -> String;

    /// Whose eyes a link lends, compared in constant time; `None` once it has
    /// run out, for another file, and for what this installation did not sign.
    fn viewer(&self, id: MediaId, token: &str, now: Timestamp) -> Option<UserId>;
}
