//! Who is to be notified of a message: a number of queries that does not grow with the group.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_domain::{Device, Job, Message, MessageId, NewJob, UserId};
use serde::Deserialize;
use serde_json::json;

use super::{DEVICE, MESSAGE, payload};
use crate::{Error, JobError, JobHandler, Ports};

/// Makes of a message one job per device that is to be notified.
pub struct PushMessage {
    ports: Arc<Ports>,
}

#[derive(Deserialize)]
struct Payload {
    message: MessageId,
    sender: UserId,
}

impl PushMessage {
    /// On these ports.
    pub fn new(ports: &Arc<Ports>) -> Self {
        Self { ports: Arc::clone(ports) }
    }

    /// People who have not got the message and are not there.
    async fn recipients(&self, message: &Message) -> Result<Vec<UserId>, Error> {
        let now = self.ports.clock.now();
        let people = self.ports.conversations.participants(message.conversation_id).await?;
        let awaiting = people.into_iter().filter(|person| person.awaits(message, now));
        let awaiting: Vec<UserId> = awaiting.map(|person| person.user.id).collect();
        let connected = self.ports.presence.connected(&awaiting).await;
        Ok(awaiting.into_iter().filter(|person| !connected.contains(person)).collect())
    }

    fn job(&self, message: &Message, device: &Device) -> NewJob {
        let now = self.ports.clock.now();
        NewJob {
            id: self.ports.ids.job(),
            kind: DEVICE.to_owned(),
            lane: None,
            payload: json!({
                "message": message.id,
                "user": device.user_id,
                "device": device.device_id,
            }),
            due_at: now,
            created_at: now,
        }
    }
}

#[async_trait]
impl JobHandler for PushMessage {
    fn kind(&self) -> &'static str {
        MESSAGE
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let Payload { message, sender } = payload(job)?;
        let Some(message) = self.ports.messages.find(message, &sender).await? else {
            return Ok(());
        };
        if self.ports.is_old(&message) {
            return Ok(());
        }
        let recipients = self.recipients(&message).await?;
        let devices = self.ports.devices.of_many(&recipients).await?;
        if devices.is_empty() {
            return Ok(());
        }
        let jobs: Vec<NewJob> = devices.iter().map(|device| self.job(&message, device)).collect();

        let mut unit = self.ports.units.begin().await?;
        // Whoever took it meanwhile makes the jobs; without a commit these are none.
        if unit.finish_job(job).await? {
            unit.enqueue(&jobs).await?;
            unit.commit().await?;
        }
        Ok(())
    }
}
