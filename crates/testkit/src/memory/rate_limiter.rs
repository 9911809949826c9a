//! Limits counted in memory by a clock turned by hand, and none at all.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chinwag_domain::{
    Budget, Payer, Quotas, Spent, Work,
    ports::{Clock, RateLimiter},
};
use parking_lot::Mutex;

/// Counts in memory.
pub struct MemoryRateLimiter {
    quotas: Quotas,
    clock: Arc<dyn Clock>,
    /// When each account will be whole again, in nanoseconds.
    accounts: Mutex<HashMap<(Work, Payer), i128>>,
}

impl MemoryRateLimiter {
    /// Everybody's account is whole.
    pub fn new(quotas: Quotas, clock: Arc<dyn Clock>) -> Self {
        Self { quotas, clock, accounts: Mutex::default() }
    }

    fn ask(&self, work: Work, payer: &Payer, take: bool) -> Result<Budget, Spent> {
        let quota = self.quotas.of(work, payer);
        let interval = nanos(quota.interval());
        let now = i128::from(self.clock.now().millis()) * 1_000_000;
        let mut accounts = self.accounts.lock();
        let key = (work, payer.clone());
        let whole_at = accounts.get(&key).copied().unwrap_or(now).max(now);
        let room = interval * i128::from(quota.burst) - (whole_at - now);
        let budget = |left: i128| Budget { work, quota, left: u32::try_from(left).unwrap() };
        if room < interval {
            let wait = u64::try_from(interval - room).unwrap();
            return Err(Spent { budget: budget(0), wait: Duration::from_nanos(wait) });
        }
        if !take {
            return Ok(budget(room / interval));
        }
        accounts.insert(key, whole_at + interval);
        Ok(budget(room / interval - 1))
    }
}

impl RateLimiter for MemoryRateLimiter {
    fn take(&self, work: Work, payer: &Payer) -> Result<Budget, Spent> {
        self.ask(work, payer, true)
    }

    fn look(&self, work: Work, payer: &Payer) -> Result<Budget, Spent> {
        self.ask(work, payer, false)
    }
}

fn nanos(duration: Duration) -> i128 {
    i128::try_from(duration.as_nanos()).unwrap()
}

/// Lets everybody do everything: for tests of something else.
#[derive(Debug, Default)]
pub struct Unlimited;

impl RateLimiter for Unlimited {
    fn take(&self, work: Work, payer: &Payer) -> Result<Budget, Spent> {
        self.look(work, payer)
    }

    fn look(&self, work: Work, payer: &Payer) -> Result<Budget, Spent> {
        let quota = Quotas::default().of(work, payer);
        Ok(Budget { work, quota, left: quota.burst })
    }
}
