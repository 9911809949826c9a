//! Who is connected, over all nodes.

use std::collections::HashSet;

use async_trait::async_trait;

use crate::{ConnectionId, Timestamp, UserId};

/// Counts connections per person.
#[async_trait]
pub trait PresenceBoard: Send + Sync {
    /// A connection came in; true when the person was offline until now.
    async fn arrive(&self, user: &UserId, connection: ConnectionId) -> bool;

    /// A connection ended. The person stays online until [`PresenceBoard::sweep`].
    async fn depart(&self, user: &UserId, connection: ConnectionId, now: Timestamp);

    /// Takes off those whose last connection ended at or before `until`, with that
    /// time; each is told once.
    async fn sweep(&self, until: Timestamp) -> Vec<(UserId, Timestamp)>;

    /// Those of `users` who are online.
    async fn online(&self, users: &[UserId]) -> HashSet<UserId>;

    /// Those of `users` who have a connection now: not who is still shown
    /// online because the last one ended a moment ago.
    async fn connected(&self, users: &[UserId]) -> HashSet<UserId>;
}
