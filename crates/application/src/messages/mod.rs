//! What is said: sending, changing, taking back, reading again.

mod changes;
mod delete;
mod edit;
mod files;
mod get;
mod history;
mod location;
mod meeting;
mod meeting_due;
mod react;
mod search;
mod send;

pub use changes::Changes;
pub(crate) use changes::{Budget, collect, size};
pub use delete::DeleteMessage;
pub use edit::EditMessage;
pub use get::GetMessage;
pub use history::History;
pub use location::MoveLocation;
pub use meeting::ChangeMeeting;
pub use meeting_due::{MeetingDue, MeetingFollowUps};
pub use react::React;
pub use search::SearchMessages;
pub use send::{SendMessage, Sent};
