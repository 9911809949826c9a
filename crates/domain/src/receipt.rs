//! How far a person has received and read a conversation.

use serde::{Deserialize, Serialize};

use crate::{ConversationId, Seq, Timestamp, UserId};

/// Which pointer a mark moves. Reading implies delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptKind {
    /// A device of the person has the messages.
    Delivered,
    /// The person has read them.
    Read,
}

impl ReceiptKind {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Read => "read",
        }
    }
}

/// A request to move a participant's pointer forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub conversation_id: ConversationId,
    /// Whose pointer.
    pub user_id: UserId,
    /// Which pointer.
    pub kind: ReceiptKind,
    /// Everything up to and including this.
    pub seq: Seq,
    /// When it happened.
    pub at: Timestamp,
}

/// That somebody received or read up to a place; the payload of `receipt.*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// Where.
    pub conversation_id: ConversationId,
    /// Whose pointer moved.
    pub user_id: UserId,
    /// Everything up to and including this.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
}

impl From<&Mark> for Receipt {
    fn from(mark: &Mark) -> Self {
        Self {
            conversation_id: mark.conversation_id,
            user_id: mark.user_id.clone(),
            seq: mark.seq,
            at: mark.at,
        }
    }
}
