//! The storage ports on PostgreSQL and SQLite, through SeaORM.
//!
//! Start with [`Database::connect`] and [`Database::migrate_up`]; then build
//! the adapters upon it. No rules of the domain live here, only how its values
//! are kept.

mod connect;
mod entity;
mod error;
mod messages;
mod migrate;
mod repo;
mod rows;
mod sql;
mod unit_of_work;

pub use connect::{ConnectError, Database, DatabaseOptions};
pub use migrate::{MigrateError, MigrationState};
pub use repo::{SeaAccounts, SeaConversations, SeaUsers};
pub use unit_of_work::SeaUnitsOfWork;
