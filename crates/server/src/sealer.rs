//! The loop that seals new entries of the audit log, beside the doors, until the server drains.

use std::time::Duration;

use chinwag_application::AuditChain;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long an entry may stand without a seal, when all goes well.
const PAUSE: Duration = Duration::from_secs(1);

/// Seals until `draining`, and once more then.
pub fn start(chain: AuditChain, draining: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            let last = draining.is_cancelled();
            if let Err(error) = chain.seal().await {
                tracing::warn!(?error, "the audit log cannot be sealed");
            }
            if last {
                break;
            }
            tokio::select! {
                () = draining.cancelled() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    })
}
