//! Randomness of the client: ids that it makes and the spread of its delays.

use std::time::Duration;

/// A fresh id for a send or anything else that a client has to name; 36 characters.
pub fn random_id() -> String {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid().to_string()
}

/// Somewhere in the upper half of `delay`, so that clients cut off together do not come back together.
pub(crate) fn spread(delay: Duration) -> Duration {
    delay.mul_f64(0.5 + rand::random::<f64>() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_delay_stays_within_its_half() {
        let delay = Duration::from_secs(2);
        for _ in 0..1_000 {
            let spread = spread(delay);
            assert!(spread >= delay / 2 && spread <= delay, "{spread:?}");
        }
    }

    #[test]
    fn random_ids_differ() {
        assert_ne!(random_id(), random_id());
    }
}
