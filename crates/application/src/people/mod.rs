//! People: who a token speaks for, local accounts, the directory, presence.

mod accounts;
mod authenticate;
mod block;
mod deactivate;
mod directory;
mod erase;
mod export;
mod export_all;
mod hosting;
mod import;
mod presence;
mod standing;
mod sweep;
mod upsert;

pub use accounts::{Accounts, SignIn};
pub use authenticate::{Authenticate, Authenticated};
pub use block::{BlockView, Blocking};
pub use deactivate::DeactivateUser;
pub use directory::People;
pub use erase::{EraseUser, FinishErasure};
pub use export::ExportOwnData;
pub use export_all::ExportUsers;
pub use import::{FailedLine, IMPORT_LINE_BYTES, IMPORT_LINES, Import, ImportUsers, Imported};
pub use presence::PresenceService;
pub(crate) use standing::Standing;
pub use sweep::SweepSignIns;
pub use upsert::{UpsertUser, Upserted};
