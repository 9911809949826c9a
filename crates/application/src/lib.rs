//! The use cases of chinwag: one file, one struct, one `execute` each.
//!
//! They stand on the ports of `chinwag-domain` alone. REST and WebSocket enter
//! here with an [`Actor`] and a request as it came over the wire, and get back
//! [`view`]s, which are the objects of the protocol. What both doors share
//! (parsing, problems, views) is therefore here too; HTTP and sockets are not.
#![deny(missing_docs)]

mod actor;
mod address;
mod audit;
mod chat;
mod conversations;
mod devices;
mod error;
mod follow_ups;
mod jobs;
mod limits;
mod media;
mod messages;
mod operators;
mod participants;
mod people;
mod problem;
mod push;
mod reading;
pub mod request;
pub mod schema;
mod support;
mod sync;
mod typing;
pub mod view;
mod webhooks;

pub use actor::Actor;
pub use address::client_address;
pub use audit::{AuditChain, AuditExport, ExportAuditLog, ListAuditLog, Tampered, Verified};
pub use chat::{Chat, ChatOptions, Ports};
pub use conversations::{
    ClearConversation, CreateConversation, Created, DeleteConversation, GetConversation,
    ListConversations, UpdateMembership, UpdateSettings,
};
pub use devices::{ListDevices, RegisterDevice, Registered, RemoveDevice, TryDevice};
pub use error::{Error, FieldError};
pub use follow_ups::ChatFollowUps;
pub use jobs::{
    DiscardJob, JobError, JobHandler, ListJobs, RetryJob, Taken, Worker, WorkerOptions,
};
pub use limits::{Limits, rate_limit_fields};
pub use media::{
    FillSlot, GetMedia, MediaOptions, MediaPorts, RequestUpload, StoreMedia, SweepMedia, Upload,
};
pub use messages::{ChangeMeeting, MeetingDue, MeetingFollowUps, MoveLocation};
pub use messages::{
    Changes, DeleteMessage, EditMessage, GetMessage, History, React, SearchMessages, SendMessage,
    Sent,
};
pub use operators::{
    CloseConnection, EndSignIns, ListConnections, ListEverybody, ListGroups, ReadMetrics,
};
pub use participants::{
    AddParticipants, ChangeRole, Leave, ListParticipants, RemoveParticipant, Viewing,
};
pub use people::{
    Accounts, Authenticate, Authenticated, DeactivateUser, EraseUser, ExportOwnData, ExportUsers,
    FailedLine, FinishErasure, IMPORT_LINE_BYTES, IMPORT_LINES, Import, ImportUsers, Imported,
    People, PresenceService, SignIn, SweepSignIns, UpsertUser, Upserted,
};
pub use people::{BlockView, Blocking};
pub use problem::{Problem, ProblemKind};
pub use push::{PushDevice, PushFollowUps, PushMessage};
pub use reading::{GetReceipts, GetUnread, MarkDelivered, MarkRead};
pub use sync::{Deliveries, Sync};
pub use typing::Typing;
pub use webhooks::{
    CreateWebhook, DeleteWebhook, DeliverWebhook, ListWebhooks, PingWebhook, RegisteredWebhooks,
    WebhookFollowUps,
};
