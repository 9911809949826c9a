//! The objects of the protocol, as they are written.

mod archive;
mod audit;
mod catching_up;
mod conversation;
mod device;
mod media;
mod message;
mod operation;
mod overview;
mod participant;
mod people;

pub use archive::ArchiveView;
pub(crate) use archive::{
    ArchiveHead, ArchivedEdit, ArchivedMessage, ArchivedPart, ArchivedReaction,
};
pub use audit::AuditEntryView;
pub use catching_up::{ChangesView, SyncEntry, SyncView, UnreadEntry, UnreadView};
pub use conversation::{
    ConversationDetailView, ConversationSettingsView, ConversationSummaryView, ConversationView,
    Pages,
};
pub use device::{DeviceTrialView, DeviceView};
pub use media::{MediaLink, UploadSlot};
pub use message::MessageView;
pub use operation::{JobView, PingView, WebhookView, WebhookWithSecret};
pub use overview::{ConnectionView, EndedSignIns, GroupOverview};
pub use participant::{MembershipView, OtherPerson, ParticipantView};
pub use people::{
    HostedProfile, OwnProfile, PublicProfile, ReceiptEntry, ReceiptsView, SessionView, TokensView,
    TypingUser,
};

use std::fmt::Display;

use chinwag_domain::Page;
use schemars::JsonSchema;
use serde::Serialize;

/// Items without more to come.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "{T}Items")]
pub struct Items<T> {
    /// The items.
    pub items: Vec<T>,
}

/// A list or a piece of one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub struct ListView<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the list goes on; null at its end.
    pub next_cursor: Option<String>,
    /// Present when a page number was asked for.
    #[serde(flatten)]
    pub pages: Option<Pages>,
}

impl<V> ListView<V> {
    /// A piece as a store hands it over, each of its items shown by `view`.
    pub(crate) fn of<T, C: Display>(page: Page<T, C>, view: impl FnMut(T) -> V) -> Self {
        Self {
            items: page.items.into_iter().map(view).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
            pages: None,
        }
    }
}
