//! How far people have received and read.

mod mark;
mod receipts;
mod unread;

pub use mark::{MarkDelivered, MarkRead};
pub use receipts::GetReceipts;
pub use unread::GetUnread;
