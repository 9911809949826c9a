//! Registering devices.

use chinwag_domain::{DeviceAddress, Invalid, PushProvider};
use schemars::JsonSchema;
use serde::Deserialize;

use super::check::Checks;
use crate::Error;

// No `Debug`: the token must show in no log.
/// Where a device can be reached.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceRegistration {
    /// Through whom.
    #[schemars(with = "PushProvider")]
    provider: String,
    /// What the provider calls this app on this device.
    #[schemars(with = "DeviceAddress")]
    token: String,
}

impl DeviceRegistration {
    pub(crate) fn check(self) -> Result<(PushProvider, DeviceAddress), Error> {
        let mut checks = Checks::default();
        let provider = PushProvider::from_name(&self.provider);
        checks.unless(provider.is_some(), "/provider", "must be fcm");
        let address: Result<DeviceAddress, Invalid> = self.token.parse();
        if let Err(invalid) = &address {
            checks.refuse("/token", invalid.to_string());
        }
        checks.done()?;
        match (provider, address) {
            (Some(provider), Ok(address)) => Ok((provider, address)),
            _ => Err(Error::field("", "does not fit")),
        }
    }
}
