//! The routes over the use cases and adapters in memory: what is HTTP's part
//! of the protocol. What chat does is tested where it is decided.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails loudly

mod bodies;
mod browsers;
mod envelopes;
mod identity;
mod objects;
mod problems;
mod queries;
mod routes;
mod sockets;
mod world;
