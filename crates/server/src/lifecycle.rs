//! How the server ends: softly on the first signal, at once on the second or when the grace is over.

use std::{io, time::Duration};

use tokio_util::sync::CancellationToken;

/// Two points in time, for everybody who has something to finish.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    draining: CancellationToken,
    ended: CancellationToken,
}

impl Lifecycle {
    /// Cancelled when the server is asked to stop: finish what is begun, begin nothing.
    pub fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Comes when there is no more time.
    pub async fn ended(&self) {
        self.ended.cancelled().await;
    }

    /// Follows the signals of this process.
    ///
    /// # Errors
    /// When the system does not hand over signals.
    pub fn follow_signals(&self, grace: Duration) -> io::Result<()> {
        let mut signals = Signals::new()?;
        let lifecycle = self.clone();
        tokio::spawn(async move {
            let name = signals.next().await;
            tracing::info!(signal = name, grace_seconds = grace.as_secs(), "stopping");
            lifecycle.stop(grace, async move { signals.next().await }).await;
        });
        Ok(())
    }

    /// From the first wish to stop to the end; `again` is the second wish.
    async fn stop<F: Future<Output = &'static str>>(&self, grace: Duration, again: F) {
        self.draining.cancel();
        tokio::select! {
            () = tokio::time::sleep(grace) => tracing::warn!("the grace is over, stopping now"),
            name = again => tracing::warn!(signal = name, "asked again, stopping now"),
        }
        self.ended.cancel();
    }
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[allow(clippy::unnecessary_wraps)] // as on Unix
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> &'static str {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn the_grace_is_given_and_then_over() {
        let lifecycle = Lifecycle::default();
        let stopping = lifecycle.stop(GRACE, std::future::pending());
        tokio::pin!(stopping);
        let early = tokio::time::timeout(GRACE / 2, &mut stopping).await;
        assert!(early.is_err() && lifecycle.draining.is_cancelled());
        assert!(!lifecycle.ended.is_cancelled());
        stopping.await;
        assert!(lifecycle.ended.is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_signal_ends_at_once() {
        let lifecycle = Lifecycle::default();
        let begun = tokio::time::Instant::now();
        lifecycle.stop(GRACE, async { "SIGINT" }).await;
        assert!(lifecycle.ended.is_cancelled());
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }
}
