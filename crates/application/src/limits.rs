//! Whether somebody may ask now. Both doors put every request here before anything is done for it, so that
//! a send over REST and one over a socket go on the same account.

use std::net::IpAddr;

use chinwag_domain::{Budget, Payer, Work};

use crate::{Actor, Error, support::use_case};

/// Longest name of an account that can exist; longer ones are told apart no further.
const NAME_CHARS: usize = 64;

use_case!(
    /// Puts requests on accounts.
    Limits
);

impl Limits {
    /// Whether an address may still ask, before it is known for whom. Takes nothing: who asks with a good
    /// token pays for themselves.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub fn open_to(&self, address: Option<IpAddr>) -> Result<(), Error> {
        let Some(address) = address else { return Ok(()) };
        self.ports.limiter.look(Work::Requests, &Payer::address(address))?;
        Ok(())
    }

    /// A request of nobody who is known. `None` without an address, which is how tests ask.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub fn of_address(&self, address: Option<IpAddr>) -> Result<Option<Budget>, Error> {
        self.address(Work::Requests, address)
    }

    /// Something that a person asks: theirs first, so that one who asks too much does not spend what
    /// others at the same address have.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub fn of_person(&self, work: Work, actor: &Actor) -> Result<Budget, Error> {
        let budget = self.ports.limiter.take(work, &Payer::Person(actor.id().clone()))?;
        self.address(work, actor.address)?;
        Ok(budget)
    }

    /// Something that a person asks, or somebody at an address without a good token.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub fn of_whoever(
        &self,
        work: Work,
        known: Option<&Actor>,
        address: Option<IpAddr>,
    ) -> Result<Option<Budget>, Error> {
        match known {
            Some(actor) => self.of_person(work, actor).map(Some),
            None => self.of_address(address),
        }
    }

    /// An attempt to get tokens, under a name where there is one; whether the name exists is not asked.
    /// An address with nothing left cannot spend what a name has, and who tries one name again and again
    /// does not spend what others at the address have.
    ///
    /// # Errors
    /// [`Error::RateLimited`].
    pub(crate) fn of_sign_in(
        &self,
        address: Option<IpAddr>,
        name: Option<&str>,
    ) -> Result<(), Error> {
        let limiter = &self.ports.limiter;
        if let Some(address) = address {
            limiter.look(Work::SignIns, &Payer::address(address))?;
        }
        if let Some(name) = name {
            let name = name.chars().take(NAME_CHARS).collect();
            limiter.take(Work::SignIns, &Payer::Account(name))?;
        }
        self.address(Work::SignIns, address)?;
        Ok(())
    }

    fn address(&self, work: Work, address: Option<IpAddr>) -> Result<Option<Budget>, Error> {
        let Some(address) = address else { return Ok(None) };
        Ok(Some(self.ports.limiter.take(work, &Payer::address(address))?))
    }
}

/// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers): what is allowed in how many
/// seconds, and what is left with the seconds until it is whole again. Seconds are rounded up.
pub fn rate_limit_fields(budget: &Budget) -> [(&'static str, String); 2] {
    let seconds = |duration: std::time::Duration| duration.as_nanos().div_ceil(1_000_000_000);
    let (name, quota) = (budget.work.as_str(), budget.quota);
    let window = seconds(quota.refill).max(1);
    [
        ("ratelimit-policy", format!("\"{name}\";q={};w={window}", quota.burst)),
        ("ratelimit", format!("\"{name}\";r={};t={}", budget.left, seconds(budget.whole_in()))),
    ]
}

#[cfg(test)]
mod tests {
    use chinwag_domain::Quota;

    use super::*;

    #[test]
    fn fields_tell_quota_and_what_is_left() {
        let budget = Budget { work: Work::Sends, quota: Quota::per_second(10, 30), left: 29 };
        let [policy, left] = rate_limit_fields(&budget);
        assert_eq!(policy, ("ratelimit-policy", r#""sends";q=30;w=3"#.to_owned()));
        assert_eq!(left, ("ratelimit", r#""sends";r=29;t=1"#.to_owned()));
        let fast = Budget { work: Work::Requests, quota: Quota::per_second(1_000, 10), left: 0 };
        let [policy, left] = rate_limit_fields(&fast);
        assert_eq!(policy.1, r#""requests";q=10;w=1"#);
        assert_eq!(left.1, r#""requests";r=0;t=1"#);
        let whole = Budget { left: 10, ..fast };
        assert_eq!(rate_limit_fields(&whole)[1].1, r#""requests";r=10;t=0"#);
    }
}
