//! The protocol over real sockets: an actix server over the in-memory
//! adapters, and clients that are not ours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

mod client;
mod doors;
mod frames;
mod golden;
mod identity;
mod server;
