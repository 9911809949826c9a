//! Follow-ups that a test decides.

use std::sync::atomic::{AtomicBool, Ordering};

use chinwag_domain::{
    Durable, Lane, NewJob,
    ports::{FollowUps, IdGenerator},
};
use serde_json::json;

use crate::SequentialIds;

/// The kind of the jobs that [`EveryChange`] names.
pub const CHANGE_JOB: &str = "test.change";

/// Once switched on: one job per change, of kind [`CHANGE_JOB`], in the lane of its conversation,
/// at the place of its revision.
#[derive(Debug, Default)]
pub struct EveryChange {
    on: AtomicBool,
    ids: SequentialIds,
}

impl EveryChange {
    /// From now on changes have jobs.
    pub fn switch_on(&self) {
        self.on.store(true, Ordering::SeqCst);
    }
}

impl FollowUps for EveryChange {
    fn of(&self, event: &Durable) -> Vec<NewJob> {
        if !self.on.load(Ordering::SeqCst) {
            return Vec::new();
        }
        let position = event.revision.get();
        vec![NewJob {
            id: self.ids.job(),
            kind: CHANGE_JOB.to_owned(),
            lane: Some(Lane { name: event.conversation_id.to_string(), position, receiver: None }),
            payload: json!({"revision": position}),
            due_at: event.at,
            created_at: event.at,
        }]
    }
}
