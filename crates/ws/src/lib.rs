//! The WebSocket side of the server.
//!
//! Transport first: an encoded [`frame::Frame`] goes into a socket's [`outbox::Outbox`] from any
//! thread, the response body drains it, [`incoming::Reader`] hands over what the client says, and
//! [`socket::open`] makes all of them out of one HTTP request. None of that knows what a frame
//! means.

pub mod close;
pub mod frame;
pub mod heartbeat;
pub mod incoming;
pub mod outbox;
mod outgoing;
pub mod socket;
pub mod stalled;

pub use stalled::{keep_descriptor, listener};
