//! People: who a token speaks for, local accounts, the directory, presence.

mod accounts;
mod authenticate;
mod directory;
mod presence;

pub use accounts::{Accounts, SignIn};
pub use authenticate::{Authenticate, Authenticated};
pub use directory::People;
pub use presence::PresenceService;
