//! Removing files that nobody uses. When, is for the process that hosts this.

use std::sync::Arc;

use chinwag_domain::ports::Unused;

use super::{MediaOptions, discard::remove, slot::OPEN_MS};
use crate::{Error, Ports};

/// Files swept at once.
const AT_ONCE: u16 = 100;

/// Removes uploads that no message shows, that were never finished, or for which a slot was promised
/// in vain.
pub struct SweepMedia {
    ports: Arc<Ports>,
    options: Arc<MediaOptions>,
}

impl SweepMedia {
    pub(crate) fn new(ports: &Arc<Ports>, options: &Arc<MediaOptions>) -> Self {
        Self { ports: Arc::clone(ports), options: Arc::clone(options) }
    }

    /// Sweeps once, up to a hundred files; how many are gone. One that cannot be removed does not keep
    /// the others, and is tried again the next time.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn execute(&self) -> Result<usize, Error> {
        let now = self.ports.clock.now();
        let longest = i64::try_from(self.options.longest_upload_ms()).unwrap_or(i64::MAX);
        let unused = Unused {
            now,
            ready_before: now.plus_millis(-self.options.unused_ms),
            // Counted from the promise: a slot may be entered at its last moment.
            begun_before: now.plus_millis(longest.saturating_mul(-2).saturating_sub(OPEN_MS)),
        };
        let mut gone = 0;
        for media in self.ports.media.catalogue.doom_unused(unused, AT_ONCE).await? {
            match remove(&self.ports, &media).await {
                Ok(()) => gone += 1,
                Err(error) => tracing::warn!(media = %media.id, ?error, "a file cannot be removed"),
            }
        }
        Ok(gone)
    }
}
