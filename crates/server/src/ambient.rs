//! The system's clock and new ids: the one place that may ask the machine for them. All else gets them
//! through the ports `Clock` and `IdGenerator`, so that tests decide what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use chinwag_domain::{
    Timestamp,
    ports::{Clock, IdGenerator},
};
use uuid::Uuid;

/// The machine's clock, in UTC.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // this is the adapter behind the port `Clock`
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// `UUIDv7`: rising within the process, also when the clock is set back, and from all threads.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidV7;

impl IdGenerator for UuidV7 {
    #[allow(clippy::disallowed_methods)] // this is the adapter behind the port `IdGenerator`
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, thread};

    use super::*;

    #[test]
    fn the_clock_is_of_this_century_and_goes_on() {
        let before = SystemClock.now();
        assert!(before > Timestamp::parse("2026-01-01T00:00:00Z").unwrap_or_default());
        assert!(SystemClock.now() >= before);
    }

    #[test]
    fn ids_rise_on_each_thread_and_never_repeat() {
        const EACH: usize = 20_000;
        let made: Vec<Vec<Uuid>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..EACH).map(|_| UuidV7.uuid()).collect()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
        });
        for ids in &made {
            assert!(ids.is_sorted_by(|earlier, later| earlier < later));
            assert!(ids.iter().all(|id| id.get_version_num() == 7));
        }
        let all: HashSet<_> = made.iter().flatten().collect();
        assert_eq!(all.len(), 4 * EACH);
    }
}
