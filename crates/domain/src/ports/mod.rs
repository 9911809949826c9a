//! What the use cases need from outside, as narrow traits.
//!
//! Every adapter of a port behaves the same; `chinwag-testkit` holds the suite
//! that shows it. Absence is `Ok(None)`, never an error.

mod accounts;
mod ambient;
mod audit;
mod blocks;
mod connections;
mod conversations;
mod devices;
mod event_bus;
mod identity;
mod jobs;
mod media;
mod message_log;
mod people;
mod personal_data;
mod presence;
mod push;
mod rate_limiter;
mod receipts;
mod storage_error;
mod unit_of_work;
mod users;
mod webhooks;

pub use accounts::{Accounts, Credential, NewAccount, OnReuse, Outdated, Rotation};
pub use ambient::{Clock, IdGenerator};
pub use audit::{AuditLog, AuditWrites};
pub use blocks::{BlockWrites, Blocks};
pub use connections::{Connection, Connections};
pub use conversations::{
    ConversationSummary, Conversations, Head, MemberView, MembersSnapshot, MembershipHead, Unread,
};
pub use devices::{DevicePut, Devices};
pub use event_bus::{EventBus, EventSink};
pub use identity::{
    PasswordError, PasswordHasher, RefreshToken, TokenError, TokenIssuer, TokenVerifier,
};
pub use jobs::{Capacity, FollowUps, JobWrites, Jobs, NoFollowUps};
pub use media::{
    BlobReader, BlobStore, BlobWriter, FileLook, FileTypes, MediaCatalogue, MediaTokens, SlotToken,
    Unused,
};
pub use message_log::{AppendError, Appended, Found, MessageLog};
pub use people::{Ended, PeopleWrites};
pub use personal_data::{ErasureWrites, Mentions, PartTaken, PersonalData, Said};
pub use presence::PresenceBoard;
pub use push::PushGateway;
pub use rate_limiter::RateLimiter;
pub use receipts::{ReceiptRow, Receipts};
pub use storage_error::StorageError;
pub use unit_of_work::{
    ConversationWrites, DirectInserted, MessageWrites, ParticipantWrites, UnitOfWork, UnitsOfWork,
};
pub use users::Users;
#[cfg(feature = "mock")]
pub use webhooks::MockWebhookSender;
pub use webhooks::{WebhookDelivery, WebhookError, WebhookSender, WebhookWrites, Webhooks};
