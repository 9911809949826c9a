//! When to ping a socket and when to give it up. Pure: time is passed in, frames are made elsewhere.

use std::time::Duration;

use tokio::time::Instant;

/// Pings without an answer after which a socket is given up.
const MISSED_MAX: u32 = 2;
/// The earliest ping comes after this part of the interval, in percent.
const EARLIEST: u32 = 75;

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// Nothing until then.
    Wait(Instant),
    /// Send a ping, and ask again at the instant given.
    Ping(Instant),
    /// Two pings went by without a sign of life: close.
    Dead,
}

/// The heartbeat of one socket. Anything the client sends is a sign of life.
#[derive(Debug)]
pub struct Heartbeat {
    interval: Duration,
    next: Instant,
    unanswered: u32,
    /// State of the jitter.
    noise: u64,
}

impl Heartbeat {
    /// A heartbeat that begins at `now`. A ping comes at least every `interval` and at most a quarter
    /// earlier, so that thousands of sockets that came at once do not stay in step; `seed` (anything
    /// that differs between sockets) decides how much earlier.
    pub fn new(now: Instant, interval: Duration, seed: u64) -> Self {
        let mut heartbeat = Self { interval, next: now, unanswered: 0, noise: seed };
        heartbeat.next = now + heartbeat.wait();
        heartbeat
    }

    /// The client has sent something.
    pub fn seen(&mut self) {
        self.unanswered = 0;
    }

    /// What to do at `now`.
    pub fn beat(&mut self, now: Instant) -> Beat {
        if now < self.next {
            return Beat::Wait(self.next);
        }
        if self.unanswered >= MISSED_MAX {
            return Beat::Dead;
        }
        self.unanswered += 1;
        // Counted from now, not from when it was due: after a pause (a laptop that slept, a busy
        // worker) the client gets the whole time to answer.
        self.next = now + self.wait();
        Beat::Ping(self.next)
    }

    /// The instant at which [`beat`](Self::beat) is to be asked again.
    pub fn next(&self) -> Instant {
        self.next
    }

    fn wait(&mut self) -> Duration {
        let percent = EARLIEST + self.draw() % (101 - EARLIEST);
        self.interval * percent / 100
    }

    /// `SplitMix64`: even enough for jitter, and needs no source of randomness.
    fn draw(&mut self) -> u32 {
        self.noise = self.noise.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.noise;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed >> 33) as u32
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, time::Duration};

    use tokio::time::Instant;

    use super::{Beat, Heartbeat};

    const INTERVAL: Duration = Duration::from_secs(20);

    #[test]
    fn pings_within_the_interval_and_not_too_early() {
        let mut now = Instant::now();
        let mut heartbeat = Heartbeat::new(now, INTERVAL, 7);
        for _ in 0..1000 {
            let due = heartbeat.next();
            assert!((INTERVAL * 3 / 4..=INTERVAL).contains(&(due - now)));
            assert_eq!(heartbeat.beat(due - Duration::from_millis(1)), Beat::Wait(due));
            assert!(matches!(heartbeat.beat(due), Beat::Ping(next) if next == heartbeat.next()));
            heartbeat.seen();
            now = due;
        }
    }

    #[test]
    fn sockets_do_not_beat_in_step() {
        let now = Instant::now();
        let first: HashSet<_> =
            (0..100).map(|seed| Heartbeat::new(now, INTERVAL, seed).next()).collect();
        assert!(first.len() > 15, "{}", first.len());
    }

    #[test]
    fn dead_after_two_missed() {
        let mut heartbeat = Heartbeat::new(Instant::now(), INTERVAL, 7);
        assert!(matches!(heartbeat.beat(heartbeat.next()), Beat::Ping(_)));
        assert!(matches!(heartbeat.beat(heartbeat.next()), Beat::Ping(_)));
        let due = heartbeat.next();
        assert_eq!(heartbeat.beat(due - Duration::from_millis(1)), Beat::Wait(due));
        assert_eq!(heartbeat.beat(due), Beat::Dead);
    }

    #[test]
    fn any_sign_of_life_counts() {
        let mut heartbeat = Heartbeat::new(Instant::now(), INTERVAL, 7);
        for _ in 0..10 {
            assert!(matches!(heartbeat.beat(heartbeat.next()), Beat::Ping(_)));
            assert!(matches!(heartbeat.beat(heartbeat.next()), Beat::Ping(_)));
            heartbeat.seen();
        }
    }

    #[test]
    fn a_late_question_leaves_time_to_answer() {
        let mut heartbeat = Heartbeat::new(Instant::now(), INTERVAL, 7);
        let late = heartbeat.next() + INTERVAL * 10;
        assert!(
            matches!(heartbeat.beat(late), Beat::Ping(next) if next - late >= INTERVAL * 3 / 4)
        );
    }
}
