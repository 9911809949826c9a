//! `[limits]`: how much is too much.

use chinwag_domain::{Quota, Quotas};

use super::Reader;

/// A number that no limit needs to go above.
const ENOUGH: i64 = 1_000_000_000;

/// How much is too much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitsConfig {
    /// Messages per person and second.
    pub sends_per_second: u32,
    /// Messages at once after a pause.
    pub sends_burst: u32,
    /// Other requests per person and second.
    pub requests_per_second: u32,
    /// Other requests at once after a pause.
    pub requests_burst: u32,
    /// Attempts to sign in under one name per minute.
    pub logins_per_minute: u32,
    /// Attempts to sign in at once after a pause.
    pub logins_burst: u32,
    /// Open sockets per person.
    pub sockets_per_user: usize,
    /// How many times a person's limits an address may have.
    pub address_factor: u32,
    /// What may wait for one socket, in bytes.
    pub outbox_bytes: usize,
}

impl LimitsConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            sends_per_second: reader.number("limits.sends_per_second", 1..=ENOUGH),
            sends_burst: reader.number("limits.sends_burst", 1..=ENOUGH),
            requests_per_second: reader.number("limits.requests_per_second", 1..=ENOUGH),
            requests_burst: reader.number("limits.requests_burst", 1..=ENOUGH),
            logins_per_minute: reader.number("limits.logins_per_minute", 1..=ENOUGH),
            logins_burst: reader.number("limits.logins_burst", 1..=ENOUGH),
            sockets_per_user: reader.number("limits.sockets_per_user", 1..=1_000_000),
            address_factor: reader.number("limits.address_factor", 1..=1_000_000),
            // The largest answer to `sync` has to fit, with room for what happens meanwhile.
            outbox_bytes: reader.number("limits.outbox_bytes", 524_288..=ENOUGH),
        }
    }

    /// As the limiter takes them.
    pub fn quotas(&self) -> Quotas {
        Quotas {
            sends: Quota::per_second(self.sends_per_second, self.sends_burst),
            requests: Quota::per_second(self.requests_per_second, self.requests_burst),
            sign_ins: Quota::per_minute(self.logins_per_minute, self.logins_burst),
            address_factor: self.address_factor,
        }
    }
}
