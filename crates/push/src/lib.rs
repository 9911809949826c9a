//! What goes out over HTTP: notifications to devices and webhooks of host applications.

mod fcm;
mod meters;
mod outbound;
mod webhooks;

pub use fcm::{CredentialsError, FcmError, FcmGateway, FcmOptions, ServiceAccount};
pub use webhooks::{HttpWebhookSender, WebhookOptions};
