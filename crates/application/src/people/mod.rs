//! People: who a token speaks for, local accounts, the directory, presence.

mod accounts;
mod authenticate;
mod block;
mod deactivate;
mod directory;
mod hosting;
mod presence;
mod standing;
mod upsert;

pub use accounts::{Accounts, SignIn};
pub use authenticate::{Authenticate, Authenticated};
pub use block::{BlockView, Blocking};
pub use deactivate::DeactivateUser;
pub use directory::People;
pub use presence::PresenceService;
pub use upsert::{UpsertUser, Upserted};
