//! Why a chat does not begin or go on, in words for the person at the terminal.

use chinwag_client::{Close, Error as ClientError};

/// Why there is no chat, or no more.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody listens there.
    #[error("nobody answers at {server}: {cause}")]
    NobodyThere {
        /// Its address.
        server: String,
        /// What the system said.
        cause: String,
    },
    /// Somebody may be there, but no connection comes about: a name without an address, a certificate
    /// that is not trusted, silence.
    #[error("{server} cannot be reached: {cause}")]
    Unreachable {
        /// Its address.
        server: String,
        /// The innermost reason.
        cause: String,
    },
    /// The server does not take the token.
    #[error("the server does not take the token: {0}")]
    Token(String),
    /// The token was good once.
    #[error("the token has expired")]
    Expired,
    /// The server takes no guests, so a name alone is not enough.
    #[error("the server takes no guests")]
    NoGuests,
    /// The caller could not sign another token.
    #[error("no token can be made: {0}")]
    Unsigned(String),
    /// Nobody and nothing is called that.
    #[error("{0}")]
    NotFound(String),
    /// Something the server or the connection refused.
    #[error("{0}")]
    Client(#[from] ClientError),
    /// The server ended it for good.
    #[error("the server ended the connection ({}{})", .0.code, reason(.0))]
    Ended(Close),
    /// Lines of a script that were not carried out; each has been told.
    #[error("{0} of the lines could not be carried out")]
    Lines(usize),
}

fn reason(close: &Close) -> String {
    if close.reason.is_empty() { String::new() } else { format!(", {}", close.reason) }
}
