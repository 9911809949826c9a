//! Forgetting sign-ins that are over. When, is for the process that hosts this.

use std::sync::Arc;

use chinwag_domain::ports::Outdated;

use crate::{Error, Ports};

/// How long a sign-in is kept after it ran out: longer than an access token of it can be good.
const KEPT_MS: i64 = 2 * 24 * 60 * 60 * 1_000;
/// Sign-ins, and tokens of others, forgotten at once.
const AT_ONCE: u16 = 1_000;

/// Forgets sign-ins that ran out, and refresh tokens that were exchanged so long ago that they would
/// be worth nothing even to who had never used them.
pub struct SweepSignIns {
    ports: Arc<Ports>,
    refresh_ttl_ms: i64,
}

impl SweepSignIns {
    pub(crate) fn new(ports: &Arc<Ports>, refresh_ttl_seconds: i64) -> Self {
        let refresh_ttl_ms = refresh_ttl_seconds.saturating_mul(1_000);
        Self { ports: Arc::clone(ports), refresh_ttl_ms }
    }

    /// Sweeps once, up to a thousand of each; how many are gone.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self) -> Result<u64, Error> {
        let kept_since = self.ports.clock.now().plus_millis(-KEPT_MS);
        let outdated = Outdated {
            ran_out_before: kept_since,
            exchanged_before: kept_since.plus_millis(-self.refresh_ttl_ms),
        };
        Ok(self.ports.accounts.sweep(outdated, AT_ONCE).await?)
    }
}
