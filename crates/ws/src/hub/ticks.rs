//! What happens by time alone: typing that runs out, presence that ends.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use super::Hub;

/// Looks at both as long as the hub lives.
pub(super) async fn run(hub: Weak<Hub>) {
    let mut ticks = tokio::time::interval(Duration::from_millis(250));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(hub) = hub.upgrade().map(|hub| Arc::clone(&hub.chat)) else { return };
        hub.typing.expire();
        if let Err(error) = hub.presence.sweep().await {
            tracing::warn!(%error, "when somebody was last seen could not be stored");
        }
    }
}
