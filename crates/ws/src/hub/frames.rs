//! Events as they go over the wire: encoded here, once each.

use chinwag_application::view::{ConversationView, MessageView, ParticipantView, TypingUser};
use chinwag_domain::{
    Attachment, Change, ConversationId, Durable, Receipt, ReceiptKind, Revision, Signal, Timestamp,
};
use serde::Serialize;
use serde_json::json;

use crate::frame::Frame;

/// The envelope of an event.
#[derive(Serialize)]
pub(super) struct Envelope<T> {
    #[serde(rename = "type")]
    pub kind: &'static str,
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
        Frame::json(self).unwrap_or_else(|error| {
            // Our own types always serialise; a client that loses one asks again.
            tracing::error!(kind = self.kind, %error, "an event could not be encoded");
            Frame::text(r#"{"type":"sync.required","data":{}}"#)
        })
    }
}

/// An event that is the same for everybody.
pub(super) fn durable<T: Serialize>(kind: &'static str, event: &Durable, data: T) -> Frame {
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
                kind: "message.created",
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
    durable("revision", event, json!({}))
}

/// A change that is the same for everybody who may see it; `None` for those
/// that are told per person.
pub(super) fn same_for_all(event: &Durable) -> Option<Frame> {
    Some(match &event.change {
        Change::MessageUpdated(message) => {
            durable("message.updated", event, MessageView::live(message.clone()))
        }
        Change::MessageDeleted(message) => {
            durable("message.deleted", event, MessageView::live(message.clone()))
        }
        Change::ConversationUpdated(conversation) => {
            durable("conversation.updated", event, ConversationView::live(conversation))
        }
        Change::ConversationDeleted => {
            durable("conversation.deleted", event, json!({ "id": event.conversation_id }))
        }
        Change::ParticipantJoined(person) => {
            durable("participant.joined", event, ParticipantView::from(person))
        }
        Change::ParticipantLeft(person) => {
            durable("participant.left", event, ParticipantView::from(person))
        }
        Change::ParticipantUpdated(person) => {
            durable("participant.updated", event, ParticipantView::from(person))
        }
        Change::ConversationCreated { .. } | Change::MessageCreated(_) => return None,
    })
}

/// To the one who lost access, and nothing after it.
pub(super) fn removed(id: ConversationId, at: Timestamp) -> Frame {
    loose("conversation.removed", Some(id), json!({ "id": id }), at)
}

/// Events may have been lost.
pub(super) fn sync_required(id: Option<ConversationId>, at: Timestamp) -> Frame {
    loose("sync.required", id, json!({}), at)
}

/// To the devices of who uploaded it.
pub(super) fn media_ready(attachment: &Attachment, at: Timestamp) -> Frame {
    loose("media.ready", None, json!({ "attachment": attachment }), at)
}

/// An event without a revision.
pub(super) fn loose<T: Serialize>(
    kind: &'static str,
    conversation_id: Option<ConversationId>,
    data: T,
    at: Timestamp,
) -> Frame {
    Envelope { kind, conversation_id, revision: None, notify: None, data, at }.frame()
}

#[derive(Serialize)]
struct TypingData<'a> {
    conversation_id: ConversationId,
    user: TypingUser<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in_ms: Option<u32>,
}

/// What a signal says to the people in a conversation; `None` for the others.
pub(super) fn signal(signal: &Signal) -> Option<Frame> {
    Some(match signal {
        Signal::Receipt { kind, receipt } => receipt_frame(*kind, receipt),
        Signal::TypingStarted { conversation_id, user, at, expires_in_ms } => {
            let data = TypingData {
                conversation_id: *conversation_id,
                user: user.into(),
                expires_in_ms: Some(*expires_in_ms),
            };
            loose("typing.started", Some(*conversation_id), data, *at)
        }
        Signal::TypingStopped { conversation_id, user, at } => {
            let data = TypingData {
                conversation_id: *conversation_id,
                user: user.into(),
                expires_in_ms: None,
            };
            loose("typing.stopped", Some(*conversation_id), data, *at)
        }
        Signal::Viewing { conversation_id, user, open, at } => {
            let kind = if *open { "participant.opened" } else { "participant.closed" };
            let data = json!({ "conversation_id": conversation_id, "user": user });
            loose(kind, Some(*conversation_id), data, *at)
        }
        Signal::MembershipUpdated { .. }
        | Signal::PresenceChanged { .. }
        | Signal::MediaReady { .. }
        | Signal::SessionRevoked { .. }
        | Signal::AccountDeactivated { .. } => return None,
    })
}

fn receipt_frame(kind: ReceiptKind, receipt: &Receipt) -> Frame {
    let kind = match kind {
        ReceiptKind::Read => "receipt.read",
        ReceiptKind::Delivered => "receipt.delivered",
    };
    loose(kind, Some(receipt.conversation_id), receipt, receipt.at)
}
