//! Who takes part in a group. Every coming and going takes a revision, and a
//! system message tells of it.

mod add;
mod leave;
mod list;
mod role;
mod viewing;

pub use add::AddParticipants;
pub(crate) use leave::part;
pub use leave::{Leave, RemoveParticipant};
pub use list::ListParticipants;
pub use role::ChangeRole;
pub use viewing::Viewing;
