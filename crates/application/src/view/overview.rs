//! What application admins see of the whole installation.

use std::net::IpAddr;

use chinwag_domain::{
    ConnectionId, Conversation, ConversationId, Timestamp, UserId, UserSummary, ports::Connection,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A group from outside: how large and how busy, and nothing of what is said.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[allow(missing_docs)] // the protocol's names
pub struct GroupOverview {
    pub id: ConversationId,
    pub name: Option<String>,
    pub category: Option<String>,
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub participant_count: u32,
    /// Messages that were ever stored, system messages too.
    pub message_count: i64,
    pub last_message_at: Option<Timestamp>,
}

impl From<Conversation> for GroupOverview {
    fn from(group: Conversation) -> Self {
        Self {
            id: group.id,
            name: group.settings.name,
            category: group.settings.category,
            created_by: group.created_by,
            created_at: group.created_at,
            participant_count: group.participant_count,
            message_count: group.last_seq.get(),
            last_message_at: group.last_message_at,
        }
    }
}

/// A socket that is open.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Connection")]
#[allow(missing_docs)] // the protocol's names
pub struct ConnectionView {
    pub id: ConnectionId,
    pub user: UserSummary,
    /// As far as proxies that are trusted tell it.
    pub address: Option<IpAddr>,
    pub connected_at: Timestamp,
    /// Conversations that it hears of.
    pub conversations: u64,
    /// Bytes that wait for it.
    pub waiting_bytes: u64,
}

impl From<Connection> for ConnectionView {
    fn from(connection: Connection) -> Self {
        let Connection { id, user, address, since, conversations, waiting_bytes } = connection;
        Self { id, user, address, connected_at: since, conversations, waiting_bytes }
    }
}

/// How many sign-ins ended.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct EndedSignIns {
    /// Those that stood.
    pub ended: usize,
}
