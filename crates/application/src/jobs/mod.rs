//! Jobs: who does them, and what operators see and do of them.

mod change;
mod list;
mod places;
mod worker;

pub use change::{DiscardJob, RetryJob};
pub use list::ListJobs;
pub use places::Taken;
pub use worker::{JobError, JobHandler, Worker, WorkerOptions};
