//! A device that is not to be notified any more.

use chinwag_domain::DeviceId;

use crate::{Actor, Error, support::use_case};

use_case!(
    /// Gives up a device of the person.
    RemoveDevice
);

impl RemoveDevice {
    /// Afterwards there is none of that id, whether there was or not.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, actor: &Actor, id: &DeviceId) -> Result<(), Error> {
        self.ports.devices.delete(actor.id(), id).await?;
        Ok(())
    }
}
