//! How long to wait before connecting again.

use crate::random::spread;
use std::time::Duration;

/// Delays that double up to a limit, each spread over its upper half.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    longest: Duration,
    failures: u32,
    /// The server's own word, for the next time only; it has spread it already.
    told: Option<Duration>,
}

impl Backoff {
    pub(super) fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, failures: 0, told: None }
    }

    /// The connection stood: the next delay is the first again.
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// The server said when to come back.
    pub(super) fn tell(&mut self, delay: Duration) {
        self.told = Some(delay);
    }

    pub(super) fn next(&mut self) -> Duration {
        if let Some(told) = self.told.take() {
            return told;
        }
        let delay =
            self.first.saturating_mul(2_u32.saturating_pow(self.failures)).min(self.longest);
        self.failures = self.failures.saturating_add(1);
        spread(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Duration = Duration::from_millis(100);
    const LONGEST: Duration = Duration::from_secs(1);

    #[test]
    fn delays_double_up_to_the_longest() {
        let mut backoff = Backoff::new(FIRST, LONGEST);
        for expected in [100, 200, 400, 800, 1_000, 1_000] {
            let expected = Duration::from_millis(expected);
            let delay = backoff.next();
            assert!(delay >= expected / 2 && delay <= expected, "{delay:?}");
        }
    }

    #[test]
    fn success_begins_anew() {
        let mut backoff = Backoff::new(FIRST, LONGEST);
        for _ in 0..40 {
            backoff.next();
        }
        backoff.succeeded();
        assert!(backoff.next() <= FIRST);
    }

    #[test]
    fn the_servers_word_counts_once() {
        let mut backoff = Backoff::new(FIRST, LONGEST);
        backoff.tell(Duration::from_secs(7));
        assert_eq!(backoff.next(), Duration::from_secs(7));
        assert!(backoff.next() <= FIRST);
    }
}
