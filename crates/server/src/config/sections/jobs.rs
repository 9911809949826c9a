//! `[jobs]` and `[webhooks]`: work that follows from changes.

use super::Reader;

/// How patiently work is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobsConfig {
    /// After so many it is given up.
    pub attempts: u32,
    /// The pause after the first failure, in milliseconds.
    pub first_pause_ms: i64,
    /// How long a job is one server's, in seconds.
    pub lease_seconds: i64,
}

/// Where webhooks may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhooksConfig {
    /// Whether to private addresses, and over http.
    pub allow_private: bool,
}

impl JobsConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            attempts: reader.number("jobs.attempts", 1..=1_000),
            first_pause_ms: reader.number("jobs.first_pause_ms", 1..=3_600_000),
            // Longer than the ten seconds that one delivery may take.
            lease_seconds: reader.number("jobs.lease_seconds", 15..=86_400),
        }
    }
}

impl WebhooksConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        Self { allow_private: reader.switch("webhooks.allow_private").unwrap_or(false) }
    }
}
