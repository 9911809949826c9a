//! Who does something.

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
}

impl Actor {
    /// The person's id.
    pub fn id(&self) -> &UserId {
        &self.user.id
    }
}
