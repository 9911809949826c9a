//! Requests about webhooks.

use chinwag_domain::{ChangeKind, WebhookSecret, ports::WebhookSender};
use schemars::JsonSchema;
use serde::Deserialize;

use super::check::Checks;
use crate::{Error, FieldError};

/// A new webhook.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// https, and public unless the server allows others.
    url: String,
    /// Names of events; empty or absent: all.
    #[serde(default)]
    #[schemars(with = "Vec<ChangeKind>")]
    events: Vec<String>,
    /// Absent: one is made.
    #[schemars(with = "Option<WebhookSecret>")]
    secret: Option<String>,
}

impl NewWebhook {
    /// The values, once everything fits.
    pub(crate) fn check(
        self,
        sender: &dyn WebhookSender,
    ) -> Result<(String, Vec<ChangeKind>, WebhookSecret), Error> {
        let mut checks = Checks::default();
        if let Err(invalid) = sender.check(&self.url) {
            checks.0.push(FieldError::new("/url", &invalid));
        }
        let mut events = Vec::new();
        for (at, name) in self.events.iter().enumerate().take(2 * ChangeKind::ALL.len()) {
            match ChangeKind::from_name(name) {
                Some(kind) if !events.contains(&kind) => events.push(kind),
                Some(_) => checks.refuse(format!("/events/{at}"), "is named twice"),
                None => {
                    checks.refuse(format!("/events/{at}"), format!("must be one of {}", names()));
                }
            }
        }
        let secret = self.secret.map_or_else(|| sender.make_secret(), WebhookSecret::new);
        match secret {
            Ok(secret) => checks.done().map(|()| (self.url, events, secret)),
            Err(invalid) => {
                checks.0.push(FieldError::new("/secret", &invalid));
                Err(Error::Invalid(checks.0))
            }
        }
    }
}

fn names() -> String {
    ChangeKind::ALL.map(ChangeKind::as_str).join(", ")
}
