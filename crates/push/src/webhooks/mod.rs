//! Webhooks over HTTP: signed, bounded in time and size, never redirected.

mod sender;
mod signature;

pub use sender::{HttpWebhookSender, WebhookOptions};
