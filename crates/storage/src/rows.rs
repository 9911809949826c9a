//! From rows to the domain and back. Stored values were valid when they were
//! written; one that is not any more is an internal error, never a panic.

use chinwag_domain::{
    AppRole, Attachment, ClientId, Conversation, ConversationId, ConversationType, DirectKey,
    Draft, Emoji, GroupSettings, HistoryPolicy, Location, Meeting, Message, MessageId, MessageKind,
    Mute, Participant, ParticipantRole, ReactionTally, RequestHash, Revision, Seq, SystemNote,
    Timestamp, Tombstone, User, UserId, UserSummary, ports::StorageError,
};
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    entity::{conversation, message, participant, user},
    error::corrupt,
};

/// Under which a message of the server is stored: nobody sent a request for it.
pub(crate) const NO_REQUEST: RequestHash = RequestHash([0; 32]);

pub(crate) fn time(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

pub(crate) fn millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::millis)
}

pub(crate) fn user_id(text: &str) -> Result<UserId, StorageError> {
    text.parse().map_err(|_| corrupt("user id"))
}

pub(crate) fn emoji(text: &str) -> Result<Emoji, StorageError> {
    text.parse().map_err(|_| corrupt("emoji"))
}

// --- people ---------------------------------------------------------------

pub(crate) fn summary(row: user::Model) -> Result<UserSummary, StorageError> {
    Ok(UserSummary {
        id: user_id(&row.id)?,
        username: row.username,
        name: row.name,
        avatar_url: row.avatar_url,
    })
}

pub(crate) fn user(row: user::Model) -> Result<User, StorageError> {
    Ok(User {
        role: app_role(&row.role)?,
        last_seen_at: time(row.last_seen_at),
        deactivated_at: time(row.deactivated_at),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
        summary: summary(row)?,
    })
}

pub(crate) fn user_row(user: &User) -> user::Model {
    user::Model {
        id: user.summary.id.to_string(),
        username: user.summary.username.clone(),
        name: user.summary.name.clone(),
        avatar_url: user.summary.avatar_url.clone(),
        role: user.role.as_str().to_owned(),
        last_seen_at: millis(user.last_seen_at),
        deactivated_at: millis(user.deactivated_at),
        created_at: user.created_at.millis(),
        updated_at: user.updated_at.millis(),
        search_text: search_text_of(&user.summary),
    }
}

/// What the directory searches in: a name to a line, so that nobody is found by
/// the end of one and the beginning of the next.
pub(crate) fn search_text_of(user: &UserSummary) -> String {
    let username = user.username.as_deref().unwrap_or_default();
    format!("{}\n{username}\n{}", user.id, user.name).to_lowercase()
}

fn app_role(name: &str) -> Result<AppRole, StorageError> {
    [AppRole::Member, AppRole::Supervisor, AppRole::Admin]
        .into_iter()
        .find(|role| role.as_str() == name)
        .ok_or_else(|| corrupt("role"))
}

// --- conversations --------------------------------------------------------

pub(crate) fn conversation(row: conversation::Model) -> Result<Conversation, StorageError> {
    let kind = [ConversationType::Direct, ConversationType::Group]
        .into_iter()
        .find(|kind| kind.as_str() == row.kind)
        .ok_or_else(|| corrupt("conversation type"))?;
    let history = [HistoryPolicy::All, HistoryPolicy::SinceJoin]
        .into_iter()
        .find(|history| history.as_str() == row.history)
        .ok_or_else(|| corrupt("history policy"))?;
    let permissions =
        serde_json::from_str(&row.permissions).map_err(|_| corrupt("conversation permissions"))?;
    Ok(Conversation {
        id: ConversationId::new(row.id),
        kind,
        direct_key: row.direct_key.map(DirectKey::stored),
        settings: GroupSettings {
            name: row.name,
            description: row.description,
            avatar_url: row.avatar_url,
            category: row.category,
            permissions,
            history,
        },
        created_by: user_id(&row.created_by)?,
        last_seq: Seq::new(row.last_seq),
        revision: Revision::new(row.revision),
        members_revision: Revision::new(row.members_revision),
        participant_count: u32::try_from(row.participant_count)
            .map_err(|_| corrupt("participant count"))?,
        last_message_at: time(row.last_message_at),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
        deleted_at: time(row.deleted_at),
    })
}

pub(crate) fn conversation_row(
    conversation: &Conversation,
) -> Result<conversation::Model, StorageError> {
    let settings = &conversation.settings;
    Ok(conversation::Model {
        id: conversation.id.uuid(),
        kind: conversation.kind.as_str().to_owned(),
        direct_key: conversation.direct_key.as_ref().map(ToString::to_string),
        name: settings.name.clone(),
        description: settings.description.clone(),
        avatar_url: settings.avatar_url.clone(),
        category: settings.category.clone(),
        permissions: serde_json::to_string(&settings.permissions)
            .map_err(StorageError::internal)?,
        history: settings.history.as_str().to_owned(),
        created_by: conversation.created_by.to_string(),
        last_seq: conversation.last_seq.get(),
        revision: conversation.revision.get(),
        members_revision: conversation.members_revision.get(),
        participant_count: i32::try_from(conversation.participant_count)
            .map_err(StorageError::internal)?,
        last_message_at: millis(conversation.last_message_at),
        created_at: conversation.created_at.millis(),
        updated_at: conversation.updated_at.millis(),
        deleted_at: millis(conversation.deleted_at),
        search_name: settings.name.as_deref().map(str::to_lowercase),
    })
}

// --- participants ---------------------------------------------------------

pub(crate) fn participant(
    row: &participant::Model,
    user: UserSummary,
) -> Result<Participant, StorageError> {
    let role = [ParticipantRole::Admin, ParticipantRole::Member]
        .into_iter()
        .find(|role| role.as_str() == row.role)
        .ok_or_else(|| corrupt("participant role"))?;
    Ok(Participant {
        conversation_id: ConversationId::new(row.conversation_id),
        user,
        role,
        joined_at: Timestamp::from_millis(row.joined_at),
        joined_revision: Revision::new(row.joined_revision),
        history_from_seq: Seq::new(row.history_from_seq),
        left_at: time(row.left_at),
        read_seq: Seq::new(row.read_seq),
        delivered_seq: Seq::new(row.delivered_seq),
        cleared_seq: Seq::new(row.cleared_seq),
        mute: Mute::stored(time(row.muted_until)),
        hidden_at: time(row.hidden_at),
        revision: Revision::new(row.revision),
    })
}

/// For what [`sea_orm::SelectTwo`] gives: everybody who takes part is a known person.
pub(crate) fn participant_with_user(
    (row, person): (participant::Model, Option<user::Model>),
) -> Result<Participant, StorageError> {
    participant(&row, summary(person.ok_or_else(|| corrupt("participant without a person"))?)?)
}

pub(crate) fn participant_row(participant: &Participant) -> participant::Model {
    participant::Model {
        conversation_id: participant.conversation_id.uuid(),
        user_id: participant.user.id.to_string(),
        role: participant.role.as_str().to_owned(),
        joined_at: participant.joined_at.millis(),
        joined_revision: participant.joined_revision.get(),
        history_from_seq: participant.history_from_seq.get(),
        left_at: millis(participant.left_at),
        read_seq: participant.read_seq.get(),
        delivered_seq: participant.delivered_seq.get(),
        cleared_seq: participant.cleared_seq.get(),
        muted_until: millis(participant.mute.until()),
        hidden_at: millis(participant.hidden_at),
        revision: participant.revision.get(),
    }
}

// --- messages -------------------------------------------------------------

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
    body.content.as_deref().filter(|_| body.system.is_none()).map(str::to_lowercase)
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

/// The pattern that finds `needle` as it is, in any case, in a column of lower-cased text,
/// with a backslash as the escape.
pub(crate) fn pattern(needle: &str) -> String {
    let mut pattern = String::with_capacity(needle.len() + 2);
    pattern.push('%');
    for letter in needle.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// [`pattern`] for a statement that is built.
pub(crate) fn contains(needle: &str) -> sea_orm::sea_query::LikeExpr {
    sea_orm::sea_query::LikeExpr::new(pattern(needle)).escape('\\')
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

    #[test]
    fn nonsense_in_a_row_is_an_error() {
        let group = Conversation::group(
            ConversationId::from_u128(2),
            "ann".parse().unwrap(),
            1,
            GroupSettings::named("Team"),
            Timestamp::default(),
        );
        let row = conversation_row(&group).unwrap();
        assert_eq!(row.search_name.as_deref(), Some("team"));
        assert_eq!(conversation(row.clone()).unwrap(), group);
        assert!(conversation(conversation::Model { kind: "x".into(), ..row }).is_err());
    }
}
