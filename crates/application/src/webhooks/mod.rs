//! Webhooks: who of the host application is told of changes, and the telling.
//!
//! A change makes a job per webhook that wants it, in its own transaction; the jobs
//! of one conversation and webhook form a lane, so that they arrive in order.

mod body;
mod create;
mod delete;
mod deliver;
mod follow_ups;
mod list;
mod ping;
mod registered;

pub use create::CreateWebhook;
pub use delete::DeleteWebhook;
pub use deliver::DeliverWebhook;
pub use follow_ups::WebhookFollowUps;
pub use list::ListWebhooks;
pub use ping::PingWebhook;
pub use registered::RegisteredWebhooks;

/// The kind of the jobs that deliver.
const DELIVER: &str = "webhook.deliver";
