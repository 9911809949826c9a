//! Notifications on their way out.

use async_trait::async_trait;

use crate::{Device, Notification, PushOutcome};

/// Hands notifications to whoever carries them to devices.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PushGateway: Send + Sync {
    /// Sends one to one device, once. It MUST answer within a time of its own, whatever
    /// the provider does, and MUST NOT log the address.
    async fn send(&self, device: &Device, notification: &Notification) -> PushOutcome;
}
