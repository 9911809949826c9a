//! Every port, held in memory.
//!
//! [`MemoryStore`] is the storage: one state behind one lock for writers, the
//! last committed state for readers, as in the databases. The others stand
//! alone. What use cases do and a database would refuse (writing without the
//! lock, a number out of turn, a person nobody knows) is refused here too.

mod accounts;
mod adapters;
mod audit;
mod blobs;
mod blocks;
mod bus;
mod conversations;
mod devices;
mod jobs;
mod media;
mod message_log;
mod passwords;
mod people;
mod personal_data;
mod presence;
mod rate_limiter;
mod receipts;
mod search;
mod state;
mod store;
mod summaries;
mod tokens;
mod unit_of_work;
mod users;
mod webhooks;

pub use adapters::MemoryAdapters;
pub use blobs::{MemoryBlobs, PlainMediaTokens, PlainTypes};
pub use bus::MemoryBus;
pub use passwords::PlainPasswords;
pub use presence::MemoryPresenceBoard;
pub use rate_limiter::{MemoryRateLimiter, Unlimited};
pub use store::MemoryStore;
pub use tokens::FakeTokens;
pub use webhooks::FakeWebhookSender;
