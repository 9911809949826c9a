//! The tables as SeaORM sees them, column by column. No rules and no mapping to
//! the domain here (see [`crate::rows`]). Times are milliseconds since the
//! epoch: SQLite would sort anything else wrongly.

pub mod audit_entry;
pub mod audit_head;
pub mod conversation;
pub mod credential;
pub mod device;
pub mod job;
pub mod media;
pub mod message;
pub mod message_edit;
pub mod message_media;
pub mod participant;
pub mod reaction;
pub mod refresh_token;
pub mod session;
pub mod user;
pub mod webhook;
