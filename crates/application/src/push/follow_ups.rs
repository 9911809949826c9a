//! Which jobs follow from a message.

use std::sync::Arc;

use chinwag_domain::{
    Change, Durable, NewJob,
    ports::{FollowUps, IdGenerator},
};
use serde_json::json;

use super::MESSAGE;

/// A job per new message that somebody wrote.
pub struct PushFollowUps {
    ids: Arc<dyn IdGenerator>,
    grace_ms: i64,
}

impl PushFollowUps {
    /// People have `grace_ms` milliseconds to come back or to read before they are notified.
    pub fn new(ids: Arc<dyn IdGenerator>, grace_ms: i64) -> Self {
        Self { ids, grace_ms }
    }
}

impl FollowUps for PushFollowUps {
    fn of(&self, event: &Durable) -> Vec<NewJob> {
        let Change::MessageCreated(message) = &event.change else { return Vec::new() };
        if !message.counts() {
            return Vec::new();
        }
        vec![NewJob {
            id: self.ids.job(),
            kind: MESSAGE.to_owned(),
            lane: None,
            payload: json!({"message": message.id, "sender": message.sender.id}),
            due_at: event.at.plus_millis(self.grace_ms),
            created_at: event.at,
        }]
    }
}
