//! Events as they go over the wire: encoded here, once each.

use chinwag_application::view::{ConversationView, MessageView, ParticipantView};
use chinwag_domain::{
    Attachment, Change, ConversationId, Durable, ReceiptKind, Revision, Signal, Timestamp,
};
use serde::Serialize;

use crate::{
    data::{Gone, Nothing, Typing, Uploaded, Viewing},
    frame::Frame,
    kinds::{EventKind, FrameKind},
};

/// The envelope of an event.
#[derive(Serialize)]
pub(super) struct Envelope<T> {
    #[serde(rename = "type")]
    pub kind: EventKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
    pub data: T,
    pub at: Timestamp,
}

impl<T: Serialize> Envelope<T> {
    pub(super) fn frame(&self) -> Frame {
        Frame::json(FrameKind::Event(self.kind), self).unwrap_or_else(|error| {
            // Our own types always serialise; a client that loses one asks again.
            tracing::error!(kind = %self.kind, %error, "an event could not be encoded");
            let at = self.at;
            Frame::text(&format!(r#"{{"type":"sync.required","data":{{}},"at":"{at}"}}"#))
                .counted_as(FrameKind::Event(EventKind::SyncRequired))
        })
    }
}

/// An event that is the same for everybody.
pub(super) fn durable<T: Serialize>(kind: EventKind, event: &Durable, data: T) -> Frame {
    Envelope {
        kind,
        conversation_id: Some(event.conversation_id),
        revision: Some(event.revision),
        notify: None,
        data,
        at: event.at,
    }
    .frame()
}

/// A new message, in at most two spellings.
pub(super) struct Created<'a> {
    event: &'a Durable,
    data: MessageView,
    spellings: [Option<Frame>; 2],
}

impl<'a> Created<'a> {
    pub(super) fn new(event: &'a Durable, message: &chinwag_domain::Message) -> Self {
        Self { event, data: MessageView::live(message.clone()), spellings: [None, None] }
    }

    pub(super) fn frame(&mut self, notify: bool) -> &Frame {
        let Self { event, data, spellings } = self;
        spellings[usize::from(notify)].get_or_insert_with(|| {
            Envelope {
                kind: EventKind::MessageCreated,
                conversation_id: Some(event.conversation_id),
                revision: Some(event.revision),
                notify: Some(notify),
                data,
                at: event.at,
            }
            .frame()
        })
    }
}

/// In place of a change that a person may not see, so that their count stays whole.
pub(super) fn revision(event: &Durable) -> Frame {
    durable(EventKind::Revision, event, Nothing {})
}

/// A change that is the same for everybody who may see it; `None` for those
/// that are told per person.
pub(super) fn same_for_all(event: &Durable) -> Option<Frame> {
    let kind = kind(&event.change);
    Some(match &event.change {
        Change::MessageUpdated(message) | Change::MessageDeleted(message) => {
            durable(kind, event, MessageView::live(message.clone()))
        }
        Change::ConversationUpdated(conversation) => {
            durable(kind, event, ConversationView::live(conversation))
        }
        Change::ConversationDeleted => durable(kind, event, Gone { id: event.conversation_id }),
        Change::ParticipantJoined(person)
        | Change::ParticipantLeft(person)
        | Change::ParticipantUpdated(person) => durable(kind, event, ParticipantView::from(person)),
        Change::ConversationCreated { .. } | Change::MessageCreated(_) => return None,
    })
}

/// The type of the event that tells of a change.
fn kind(change: &Change) -> EventKind {
    match change {
        Change::ConversationCreated { .. } => EventKind::ConversationCreated,
        Change::ConversationUpdated(_) => EventKind::ConversationUpdated,
        Change::ConversationDeleted => EventKind::ConversationDeleted,
        Change::MessageCreated(_) => EventKind::MessageCreated,
        Change::MessageUpdated(_) => EventKind::MessageUpdated,
        Change::MessageDeleted(_) => EventKind::MessageDeleted,
        Change::ParticipantJoined(_) => EventKind::ParticipantJoined,
        Change::ParticipantLeft(_) => EventKind::ParticipantLeft,
        Change::ParticipantUpdated(_) => EventKind::ParticipantUpdated,
    }
}

/// To the one who lost access, and nothing after it.
pub(super) fn removed(id: ConversationId, at: Timestamp) -> Frame {
    loose(EventKind::ConversationRemoved, Some(id), Gone { id }, at)
}

/// Events may have been lost.
pub(super) fn sync_required(id: Option<ConversationId>, at: Timestamp) -> Frame {
    loose(EventKind::SyncRequired, id, Nothing {}, at)
}

/// To the devices of who uploaded it.
pub(super) fn media_ready(attachment: &Attachment, at: Timestamp) -> Frame {
    loose(EventKind::MediaReady, None, Uploaded { attachment }, at)
}

/// An event without a revision.
pub(crate) fn loose<T: Serialize>(
    kind: EventKind,
    conversation_id: Option<ConversationId>,
    data: T,
    at: Timestamp,
) -> Frame {
    Envelope { kind, conversation_id, revision: None, notify: None, data, at }.frame()
}

/// What a signal says to the people in a conversation; `None` for the others.
pub(super) fn signal(signal: &Signal) -> Option<Frame> {
    let kind = signal_kind(signal)?;
    Some(match signal {
        Signal::Receipt { receipt, .. } => {
            loose(kind, Some(receipt.conversation_id), receipt, receipt.at)
        }
        Signal::TypingStarted { conversation_id, user, at, expires_in_ms } => {
            let data = Typing {
                conversation_id: *conversation_id,
                user: user.into(),
                expires_in_ms: Some(*expires_in_ms),
            };
            loose(kind, Some(*conversation_id), data, *at)
        }
        Signal::TypingStopped { conversation_id, user, at } => {
            let data = Typing {
                conversation_id: *conversation_id,
                user: user.into(),
                expires_in_ms: None,
            };
            loose(kind, Some(*conversation_id), data, *at)
        }
        Signal::Viewing { conversation_id, user, at, .. } => {
            let data = Viewing { conversation_id: *conversation_id, user };
            loose(kind, Some(*conversation_id), data, *at)
        }
        Signal::MembershipUpdated { .. }
        | Signal::PresenceChanged { .. }
        | Signal::MediaReady { .. }
        | Signal::SessionRevoked { .. }
        | Signal::AccountDeactivated { .. } => return None,
    })
}

/// The type of the event that tells of a signal; `None` for those that are told otherwise, or not at all.
fn signal_kind(signal: &Signal) -> Option<EventKind> {
    Some(match signal {
        Signal::Receipt { kind: ReceiptKind::Read, .. } => EventKind::ReceiptRead,
        Signal::Receipt { kind: ReceiptKind::Delivered, .. } => EventKind::ReceiptDelivered,
        Signal::TypingStarted { .. } => EventKind::TypingStarted,
        Signal::TypingStopped { .. } => EventKind::TypingStopped,
        Signal::Viewing { open: true, .. } => EventKind::ParticipantOpened,
        Signal::Viewing { open: false, .. } => EventKind::ParticipantClosed,
        Signal::MembershipUpdated { .. }
        | Signal::PresenceChanged { .. }
        | Signal::MediaReady { .. }
        | Signal::SessionRevoked { .. }
        | Signal::AccountDeactivated { .. } => return None,
    })
}
