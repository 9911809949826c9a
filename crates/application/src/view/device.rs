//! Devices, and what became of trying one out.

use chinwag_domain::{Device, DeviceId, PushOutcome, PushProvider, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// A person's device.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Device")]
#[allow(missing_docs)] // the protocol's names
pub struct DeviceView {
    pub device_id: DeviceId,
    pub provider: PushProvider,
    /// The last characters of the token; the whole of it is never shown.
    pub token_ending: String,
    pub updated_at: Timestamp,
}

impl DeviceView {
    pub(crate) fn new(device: Device) -> Self {
        Self {
            token_ending: device.address.ending().to_owned(),
            device_id: device.device_id,
            provider: device.provider,
            updated_at: device.updated_at,
        }
    }
}

/// What became of a test notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DeviceTrial")]
#[allow(missing_docs)] // the protocol's names
pub struct DeviceTrialView {
    pub delivered: bool,
    /// The HTTP status of the provider's answer; null when there was none.
    pub provider_status: Option<u16>,
    /// The provider's name for what is wrong, or `not_configured`.
    pub error: Option<String>,
    /// In words, with what mends it where that is known.
    pub detail: String,
}

impl DeviceTrialView {
    pub(crate) fn not_configured() -> Self {
        let detail = "push is not configured on this server: let push.fcm_credentials name the \
                      service-account file of the Firebase project, and start it again";
        Self {
            delivered: false,
            provider_status: None,
            error: Some("not_configured".to_owned()),
            detail: detail.to_owned(),
        }
    }

    pub(crate) fn of(outcome: PushOutcome) -> Self {
        let (fault, remark) = match outcome {
            PushOutcome::Delivered { status } => {
                return Self {
                    delivered: true,
                    provider_status: Some(status),
                    error: None,
                    detail: "the provider took the notification".to_owned(),
                };
            }
            PushOutcome::Gone(fault) => {
                (fault, "; the device was removed, register it again with a new token".to_owned())
            }
            PushOutcome::Refused(fault) => (fault, String::new()),
            PushOutcome::Retry { fault, after_millis } => {
                let when = after_millis.map(|after| format!(" in {} s", (after + 999) / 1_000));
                (fault, format!("; try again{}", when.unwrap_or_else(|| " later".to_owned())))
            }
        };
        Self {
            delivered: false,
            provider_status: fault.status,
            error: Some(fault.code),
            detail: format!("{}{remark}", fault.detail),
        }
    }
}
