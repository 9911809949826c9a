//! The storage ports on PostgreSQL and SQLite, through SeaORM.
//!
//! Start with [`Database::connect`] and [`Database::migrate_up`]; then build
//! the adapters upon it. No rules of the domain live here, only how its values
//! are kept.

mod audit;
mod blocks;
mod connect;
mod entity;
mod error;
mod folder;
mod jobs;
mod media;
mod message_log;
mod messages;
mod meters;
mod migrate;
mod needle;
mod queue;
mod receipts;
mod repo;
mod rows;
mod sql;
mod table;
mod unit_of_work;

pub use audit::SeaAuditLog;
pub use blocks::SeaBlocks;
pub use connect::{ConnectError, Database, DatabaseOptions, Refusal};
pub use folder::make_folder;
pub use jobs::SeaJobs;
pub use media::SeaMedia;
pub use message_log::{MessageLogOptions, MessageLogStats, SeaMessageLog};
pub use migrate::{MigrateError, MigrationState};
pub use receipts::SeaReceipts;
pub use repo::{SeaAccounts, SeaConversations, SeaDevices, SeaPersonalData, SeaUsers, SeaWebhooks};
pub use unit_of_work::SeaUnitsOfWork;
