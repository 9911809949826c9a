//! What goes on beside the doors until the server drains: having jobs done, and knowing the webhooks.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chinwag_application::{RegisteredWebhooks, Worker};
use tokio::{
    task::{JoinError, JoinHandle, JoinSet},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

use crate::metrics;

/// How long to wait for new jobs when there were none.
const IDLE: Duration = Duration::from_millis(250);
/// How long to wait after a failure of the store.
const PAUSE: Duration = Duration::from_secs(2);
/// Jobs that run at once.
const AT_ONCE: usize = 32;
/// How long a webhook made on another node may be unknown here.
const WEBHOOKS_EVERY: Duration = Duration::from_secs(1);

/// Works until `draining`, then ends what is begun. A job that takes long holds up no other.
pub fn start(worker: Arc<Worker>, draining: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut running = JoinSet::new();
        while !draining.is_cancelled() {
            let pause = begin(&worker, &mut running).await;
            tokio::select! {
                () = draining.cancelled() => {}
                Some(ended) = running.join_next() => tell(ended),
                () = sleep(pause) => {}
            }
            while let Some(ended) = running.try_join_next() {
                tell(ended);
            }
        }
        while let Some(ended) = running.join_next().await {
            tell(ended);
        }
    })
}

/// Takes as many as there is room for; how long to wait unless one ends before.
async fn begin(worker: &Arc<Worker>, running: &mut JoinSet<()>) -> Duration {
    let room = u16::try_from(AT_ONCE.saturating_sub(running.len())).unwrap_or(0);
    if room == 0 {
        return IDLE;
    }
    match worker.take(room).await {
        Ok(jobs) => {
            for job in jobs {
                let worker = Arc::clone(worker);
                running.spawn(async move {
                    let (kind, begun) = (job.kind().to_owned(), Instant::now());
                    worker.run(job).await;
                    metrics::job_took(kind, begun);
                });
            }
            IDLE
        }
        Err(error) => {
            tracing::warn!(?error, "jobs cannot be taken");
            PAUSE
        }
    }
}

/// A handler that panicked left its job as it was: it is done again once its lease ends.
fn tell(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a job did not end well");
    }
}

/// Reads the webhooks again every second, until `draining`.
pub fn know_webhooks(
    webhooks: Arc<RegisteredWebhooks>,
    draining: CancellationToken,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = draining.cancelled() => return,
                () = sleep(WEBHOOKS_EVERY) => {}
            }
            if let Err(error) = webhooks.refresh().await {
                tracing::warn!(%error, "the webhooks cannot be read");
            }
        }
    })
}
