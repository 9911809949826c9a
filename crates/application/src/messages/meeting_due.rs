//! What the clock does with appointments: a job for the time of each, which
//! lets it expire or be completed. An appointment that was moved has a job for
//! each of its times; those that are not the last find nothing to do.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_domain::{
    Change, ConversationId, Durable, Job, Message, MessageId, NewJob, Timestamp,
    ports::{FollowUps, IdGenerator},
};
use serde::{Deserialize, Serialize};

use crate::{JobError, JobHandler, Ports, support::save_updated};

const KIND: &str = "meeting.due";

#[derive(Serialize, Deserialize)]
struct Due {
    conversation_id: ConversationId,
    message_id: MessageId,
    scheduled_at: Timestamp,
}

/// The job for the time of the appointment that a message is; `None` for other messages.
pub(super) fn job(message: &Message, ids: &dyn IdGenerator, now: Timestamp) -> Option<NewJob> {
    let meeting = message.body.meeting.as_ref().filter(|meeting| meeting.is_open())?;
    let due = Due {
        conversation_id: message.conversation_id,
        message_id: message.id,
        scheduled_at: meeting.scheduled_at,
    };
    Some(NewJob {
        id: ids.job(),
        kind: KIND.to_owned(),
        lane: None,
        payload: serde_json::to_value(due).ok()?,
        due_at: meeting.scheduled_at,
        created_at: now,
    })
}

/// A new appointment has a job for its time. Later times are given theirs by who names them.
#[derive(Clone)]
pub struct MeetingFollowUps {
    ids: Arc<dyn IdGenerator>,
}

impl MeetingFollowUps {
    /// Names its jobs with these ids.
    pub fn new(ids: Arc<dyn IdGenerator>) -> Self {
        Self { ids }
    }
}

impl FollowUps for MeetingFollowUps {
    fn of(&self, event: &Durable) -> Vec<NewJob> {
        match &event.change {
            Change::MessageCreated(message) => {
                job(message, &*self.ids, event.at).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Lets the clock end an appointment: unanswered it expires, agreed it is completed.
pub struct MeetingDue {
    ports: Arc<Ports>,
}

impl MeetingDue {
    /// On these ports.
    pub fn new(ports: &Arc<Ports>) -> Self {
        Self { ports: Arc::clone(ports) }
    }
}

#[async_trait]
impl JobHandler for MeetingDue {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let due: Due = serde_json::from_value(job.work.payload.clone())
            .map_err(|error| JobError::GiveUp(error.to_string()))?;
        let mut unit = self.ports.units.begin().await?;
        let Some(mut conversation) = unit.lock_conversation(due.conversation_id).await? else {
            return Ok(());
        };
        // Nobody looks: what depends on the viewer is told to nobody.
        let found = unit.message(due.message_id, &conversation.created_by).await?;
        let Some(mut message) = found else { return Ok(()) };

        let now = self.ports.clock.now();
        let Some(meeting) = &mut message.body.meeting else { return Ok(()) };
        if !meeting.pass(now) {
            // Another server's clock may be ahead of this one.
            let early = meeting.is_open() && meeting.scheduled_at <= due.scheduled_at;
            return if early { Err(JobError::Retry("before its time".to_owned())) } else { Ok(()) };
        }

        message.revision = conversation.next_revision(now);
        save_updated(&mut *unit, &conversation, &message, None).await?;
        if unit.finish_job(job).await? {
            unit.commit().await?;
        }
        Ok(())
    }
}
