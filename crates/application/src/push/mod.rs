//! Notifications of new messages, for people who are away: a job per message, due after a grace
//! in which they may come back, and from it a job per device. Devices are registered elsewhere.

mod device;
mod follow_ups;
mod message;

pub use device::PushDevice;
pub use follow_ups::PushFollowUps;
pub use message::PushMessage;

use chinwag_domain::{Job, Message};
use serde::de::DeserializeOwned;

use crate::{JobError, Ports};

/// Finds out who is to be notified of a message.
const MESSAGE: &str = "push.message";
/// Notifies one device.
const DEVICE: &str = "push.device";
/// What is older is no news any more; also how long a provider may keep it.
const NEWS_MS: i64 = 24 * 60 * 60 * 1_000;

/// What jobs carry: ids alone, so that what is said stays in one place, from which it can be erased.
fn payload<T: DeserializeOwned>(job: &Job) -> Result<T, JobError> {
    T::deserialize(&job.work.payload)
        .map_err(|error| JobError::GiveUp(format!("its payload is not understood: {error}")))
}

impl Ports {
    /// Whether a message is too old for a notification.
    fn is_old(&self, message: &Message) -> bool {
        self.clock.now().millis_since(message.created_at) > NEWS_MS
    }
}
