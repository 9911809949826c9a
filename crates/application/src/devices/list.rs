//! A person's devices.

use crate::{
    Actor, Error,
    support::use_case,
    view::{DeviceView, Items},
};

use_case!(
    /// Lists a person's own devices.
    ListDevices
);

impl ListDevices {
    /// By id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, actor: &Actor) -> Result<Items<DeviceView>, Error> {
        let devices = self.ports.devices.of(actor.id()).await?;
        Ok(Items { items: devices.into_iter().map(DeviceView::new).collect() })
    }
}
