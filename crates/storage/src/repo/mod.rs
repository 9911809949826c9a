//! What is read and written outside of units of work, one adapter per port.

mod accounts;
mod conversations;
mod devices;
mod personal_data;
mod users;
mod webhooks;

pub use accounts::SeaAccounts;
pub use conversations::SeaConversations;
pub use devices::SeaDevices;
pub use personal_data::SeaPersonalData;
pub use users::SeaUsers;
pub use webhooks::SeaWebhooks;
