//! A device that wants to be notified.

use chinwag_domain::{DEVICES_PER_PERSON, Device, DeviceId, ports::DevicePut};

use crate::{
    Actor, Error,
    request::{self, DeviceRegistration},
    support::use_case,
    view::DeviceView,
};

use_case!(
    /// Registers a device, or tells its newer address.
    RegisterDevice
);

/// What became of a registration.
#[derive(Debug, Clone)]
pub struct Registered {
    /// As it is now.
    pub device: DeviceView,
    /// Whether the person has a device more.
    pub is_new: bool,
}

impl RegisterDevice {
    /// `body` is a [`DeviceRegistration`]. An address that somebody else had is theirs no more:
    /// another person signed in on the device.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what does not fit, [`Error::Conflict`] for one device too many.
    pub async fn execute(&self, actor: &Actor, id: &str, body: &[u8]) -> Result<Registered, Error> {
        let device_id: DeviceId = id.parse().map_err(|invalid: chinwag_domain::Invalid| {
            Error::field("device_id", invalid.to_string())
        })?;
        let (provider, address) = request::parse::<DeviceRegistration>(body)?.check()?;

        let (user_id, updated_at) = (actor.id().clone(), self.ports.clock.now());
        let device = Device { user_id, device_id, provider, address, updated_at };
        let put = self.ports.devices.put(&device, DEVICES_PER_PERSON).await?;

        let is_new = match put {
            DevicePut::New => true,
            DevicePut::Replaced => false,
            DevicePut::TooMany => {
                return Err(Error::Conflict("you have 20 devices; remove one of them first"));
            }
        };
        Ok(Registered { device: DeviceView::new(device), is_new })
    }
}
