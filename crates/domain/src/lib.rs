//! The ground floor of chinwag: what a chat *is*.
//!
//! Entities, values that can only exist when valid, the rules that decide what
//! people may do, the events that tell others, and the [`ports`] through which
//! all of it is stored and carried. No I/O, no runtime, no SQL, no HTTP: this
//! crate can be embedded anywhere.
//!
//! ```
//! use chinwag_domain::{Conversation, ConversationId, ParticipantRole, Timestamp, UserId, UserSummary};
//! use chinwag_domain::{GroupSettings, Participant};
//!
//! let ann: UserId = "ann".parse()?;
//! let bob: UserId = "bob".parse()?;
//! let now = Timestamp::from_millis(1_700_000_000_000);
//! let id = ConversationId::from_u128(7);
//!
//! let mut team = Conversation::group(id, ann.clone(), 2, GroupSettings::named("Team"), now);
//! let mut founder = Participant::founding(&team, UserSummary::bare(ann), ParticipantRole::Admin);
//! let member = Participant::founding(&team, UserSummary::bare(bob), ParticipantRole::Member);
//!
//! // Membership is a capability: only a participant of the conversation gets one.
//! let bobs = team.clone().as_participant(Some(member)).expect("bob is in");
//! assert!(bobs.may_add_members().is_err(), "members may not add people by default");
//!
//! // Every durable change takes the next revision, every message the next seq.
//! let place = team.next_message(now);
//! assert_eq!((place.seq.get(), place.revision.get()), (1, 2));
//! founder.sent(place.seq);
//! assert_eq!(founder.read_seq, place.seq);
//! # Ok::<(), chinwag_domain::Invalid>(())
//! ```
#![deny(missing_docs)]

mod account;
mod audit;
mod clock;
mod content;
mod conversation;
mod device;
mod event;
mod host_record;
mod ids;
mod job;
mod limit;
mod location;
mod media;
mod meeting;
mod membership;
mod message;
mod notification;
mod page;
mod participant;
pub mod ports;
mod presence;
mod receipt;
#[cfg(feature = "schema")]
mod schema;
mod search;
mod user;
mod webhook;

pub use account::{AccessClaims, Session, SessionState};
pub use audit::{
    AuditCursor, AuditEntry, AuditFilter, AuditHash, AuditHead, AuditSeal, AuditTarget,
    AuditTargetFilter, NewAuditEntry, SealedEntry,
};
pub use clock::Timestamp;
pub use content::{
    Attachment, AttachmentKind, Draft, MessageKind, RequestHash, SystemAction, SystemNote, limits,
};
pub use conversation::{
    Conversation, ConversationType, DirectKey, GroupSettings, HistoryPolicy, Permission,
    Permissions, Place,
};
pub use device::{DEVICES_PER_PERSON, Device, DeviceAddress, PushProvider};
pub use event::{Change, Durable, Event, Signal};
pub use host_record::{ERASED_NAME, HostRecord, Recorded};
pub use ids::{
    AuditId, ClientId, ConnectionId, ConversationId, DeviceId, Emoji, Invalid, JobId, MediaId,
    MessageId, Revision, Seq, SessionId, UserId, WebhookId,
};
pub use job::{Job, JobState, Lane, NewJob, forget_person};
pub use limit::{Budget, Payer, Quota, Quotas, Spent, Work, network};
pub use location::{Location, LocationMove, NotLive};
pub use media::{FileName, FileType, Media, MediaState, Slot, TooManyPixels};
pub use meeting::{Meeting, MeetingSide, MeetingStatus, MeetingStep, StepRefused};
pub use membership::{Denied, GroupFounders, Membership};
pub use message::{Edit, Message, MessageStatus, NewMessage, Pointers, ReactionTally, Tombstone};
pub use notification::{Notification, PushFault, PushOutcome};
pub use page::{
    ConversationCursor, ConversationFilter, Limit, Order, Page, PageNumber, Position, SeqCursor,
    UserCursor, Window,
};
pub use participant::{Mute, Participant, ParticipantRole};
pub use presence::Presence;
pub use receipt::{Mark, Receipt, ReceiptKind};
pub use search::{SearchCursor, SearchQuery, fold};
pub use user::{AppRole, Profile, ProfileChange, User, UserSummary};
pub use webhook::{ChangeKind, Webhook, WebhookSecret};
