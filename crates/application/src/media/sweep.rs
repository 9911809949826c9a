//! Removing files that nobody uses. When, is for the process that hosts this.

use std::sync::Arc;

use chinwag_domain::{Media, ports::Unused};

use super::{MediaOptions, discard::remove, slot::OPEN_MS};
use crate::{Error, Ports};

/// Files looked at together.
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

    /// Sweeps once over all there is; how many files are gone. One that cannot be removed keeps none
    /// of the others, and is tried again the next time. May be dropped halfway.
    ///
    /// # Errors
    /// When the catalogue fails.
    pub async fn execute(&self) -> Result<usize, Error> {
        let catalogue = &self.ports.media.catalogue;
        let unused = self.unused();
        while catalogue.doom_unused(unused, AT_ONCE).await? > 0 {}
        let mut gone = 0;
        let mut last = None;
        loop {
            let doomed = catalogue.doomed(last.as_ref(), AT_ONCE).await?;
            for media in &doomed {
                gone += usize::from(self.is_gone(media).await);
            }
            last = doomed.into_iter().last();
            if last.is_none() {
                return Ok(gone);
            }
        }
    }

    fn unused(&self) -> Unused {
        let now = self.ports.clock.now();
        let longest = i64::try_from(self.options.longest_upload_ms()).unwrap_or(i64::MAX);
        Unused {
            now,
            ready_before: now.plus_millis(-self.options.unused_ms),
            // Counted from the promise: a slot may be entered at its last moment.
            begun_before: now.plus_millis(longest.saturating_mul(-2).saturating_sub(OPEN_MS)),
        }
    }

    async fn is_gone(&self, media: &Media) -> bool {
        let removed = remove(&self.ports, media).await;
        if let Err(error) = &removed {
            tracing::warn!(media = %media.id, ?error, "a file cannot be removed");
        }
        removed.is_ok()
    }
}
