//! Conversations: starting, listing, settings, and each person's own view.

mod create;
mod get;
mod list;
mod settings;
mod view_of_mine;

pub use create::{CreateConversation, Created};
pub use get::GetConversation;
pub use list::ListConversations;
pub use settings::{DeleteConversation, UpdateSettings};
pub use view_of_mine::{ClearConversation, UpdateMembership};
