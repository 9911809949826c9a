//! The cases for stores of blobs.

pub mod bytes;

use super::BlobsUnderTest;

/// What the cases play on.
pub fn on(store: BlobsUnderTest) -> BlobsUnderTest {
    store
}
