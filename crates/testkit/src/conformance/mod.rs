//! The suites that show an adapter to behave as its port says.
//!
//! An adapter's author writes a constructor and one line, and gets a named
//! test per case:
//!
//! ```ignore
//! async fn fresh() -> StorageUnderTest { /* an empty store, and its bus */ }
//! chinwag_testkit::storage_conformance!(fresh);
//! ```
//!
//! A case is a plain `async fn`, of the module of its subject; the lists
//! are in `lists.rs`, and a test finds the case that was forgotten. Cases know
//! ports alone: nothing here may know an adapter.

pub mod blobs;
pub mod bus;
mod cases;
pub mod limiter;
mod lists;
pub mod presence;
pub mod stage;
pub mod storage;
mod under_test;

pub use stage::Stage;
pub use under_test::{BlobsUnderTest, BusUnderTest, LimiterUnderTest, StorageUnderTest};
