//! How events and presence reach every node of an installation.
//!
//! Here live the adapters of `EventBus` and `PresenceBoard`; who gets to see an event is decided by
//! those who listen. [`InProcessBus`] and [`InProcessPresence`] serve an installation of one node.

mod in_process;
mod presence;

pub use in_process::InProcessBus;
pub use presence::InProcessPresence;
