//! The loop that has jobs done, beside the doors, until the server drains.

use std::{sync::Arc, time::Duration};

use chinwag_application::Worker;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long to wait for new jobs when there were none.
const IDLE: Duration = Duration::from_millis(250);
/// How long to wait after a failure of the store.
const PAUSE: Duration = Duration::from_secs(2);
/// Jobs taken at once.
const AT_ONCE: u16 = 32;

/// Works until `draining`, then ends what is begun.
pub fn start(worker: Arc<Worker>, draining: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !draining.is_cancelled() {
            let pause = match worker.work(AT_ONCE).await {
                Ok(0) => IDLE,
                Ok(_) => continue,
                Err(error) => {
                    tracing::warn!(?error, "jobs cannot be taken");
                    PAUSE
                }
            };
            tokio::select! {
                () = draining.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    })
}
