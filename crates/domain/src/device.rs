//! Devices on which people want to be notified.

use std::{fmt, str::FromStr, sync::Arc};

use crate::{DeviceId, Invalid, Timestamp, UserId};

/// Devices that one person may have registered.
pub const DEVICES_PER_PERSON: u16 = 20;

/// Who carries notifications to a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PushProvider {
    /// Firebase Cloud Messaging.
    Fcm,
}

impl PushProvider {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fcm => "fcm",
        }
    }

    /// The provider of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Fcm].into_iter().find(|provider| provider.as_str() == name)
    }
}

/// Under what a provider knows a device: 1 to 2,048 visible ASCII characters. Whoever
/// has it can be confused with the device, so that it shows neither in answers nor in logs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DeviceAddress(Arc<str>);

impl DeviceAddress {
    /// The whole of it, for the provider and the store alone.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its last six characters, by which a developer recognises it; nothing of a short one.
    pub fn ending(&self) -> &str {
        if self.0.len() < 24 { "" } else { &self.0[self.0.len() - 6..] }
    }
}

impl fmt::Debug for DeviceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…{}", self.ending())
    }
}

impl FromStr for DeviceAddress {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = (1..=2_048).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        let invalid = Invalid("must be 1 to 2048 visible ASCII characters without spaces");
        if fits { Ok(Self(text.into())) } else { Err(invalid) }
    }
}

/// A person's device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Whose.
    pub user_id: UserId,
    /// Which of theirs.
    pub device_id: DeviceId,
    /// Who reaches it.
    pub provider: PushProvider,
    /// How; of one person alone.
    pub address: DeviceAddress,
    /// Registered last.
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_does_not_show() {
        let token = "c1xxQ:APA91bH-canary_0123456789";
        let address: DeviceAddress = token.parse().unwrap();
        assert_eq!((address.expose(), address.ending()), (token, "456789"));
        assert_eq!(format!("{address:?}"), "…456789");
        let short: DeviceAddress = "short".parse().unwrap();
        assert_eq!((short.ending(), format!("{short:?}").as_str()), ("", "…"));
    }

    #[test]
    fn an_address_is_visible_ascii() {
        assert!("x".repeat(2_048).parse::<DeviceAddress>().is_ok());
        for bad in ["", " ", "a b", "a\n", "ä", "a\u{0}", &"x".repeat(2_049)] {
            assert!(bad.parse::<DeviceAddress>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn device_ids_are_what_apps_make() {
        for good in ["a", "5F1E-Pixel 9", "ü", &"ü".repeat(128)] {
            assert!(good.parse::<DeviceId>().is_ok(), "{good}");
        }
        for bad in ["", "a\n", "a\u{0}", &"x".repeat(129)] {
            assert!(bad.parse::<DeviceId>().is_err(), "{bad:?}");
        }
    }
}
