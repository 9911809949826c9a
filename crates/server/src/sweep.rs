//! The loop that forgets sign-ins that are over, beside the doors, until the server drains.

use std::{sync::Arc, time::Duration};

use chinwag_application::Chat;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How often what is over is looked for.
const EVERY: Duration = Duration::from_mins(10);

/// Sweeps until `draining`. Of several servers each does; none is in the other's way.
pub fn start(chat: Arc<Chat>, draining: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !draining.is_cancelled() {
            match chat.sweep_sign_ins.execute().await {
                Ok(0) => {}
                Ok(gone) => {
                    tracing::info!(gone, "sign-ins and tokens that are over are forgotten");
                    continue;
                }
                Err(error) => tracing::warn!(?error, "sign-ins that are over cannot be swept"),
            }
            tokio::select! {
                () = draining.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    })
}
