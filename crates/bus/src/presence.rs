//! Who is connected to a single node. How long a person stays online after the last connection is the
//! caller's affair: it decides until when to sweep.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chinwag_domain::{ConnectionId, Timestamp, UserId, ports::PresenceBoard};
use parking_lot::Mutex;

/// Counts the connections of one node, in memory.
#[derive(Default)]
pub struct InProcessPresence(Mutex<Board>);

/// Nobody is in both, and nobody is connected by no connection; who is in either is online.
#[derive(Default)]
struct Board {
    connected: HashMap<UserId, HashSet<ConnectionId>>,
    /// Whose last connection ended then. Apart, so that a sweep looks at nobody else.
    leaving: HashMap<UserId, Timestamp>,
}

impl InProcessPresence {
    /// A board with nobody on it.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl PresenceBoard for InProcessPresence {
    async fn arrive(&self, user: &UserId, connection: ConnectionId) -> bool {
        let mut board = self.0.lock();
        let was_leaving = board.leaving.remove(user).is_some();
        let connections = board.connected.entry(user.clone()).or_default();
        let was_connected = !connections.is_empty();
        connections.insert(connection);
        !was_leaving && !was_connected
    }

    async fn depart(&self, user: &UserId, connection: ConnectionId, now: Timestamp) {
        let mut board = self.0.lock();
        let Some(connections) = board.connected.get_mut(user) else { return };
        connections.remove(&connection);
        if connections.is_empty() {
            board.connected.remove(user);
            board.leaving.insert(user.clone(), now);
        }
    }

    async fn sweep(&self, until: Timestamp) -> Vec<(UserId, Timestamp)> {
        self.0.lock().leaving.extract_if(|_, ended| *ended <= until).collect()
    }

    async fn online(&self, users: &[UserId]) -> HashSet<UserId> {
        let board = self.0.lock();
        let online = |user: &&UserId| {
            board.connected.contains_key(*user) || board.leaving.contains_key(*user)
        };
        users.iter().filter(online).cloned().collect()
    }

    async fn connected(&self, users: &[UserId]) -> HashSet<UserId> {
        let board = self.0.lock();
        users.iter().filter(|user| board.connected.contains_key(*user)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: ConnectionId = ConnectionId::from_u128(1);
    const SECOND: ConnectionId = ConnectionId::from_u128(2);

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn ann() -> UserId {
        "ann".parse().unwrap()
    }

    async fn is_online(board: &InProcessPresence) -> bool {
        board.online(&[ann(), "bob".parse().unwrap()]).await.contains(&ann())
    }

    #[tokio::test]
    async fn the_first_connection_brings_a_person_online() {
        let board = InProcessPresence::new();
        assert!(!is_online(&board).await);
        assert!(board.arrive(&ann(), FIRST).await);
        assert!(!board.arrive(&ann(), SECOND).await);
        assert!(!board.arrive(&ann(), SECOND).await);
        assert_eq!(board.online(&[ann(), "bob".parse().unwrap()]).await, HashSet::from([ann()]));
    }

    #[tokio::test]
    async fn a_person_stays_online_until_swept_and_is_told_once() {
        let board = InProcessPresence::new();
        board.arrive(&ann(), FIRST).await;
        board.arrive(&ann(), SECOND).await;
        board.depart(&ann(), FIRST, at(100)).await;
        assert!(board.sweep(at(1_000)).await.is_empty(), "one connection is left");
        board.depart(&ann(), SECOND, at(200)).await;
        assert!(is_online(&board).await);
        assert!(board.sweep(at(199)).await.is_empty());
        assert!(is_online(&board).await);
        assert_eq!(board.sweep(at(200)).await, [(ann(), at(200))]);
        assert!(!is_online(&board).await);
        assert!(board.sweep(at(9_999)).await.is_empty());
        assert!(board.arrive(&ann(), FIRST).await, "online again");
    }

    #[tokio::test]
    async fn who_comes_back_in_time_never_left() {
        let board = InProcessPresence::new();
        board.arrive(&ann(), FIRST).await;
        board.depart(&ann(), FIRST, at(100)).await;
        assert!(!board.arrive(&ann(), SECOND).await);
        assert!(board.sweep(at(9_999)).await.is_empty());
        assert!(is_online(&board).await);
    }

    #[tokio::test]
    async fn only_known_connections_can_end() {
        let board = InProcessPresence::new();
        board.depart(&ann(), FIRST, at(100)).await;
        assert!(board.sweep(at(9_999)).await.is_empty(), "never was there");
        board.arrive(&ann(), FIRST).await;
        board.depart(&ann(), SECOND, at(100)).await;
        board.depart(&ann(), FIRST, at(200)).await;
        board.depart(&ann(), FIRST, at(300)).await;
        assert_eq!(board.sweep(at(9_999)).await, [(ann(), at(200))]);
    }
}
