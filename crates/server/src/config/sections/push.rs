//! `[push]`: notifications for people who are away.

use std::path::PathBuf;

use url::Url;

use super::Reader;

/// Notifications for people who are away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushConfig {
    /// The service-account file; without it nobody is notified.
    pub fcm_credentials: Option<PathBuf>,
    /// Where FCM is.
    pub fcm_url: Option<Url>,
    /// How long people have to come back or to read, in seconds.
    pub grace_seconds: i64,
}

impl PushConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let fcm_url = reader.web_address("push.fcm_url");
        if reader.text("push.fcm_url").is_none() {
            reader.refuse("push.fcm_url", "must not be empty");
        }
        Self {
            fcm_credentials: reader.text("push.fcm_credentials").map(PathBuf::from),
            fcm_url,
            grace_seconds: reader.number("push.grace_seconds", 0..=3_600),
        }
    }
}
