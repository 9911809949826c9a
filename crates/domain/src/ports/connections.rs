//! Who is connected to this node right now, for operators. Nothing here is stored, and other nodes have their own.

use std::net::IpAddr;

use crate::{ConnectionId, Timestamp, UserSummary};

/// A socket that is open and identified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Names it; ids of later ones are greater.
    pub id: ConnectionId,
    /// Whose.
    pub user: UserSummary,
    /// Where it comes from, as far as proxies that are trusted tell it.
    pub address: Option<IpAddr>,
    /// Let in.
    pub since: Timestamp,
    /// Conversations that it hears of.
    pub conversations: u64,
    /// Bytes that wait for it: many for long are a client in trouble.
    pub waiting_bytes: u64,
}

/// The sockets of this node.
pub trait Connections: Send + Sync {
    /// All of them, by id.
    fn list(&self) -> Vec<Connection>;

    /// Closes one, whose client may come back at once; whose it was, or `None` when there is none such.
    fn close(&self, id: ConnectionId) -> Option<UserSummary>;
}
