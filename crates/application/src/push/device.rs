//! Notifying one device, if that is still due when it comes to it.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_domain::{
    ConversationType, Device, DeviceId, Job, Membership, Message, MessageId, Notification,
    PushFault, PushOutcome, UserId,
};
use serde::Deserialize;

use super::{DEVICE, payload};
use crate::{Error, JobError, JobHandler, Ports};

/// Sends one notification to one device.
pub struct PushDevice {
    ports: Arc<Ports>,
}

#[derive(Deserialize)]
struct Payload {
    message: MessageId,
    user: UserId,
    device: DeviceId,
}

impl PushDevice {
    /// On these ports.
    pub fn new(ports: &Arc<Ports>) -> Self {
        Self { ports: Arc::clone(ports) }
    }

    /// The device, while it is registered and its person not deactivated.
    async fn device(&self, asked: &Payload) -> Result<Option<Device>, Error> {
        let devices = self.ports.devices.of_many(std::slice::from_ref(&asked.user)).await?;
        Ok(devices.into_iter().find(|device| device.device_id == asked.device))
    }

    /// The message and the person's part in its conversation, while a notification is due: people
    /// come back, read, mute and leave also between two attempts.
    async fn due(&self, asked: &Payload) -> Result<Option<(Message, Membership)>, Error> {
        let user = &asked.user;
        let Some(message) = self.ports.messages.find(asked.message, user).await? else {
            return Ok(None);
        };
        let conversation = message.conversation_id;
        let Some(own) = self.ports.conversations.membership(conversation, user).await? else {
            return Ok(None);
        };
        let awaits = own.participant.awaits(&message, self.ports.clock.now());
        let there = self.ports.presence.connected(std::slice::from_ref(user)).await;
        let is_due = awaits && !there.contains(user) && !self.ports.is_old(&message);
        if !is_due || self.is_blocked(&message, &own).await? {
            return Ok(None);
        }
        Ok(Some((message, own)))
    }

    /// Whether a block stands between the two of a direct conversation, whoever made it; it may be
    /// younger than the message. Groups are not touched.
    async fn is_blocked(&self, message: &Message, own: &Membership) -> Result<bool, Error> {
        if own.conversation.kind != ConversationType::Direct {
            return Ok(false);
        }
        let sender = std::slice::from_ref(&message.sender.id);
        Ok(!self.ports.blocks.between(own.user_id(), sender).await?.is_empty())
    }

    /// Whether a newer message will tell of itself: the device would show the older one over it.
    async fn is_overtaken(&self, message: &Message, own: &Membership) -> Result<bool, Error> {
        if own.conversation.last_seq == message.seq {
            return Ok(false);
        }
        let ids = [message.conversation_id];
        let found = self.ports.conversations.summaries(own.user_id(), &ids).await?;
        let newest = found.into_iter().next().and_then(|summary| summary.last_message);
        let now = self.ports.clock.now();
        Ok(newest
            .is_some_and(|newest| newest.seq > message.seq && own.participant.awaits(&newest, now)))
    }

    async fn settle(&self, device: &Device, outcome: PushOutcome) -> Result<(), JobError> {
        match outcome {
            PushOutcome::Delivered { .. } => Ok(()),
            PushOutcome::Gone(fault) => {
                let (user, id) = (&device.user_id, &device.device_id);
                tracing::info!(%user, device = %id, code = fault.code, "a device is no more");
                self.ports.devices.forget(device.provider, &device.address).await?;
                Ok(())
            }
            PushOutcome::Refused(fault) => Err(JobError::GiveUp(told(&fault))),
            PushOutcome::Retry { fault, after_millis: None } => Err(JobError::Retry(told(&fault))),
            PushOutcome::Retry { fault, after_millis: Some(millis) } => {
                Err(JobError::RetryAfter { error: told(&fault), millis })
            }
        }
    }
}

fn told(PushFault { status, code, detail }: &PushFault) -> String {
    match status {
        Some(status) => format!("{status} {code}: {detail}"),
        None => format!("{code}: {detail}"),
    }
}

#[async_trait]
impl JobHandler for PushDevice {
    fn kind(&self) -> &'static str {
        DEVICE
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let asked: Payload = payload(job)?;
        let Some(gateway) = &self.ports.push else { return Ok(()) };
        let Some(device) = self.device(&asked).await? else { return Ok(()) };
        let Some((message, own)) = self.due(&asked).await? else { return Ok(()) };
        if job.attempts > 1 && self.is_overtaken(&message, &own).await? {
            return Ok(());
        }

        let badge = self.ports.conversations.unread_total(&asked.user).await?;
        let notification = Notification::of_message(&message, &own.conversation, Some(badge));
        let outcome = gateway.send(&device, &notification).await;
        self.settle(&device, outcome).await
    }
}
