//! Whether a person is connected now.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId};

/// One person's presence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Presence {
    /// The person.
    pub user_id: UserId,
    /// Has at least one live connection, or had one less than five seconds ago.
    pub online: bool,
    /// When the last connection ended; null when never seen, or not known to the viewer.
    pub last_seen_at: Option<Timestamp>,
}

impl Presence {
    /// What a person looks like to those who share no conversation with them.
    pub fn hidden(user_id: UserId) -> Self {
        Self { user_id, online: false, last_seen_at: None }
    }
}
