//! A notification to see whether notifications arrive.

use chinwag_domain::{DeviceId, Notification, PushOutcome};

use crate::{Actor, Error, support::use_case, view::DeviceTrialView};

use_case!(
    /// Sends a test notification to a device, at once, and tells exactly what happened.
    TryDevice
);

impl TryDevice {
    /// A provider that does not take it is an answer, not an error. A device that is no more is
    /// removed, as it would be by a message.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a device that the person does not have.
    pub async fn execute(&self, actor: &Actor, id: &DeviceId) -> Result<DeviceTrialView, Error> {
        let device = self.ports.devices.find(actor.id(), id).await?.ok_or(Error::NotFound)?;
        let Some(gateway) = &self.ports.push else { return Ok(DeviceTrialView::not_configured()) };
        let outcome = gateway.send(&device, &Notification::test()).await;
        if let PushOutcome::Gone(_) = outcome {
            self.ports.devices.forget(device.provider, &device.address).await?;
        }
        Ok(DeviceTrialView::of(outcome))
    }
}
