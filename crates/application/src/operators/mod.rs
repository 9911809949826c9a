//! What application admins see of the whole installation, and do about it: people, groups, sign-ins and
//! sockets. Each begins by asking whether the actor is one; what is done is written down, what is looked
//! at is not.

mod connections;
mod groups;
mod metrics;
mod people;
mod sign_ins;

pub use connections::{CloseConnection, ListConnections};
pub use groups::ListGroups;
pub use metrics::ReadMetrics;
pub use people::ListEverybody;
pub use sign_ins::EndSignIns;
