//! Limits counted on a single node, by the generic cell rate algorithm of `governor`: one number per
//! account, changed without a lock. Behind several nodes each counts for itself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chinwag_domain::{Budget, Payer, Quota, Quotas, Spent, Work, ports::RateLimiter};
use governor::{
    clock::{Clock, QuantaClock, Reference},
    middleware::StateInformationMiddleware,
    nanos::Nanos,
    state::{
        StateStore,
        keyed::{DashMapStateStore, ShrinkableKeyedStateStore},
    },
};

use crate::meters::Limited;

/// How often accounts that are whole again are forgotten.
const SWEEP: Duration = Duration::from_secs(10);

/// Counts in memory.
pub struct InProcessRateLimiter<C: Clock = QuantaClock> {
    clock: C,
    start: C::Instant,
    /// When accounts are swept next, in nanoseconds after the start.
    next_sweep: AtomicU64,
    sends: Meters<C>,
    requests: Meters<C>,
    sign_ins: Meters<C>,
}

impl InProcessRateLimiter {
    /// A limiter where everybody's account is whole.
    pub fn new(quotas: &Quotas) -> Self {
        Self::with_clock(quotas, QuantaClock::default())
    }
}

impl<C: Clock + Clone> InProcessRateLimiter<C> {
    /// The same by another clock, which must not go back.
    pub fn with_clock(quotas: &Quotas, clock: C) -> Self {
        let meters = |work, quota: Quota| Meters {
            limited: Limited::new(work),
            own: Meter::new(work, quota, &clock),
            addresses: Meter::new(work, quota.times(quotas.address_factor), &clock),
        };
        Self {
            start: clock.now(),
            next_sweep: AtomicU64::new(nanos(SWEEP)),
            sends: meters(Work::Sends, quotas.sends),
            requests: meters(Work::Requests, quotas.requests),
            sign_ins: meters(Work::SignIns, quotas.sign_ins),
            clock,
        }
    }
}

impl<C: Clock> InProcessRateLimiter<C> {
    /// How many accounts are remembered.
    pub fn accounts(&self) -> usize {
        self.meters().map(|meter| meter.accounts.len()).sum()
    }

    fn meters(&self) -> impl Iterator<Item = &Meter<C>> {
        let all = [&self.sends, &self.requests, &self.sign_ins];
        all.into_iter().flat_map(|meters| [&meters.own, &meters.addresses])
    }

    fn of(&self, work: Work) -> &Meters<C> {
        match work {
            Work::Sends => &self.sends,
            Work::Requests => &self.requests,
            Work::SignIns => &self.sign_ins,
        }
    }

    fn now(&self) -> Nanos {
        self.clock.now().duration_since(self.start)
    }

    /// By whoever comes first after it is due; the others go on.
    fn sweep_if_due(&self) {
        let now = self.now();
        let due = self.next_sweep.load(Ordering::Relaxed);
        let next = now.as_u64().saturating_add(nanos(SWEEP));
        let relaxed = Ordering::Relaxed;
        if now.as_u64() >= due
            && self.next_sweep.compare_exchange(due, next, relaxed, relaxed).is_ok()
        {
            self.meters().for_each(|meter| meter.limiter.retain_recent());
        }
    }
}

impl<C: Clock + Send + Sync> RateLimiter for InProcessRateLimiter<C> {
    fn take(&self, work: Work, payer: &Payer) -> Result<Budget, Spent> {
        self.sweep_if_due();
        let meters = self.of(work);
        meters.counted(payer, meters.meter(payer).take(payer))
    }

    fn look(&self, work: Work, payer: &Payer) -> Result<Budget, Spent> {
        let meters = self.of(work);
        meters.counted(payer, meters.meter(payer).look(payer, self.now()))
    }
}

/// The accounts of one kind of work.
struct Meters<C: Clock> {
    own: Meter<C>,
    addresses: Meter<C>,
    limited: Limited,
}

impl<C: Clock> Meters<C> {
    fn meter(&self, payer: &Payer) -> &Meter<C> {
        match payer {
            Payer::Address(_) => &self.addresses,
            Payer::Person(_) | Payer::Account(_) => &self.own,
        }
    }

    /// The same outcome; refusals are counted.
    fn counted(&self, payer: &Payer, outcome: Result<Budget, Spent>) -> Result<Budget, Spent> {
        if outcome.is_err() {
            self.limited.count(payer);
        }
        outcome
    }
}

/// Accounts with one quota.
struct Meter<C: Clock> {
    work: Work,
    quota: Quota,
    accounts: Accounts,
    limiter: governor::RateLimiter<Payer, Accounts, C, StateInformationMiddleware>,
}

impl<C: Clock> Meter<C> {
    fn new(work: Work, quota: Quota, clock: &C) -> Self
    where
        C: Clone,
    {
        let accounts = Accounts::default();
        let limiter = governor::RateLimiter::new(terms(quota), accounts.clone(), clock.clone());
        Self { work, quota, accounts, limiter }
    }

    fn take(&self, payer: &Payer) -> Result<Budget, Spent> {
        match self.limiter.check_key(payer) {
            Ok(state) => Ok(self.budget(state.remaining_burst_capacity())),
            Err(until) => Err(self.spent(until.wait_time_from(self.limiter.clock().now()))),
        }
    }

    /// `governor` has no way to look without taking: this reads the account and does its sum again.
    fn look(&self, payer: &Payer, now: Nanos) -> Result<Budget, Spent> {
        let Some(busy_until) = self.accounts.read(payer) else {
            return Ok(self.budget(self.quota.burst));
        };
        let interval = nanos(self.quota.interval());
        let whole = interval.saturating_mul(u64::from(self.quota.burst));
        let missing = busy_until.saturating_sub(now).as_u64();
        let room = whole.saturating_sub(missing);
        if room < interval {
            let wait = interval - room + missing.saturating_sub(whole);
            return Err(self.spent(Duration::from_nanos(wait)));
        }
        Ok(self.budget(u32::try_from(room / interval).unwrap_or(u32::MAX)))
    }

    fn budget(&self, left: u32) -> Budget {
        Budget { work: self.work, quota: self.quota, left }
    }

    fn spent(&self, wait: Duration) -> Spent {
        Spent { budget: self.budget(0), wait: wait.max(Duration::from_nanos(1)) }
    }
}

/// The state of the accounts, read by the meter beside its limiter.
#[derive(Clone, Default)]
struct Accounts(Arc<DashMapStateStore<Payer>>);

impl Accounts {
    /// Until when an account is busy with what was taken; `None` for one that nothing was taken from.
    fn read(&self, payer: &Payer) -> Option<Nanos> {
        if !self.0.contains_key(payer) {
            return None;
        }
        // Refusing to replace is the way to read.
        self.0.measure_and_replace::<(), _, _>(payer, Err).err().flatten()
    }
}

impl StateStore for Accounts {
    type Key = Payer;

    fn measure_and_replace<T, F, E>(&self, key: &Payer, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.0.measure_and_replace(key, measure)
    }
}

impl ShrinkableKeyedStateStore<Payer> for Accounts {
    fn retain_recent(&self, drop_below: Nanos) {
        self.0.retain_recent(drop_below);
    }

    fn shrink_to_fit(&self) {
        self.0.shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn terms(quota: Quota) -> governor::Quota {
    let one = std::num::NonZeroU32::MIN;
    let burst = std::num::NonZeroU32::new(quota.burst).unwrap_or(one);
    let quota = governor::Quota::with_period(quota.interval());
    quota.unwrap_or_else(|| governor::Quota::per_second(one)).allow_burst(burst)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn accounts_that_are_whole_again_are_forgotten() {
        let clock = FakeRelativeClock::default();
        let limiter = InProcessRateLimiter::with_clock(&Quotas::default(), clock.clone());
        for number in 0..10_000 {
            let person = Payer::Person(format!("p{number}").parse().unwrap());
            limiter.take(Work::Requests, &person).unwrap();
            limiter.look(Work::Sends, &person).unwrap();
        }
        assert_eq!(limiter.accounts(), 10_000, "looking makes no account");
        clock.advance(SWEEP);
        let late = Payer::Person("late".parse().unwrap());
        limiter.take(Work::Requests, &late).unwrap();
        assert!(limiter.accounts() <= 1, "{}", limiter.accounts());
    }

    #[test]
    fn who_has_spent_everything_is_not_forgotten() {
        let clock = FakeRelativeClock::default();
        let limiter = InProcessRateLimiter::with_clock(&Quotas::default(), clock.clone());
        let name = Payer::Account("ann".to_owned());
        while limiter.take(Work::SignIns, &name).is_ok() {}
        // Long enough for a sweep, not for another attempt and one to spare.
        clock.advance(SWEEP);
        limiter.take(Work::Requests, &Payer::Account("late".to_owned())).unwrap();
        limiter.take(Work::SignIns, &name).unwrap();
        assert!(limiter.take(Work::SignIns, &name).is_err(), "10 s give back one of 10 a minute");
    }
}
