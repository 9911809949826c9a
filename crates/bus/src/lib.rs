//! How events and presence reach every node of an installation.
//!
//! Here live the adapters of `EventBus`, `PresenceBoard` and `RateLimiter`; who gets to see an event is
//! decided by those who listen. [`InProcessBus`], [`InProcessPresence`] and [`InProcessRateLimiter`] serve an
//! installation of one node.

mod in_process;
mod meters;
mod presence;
mod rate_limiter;

pub use in_process::InProcessBus;
pub use presence::InProcessPresence;
pub use rate_limiter::InProcessRateLimiter;
