//! Files: bringing them in, having them back, and sweeping what nobody uses.

mod discard;
mod get;
mod slot;
mod sweep;
mod upload;

pub(crate) use discard::discard;
pub use get::GetMedia;
pub use slot::{FillSlot, RequestUpload};
pub use sweep::SweepMedia;
pub use upload::{StoreMedia, Upload};

use std::sync::Arc;

use chinwag_domain::ports::{BlobStore, FileTypes, MediaCatalogue, MediaTokens};

/// What files stand on.
#[derive(Clone)]
#[allow(missing_docs)] // the ports are documented where they are defined
pub struct MediaPorts {
    pub catalogue: Arc<dyn MediaCatalogue>,
    pub blobs: Arc<dyn BlobStore>,
    pub types: Arc<dyn FileTypes>,
    pub tokens: Arc<dyn MediaTokens>,
}

/// What an operator decides about files.
#[derive(Debug, Clone)]
pub struct MediaOptions {
    /// The path that the API is below, for URLs of files; no slash at its end.
    pub base: String,
    /// The largest file.
    pub max_bytes: u64,
    /// How long a file that no message shows is kept, in milliseconds.
    pub unused_ms: i64,
}

impl Default for MediaOptions {
    fn default() -> Self {
        Self { base: "/api/v1".to_owned(), max_bytes: 10 * 1024 * 1024, unused_ms: 24 * 3_600_000 }
    }
}

impl MediaOptions {
    /// How long one upload may take, in milliseconds: a minute, and the time of 32 KiB a second.
    pub fn longest_upload_ms(&self) -> u64 {
        60_000 + self.max_bytes / 32
    }
}
