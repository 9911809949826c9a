//! Time and ids: nothing else may ask for them.

use uuid::Uuid;

use crate::{
    AuditId, ConnectionId, ConversationId, JobId, MediaId, MessageId, SessionId, Timestamp,
    WebhookId,
};

/// What time it is.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// New ids.
pub trait IdGenerator: Send + Sync {
    /// A UUIDv7 that never was before.
    fn uuid(&self) -> Uuid;

    /// For a new conversation.
    fn conversation(&self) -> ConversationId {
        ConversationId::new(self.uuid())
    }
    /// For a new message.
    fn message(&self) -> MessageId {
        MessageId::new(self.uuid())
    }
    /// For a new upload.
    fn media(&self) -> MediaId {
        MediaId::new(self.uuid())
    }
    /// For a new job.
    fn job(&self) -> JobId {
        JobId::new(self.uuid())
    }
    /// For a new entry of the audit log.
    fn audit(&self) -> AuditId {
        AuditId::new(self.uuid())
    }
    /// For a new webhook.
    fn webhook(&self) -> WebhookId {
        WebhookId::new(self.uuid())
    }
    /// For a new sign-in.
    fn session(&self) -> SessionId {
        SessionId::new(self.uuid())
    }
    /// For a new connection.
    fn connection(&self) -> ConnectionId {
        ConnectionId::new(self.uuid())
    }
}
