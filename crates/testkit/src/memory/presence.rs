//! Who is connected to this process.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chinwag_domain::{ConnectionId, Timestamp, UserId, ports::PresenceBoard};
use parking_lot::Mutex;

/// Counts connections per person.
#[derive(Default)]
pub struct MemoryPresenceBoard(Mutex<HashMap<UserId, Online>>);

/// Somebody who is online.
#[derive(Default)]
struct Online {
    connections: HashSet<ConnectionId>,
    /// When the last of them ended; they are online until swept.
    left_at: Option<Timestamp>,
}

#[async_trait]
impl PresenceBoard for MemoryPresenceBoard {
    async fn arrive(&self, user: &UserId, connection: ConnectionId) -> bool {
        let mut board = self.0.lock();
        let new = !board.contains_key(user);
        let online = board.entry(user.clone()).or_default();
        online.connections.insert(connection);
        online.left_at = None;
        new
    }

    async fn depart(&self, user: &UserId, connection: ConnectionId, now: Timestamp) {
        let mut board = self.0.lock();
        let Some(online) = board.get_mut(user) else { return };
        if online.connections.remove(&connection) && online.connections.is_empty() {
            online.left_at = Some(now);
        }
    }

    async fn sweep(&self, until: Timestamp) -> Vec<(UserId, Timestamp)> {
        let mut board = self.0.lock();
        let gone = board.extract_if(|_, online| online.left_at.is_some_and(|at| at <= until));
        gone.filter_map(|(user, online)| Some((user, online.left_at?))).collect()
    }

    async fn online(&self, users: &[UserId]) -> HashSet<UserId> {
        let board = self.0.lock();
        users.iter().filter(|user| board.contains_key(*user)).cloned().collect()
    }

    async fn connected(&self, users: &[UserId]) -> HashSet<UserId> {
        let board = self.0.lock();
        let connected =
            |user: &&UserId| board.get(*user).is_some_and(|online| online.left_at.is_none());
        users.iter().filter(connected).cloned().collect()
    }
}
