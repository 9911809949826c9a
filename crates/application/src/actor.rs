//! Who does something.

use std::net::IpAddr;

use chinwag_domain::{AppRole, SessionId, UserId, UserSummary};

/// A person whose token was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub user: UserSummary,
    /// The application role of the current token.
    pub role: AppRole,
    /// The sign-in, for local accounts.
    pub session: Option<SessionId>,
    /// Where they come from, as far as proxies that are trusted tell it.
    pub address: Option<IpAddr>,
}

impl Actor {
    /// The person's id.
    pub fn id(&self) -> &UserId {
        &self.user.id
    }
}
