//! From rows to the domain and back. Stored values were valid when they were
//! written; one that is not any more is an internal error, never a panic.

mod conversations;
mod jobs;
mod media;
mod messages;
mod people;
mod webhooks;

use chinwag_domain::{Emoji, Timestamp, UserId, ports::StorageError};

use crate::error::corrupt;

pub(crate) use conversations::{
    conversation, conversation_row, participant, participant_row, participant_with_user,
};
pub(crate) use jobs::job;
pub(crate) use media::{media, media_row};
pub(crate) use messages::{NO_REQUEST, client_key, message, message_row, payload, search_text};
pub(crate) use people::{summary, user, user_row};
pub(crate) use webhooks::{webhook, webhook_row};

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
