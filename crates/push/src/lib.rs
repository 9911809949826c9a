//! What goes out over HTTP: notifications to devices and webhooks of host applications.

mod outbound;
mod webhooks;

pub use webhooks::{HttpWebhookSender, WebhookOptions};
