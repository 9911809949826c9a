//! What tests of chinwag need: adapters in memory, a clock turned by hand,
//! builders, and the conformance suites that every adapter of a port passes.
//!
//! [`memory`] behaves as the real adapters do (the suites hold it to that), so
//! use cases are tested against it without a database; [`ports!`] joins all of it. [`conformance`] is for
//! the authors of adapters: one constructor and one macro line give a named
//! test per case. Nothing here may be linked into a program that serves people:
//! it fails loudly, by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // only tests run it
#![allow(clippy::missing_panics_doc)] // a panic is how a test fails

mod builders;
mod clock;
pub mod conformance;
mod follow_ups;
mod ids;
mod log;
pub mod memory;

pub use builders::{
    attached_draft, direct, group, new_message, request_hash, sign_in_entry, summary, user, user_id,
};
pub use clock::ManualClock;
pub use follow_ups::{CHANGE_JOB, EveryChange};
pub use ids::SequentialIds;
pub use log::Log;

#[doc(hidden)] // for the macros
pub use tokio;
