//! A look at everything that goes over the wire, for tests that hold it to the published contract and for tools that
//! show it. It sees and changes nothing.

use crate::Response;
use reqwest::{Method, Url};
use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};

/// What was seen.
#[derive(Debug)]
pub enum Seen<'a> {
    /// An answer to a REST request, with the body of that where it had one in memory.
    Answer { method: &'a Method, url: &'a Url, body: Option<&'a [u8]>, response: &'a Response },
    /// A text frame that was sent.
    Sent { socket: u64, text: &'a str },
    /// A text frame that came.
    Came { socket: u64, text: &'a str },
}

static WITNESS: OnceLock<fn(&Seen<'_>)> = OnceLock::new();
static SOCKETS: AtomicU64 = AtomicU64::new(1);

/// Shows everything that this process's clients and sockets say and hear from now on. The first witness stays.
pub fn witness(see: fn(&Seen<'_>)) {
    // Who comes second sees nothing, and need not know.
    let _ = WITNESS.set(see);
}

/// Whether anybody wants to see it.
pub(crate) fn is_watched() -> bool {
    WITNESS.get().is_some()
}

/// Shows it, where somebody wants to see it.
pub(crate) fn show(seen: &Seen<'_>) {
    if let Some(see) = WITNESS.get() {
        see(seen);
    }
}

/// A number by which the frames of one socket are told from those of others.
pub(crate) fn next_socket() -> u64 {
    SOCKETS.fetch_add(1, Ordering::Relaxed)
}
