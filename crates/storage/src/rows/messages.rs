//! Messages: what their sender decided beside words is one column of JSON.

use chinwag_domain::{
    Attachment, ClientId, ConversationId, Draft, Location, Meeting, Message, MessageId,
    MessageKind, ReactionTally, RequestHash, Revision, Seq, SystemNote, Timestamp, Tombstone,
    UserId, UserSummary, fold, ports::StorageError,
};
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{millis, time, user_id};
use crate::{entity::message, error::corrupt};

/// Under which a message of the server is stored: nobody sent a request for it.
pub(crate) const NO_REQUEST: RequestHash = RequestHash([0; 32]);

/// What a sender decides beside words and reply, as stored: only what is there.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Payload<'a> {
    #[serde(skip_serializing_if = "is_empty")]
    attachments: std::borrow::Cow<'a, [Attachment]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meeting: Option<std::borrow::Cow<'a, Meeting>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<std::borrow::Cow<'a, SystemNote>>,
    #[serde(skip_serializing_if = "is_empty")]
    mentions: std::borrow::Cow<'a, [UserId]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<std::borrow::Cow<'a, serde_json::Value>>,
}

fn is_empty<T: Clone>(items: &[T]) -> bool {
    items.is_empty()
}

/// The payload column of a draft; `None` when there is nothing to store.
pub(crate) fn payload(body: &Draft) -> Result<Option<String>, StorageError> {
    use std::borrow::Cow::Borrowed;
    let empty = body.attachments.is_empty()
        && body.location.is_none()
        && body.meeting.is_none()
        && body.system.is_none()
        && body.mentions.is_empty()
        && body.metadata.is_none();
    if empty {
        return Ok(None);
    }
    let payload = Payload {
        attachments: Borrowed(&body.attachments),
        location: body.location,
        meeting: body.meeting.as_ref().map(Borrowed),
        system: body.system.as_ref().map(Borrowed),
        mentions: Borrowed(&body.mentions),
        metadata: body.metadata.as_ref().map(Borrowed),
    };
    serde_json::to_string(&payload).map(Some).map_err(StorageError::internal)
}

/// What stands for a `client_id` in its conversation and of its sender: half of
/// a SHA-256. Ids of people hold no space, so nothing else gives the same text.
pub(crate) fn client_key(conversation: ConversationId, sender: &UserId, id: &ClientId) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(conversation.uuid().as_bytes());
    hash.update(sender.as_str());
    hash.update(b" ");
    hash.update(id.as_str());
    let mut half = [0; 16];
    half.copy_from_slice(&hash.finalize()[..16]);
    Uuid::from_bytes(half)
}

/// What the search looks in; nothing for messages of the server.
pub(crate) fn search_text(body: &Draft) -> Option<String> {
    body.content.as_deref().filter(|_| body.system.is_none()).map(fold)
}

fn body(row: &mut message::Model) -> Result<Draft, StorageError> {
    let payload: Payload<'static> = match row.payload.take() {
        Some(json) => serde_json::from_str(&json).map_err(|_| corrupt("message payload"))?,
        None => Payload::default(),
    };
    Ok(Draft {
        kind: MessageKind::from_name(&row.kind).ok_or_else(|| corrupt("message kind"))?,
        content: row.content.take(),
        attachments: payload.attachments.into_owned(),
        location: payload.location,
        meeting: payload.meeting.map(std::borrow::Cow::into_owned),
        system: payload.system.map(std::borrow::Cow::into_owned),
        reply_to: row.reply_to.map(MessageId::new),
        mentions: payload.mentions.into_owned(),
        metadata: payload.metadata.map(std::borrow::Cow::into_owned),
    })
}

pub(crate) fn message(
    mut row: message::Model,
    sender: UserSummary,
    reactions: Vec<ReactionTally>,
) -> Result<Message, StorageError> {
    let tombstone = match (row.deleted_at, &row.deleted_by) {
        (Some(at), Some(by)) => {
            Some(Tombstone { at: Timestamp::from_millis(at), by: user_id(by)? })
        }
        (None, None) => None,
        _ => return Err(corrupt("half a tombstone")),
    };
    Ok(Message {
        id: MessageId::new(row.id),
        conversation_id: ConversationId::new(row.conversation_id),
        seq: Seq::new(row.seq),
        revision: Revision::new(row.revision),
        sender,
        client_id: row
            .client_id
            .take()
            .map(|text| text.parse().map_err(|_| corrupt("client id")))
            .transpose()?,
        client_created_at: time(row.client_created_at),
        body: body(&mut row)?,
        reactions,
        created_at: Timestamp::from_millis(row.created_at),
        edited_at: time(row.edited_at),
        tombstone,
    })
}

pub(crate) fn message_row(
    message: &Message,
    request_hash: RequestHash,
) -> Result<message::Model, StorageError> {
    Ok(message::Model {
        conversation_id: message.conversation_id.uuid(),
        seq: message.seq.get(),
        id: message.id.uuid(),
        sender_id: message.sender.id.to_string(),
        client_id: message.client_id.as_ref().map(ToString::to_string),
        client_key: message
            .client_id
            .as_ref()
            .map(|id| client_key(message.conversation_id, &message.sender.id, id)),
        request_hash: request_hash.0.to_vec(),
        client_created_at: millis(message.client_created_at),
        kind: message.body.kind.as_str().to_owned(),
        content: message.body.content.clone(),
        payload: payload(&message.body)?,
        reply_to: message.body.reply_to.map(MessageId::uuid),
        created_at: message.created_at.millis(),
        edited_at: millis(message.edited_at),
        deleted_at: millis(message.tombstone.as_ref().map(|tombstone| tombstone.at)),
        deleted_by: message.tombstone.as_ref().map(|tombstone| tombstone.by.to_string()),
        revision: message.revision.get(),
        counted: message.counts(),
        search_text: search_text(&message.body),
    })
}

#[cfg(test)]
mod tests {
    use chinwag_domain::SystemAction;

    use super::*;

    #[test]
    fn a_message_comes_back_from_its_row_as_it_was() {
        let now = Timestamp::from_millis(5);
        let body = Draft {
            kind: MessageKind::Location,
            content: Some(String::new()),
            location: Some(Location { latitude: 1.5, longitude: -2.25, live: true }),
            mentions: vec!["bob".parse().unwrap()],
            reply_to: Some(MessageId::from_u128(3)),
            metadata: Some(serde_json::json!({"a": [1, null]})),
            ..Draft::default()
        };
        let message = Message {
            id: MessageId::from_u128(1),
            conversation_id: ConversationId::from_u128(2),
            seq: Seq::new(4),
            revision: Revision::new(9),
            sender: UserSummary::bare("ann".parse().unwrap()),
            client_id: Some("c-1".parse().unwrap()),
            client_created_at: Some(now),
            body,
            reactions: Vec::new(),
            created_at: now,
            edited_at: Some(now),
            tombstone: Some(Tombstone { at: now, by: "ann".parse().unwrap() }),
        };
        let row = message_row(&message, NO_REQUEST).unwrap();
        assert_eq!(super::message(row, message.sender.clone(), Vec::new()).unwrap(), message);
    }

    #[test]
    fn plain_words_need_no_payload_and_system_messages_are_not_searched() {
        assert_eq!(payload(&Draft::text("Hi")).unwrap(), None);
        assert_eq!(search_text(&Draft::text("ÄH")).as_deref(), Some("äh"));
        let system = Draft::system(SystemAction::Left, vec!["ann".parse().unwrap()]);
        assert_eq!(search_text(&system), None);
        assert!(payload(&system).unwrap().unwrap().contains("participant.left"));
    }

    #[test]
    fn a_client_key_tells_conversations_senders_and_ids_apart() {
        let key = |room, sender: &str, id: &str| {
            let room = ConversationId::from_u128(room);
            client_key(room, &sender.parse().unwrap(), &id.parse().unwrap())
        };
        assert_eq!(key(1, "ann", "x y"), key(1, "ann", "x y"));
        let others = [key(2, "ann", "x y"), key(1, "bob", "x y"), key(1, "ann", "xy")];
        assert!(!others.contains(&key(1, "ann", "x y")));
    }
}
