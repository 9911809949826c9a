//! URLs of files.

use chinwag_domain::{MediaId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// A place for one upload.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UploadSlot {
    /// The file's id, before it is there.
    pub media_id: MediaId,
    /// Where it goes, by one PUT.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A file for who has no token.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MediaLink {
    /// Where it is.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}
