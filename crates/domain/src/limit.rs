//! Limits: how much of something may be done in a time, whose account it goes on, and what is left.
//! Pure values; who counts is behind the port [`crate::ports::RateLimiter`].

use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use crate::UserId;

/// What is counted, each kind apart from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// Sending a message, by whichever door.
    Sends,
    /// Everything else that is asked.
    Requests,
    /// Attempts to get tokens: with a password, a name, a refresh token.
    SignIns,
}

impl Work {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sends => "sends",
            Self::Requests => "requests",
            Self::SignIns => "sign-ins",
        }
    }
}

/// Whose account something goes on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Payer {
    /// A person whose token was verified.
    Person(UserId),
    /// A network address; made by [`Payer::address`].
    Address(IpAddr),
    /// A name that somebody tries to sign in with, whether it exists or not.
    Account(String),
}

impl Payer {
    /// The payer for an address: who holds one IPv6 address holds the 64 bits below its network.
    pub fn address(address: IpAddr) -> Self {
        Self::Address(network(address))
    }
}

/// The address, or for IPv6 its network of 64 bits.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let upper = address.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(upper))
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// So many at once, and as many again in that time, a little at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// At once after a pause; at least 1.
    pub burst: u32,
    /// How long until all of it has come back.
    pub refill: Duration,
}

impl Quota {
    /// `burst` at once and `rate` per second.
    pub fn per_second(rate: u32, burst: u32) -> Self {
        let (rate, burst) = (u64::from(rate.max(1)), burst.max(1));
        let nanos = u64::from(burst).saturating_mul(1_000_000_000) / rate;
        Self { burst, refill: Duration::from_nanos(nanos) }
    }

    /// `burst` at once and `rate` per minute.
    pub fn per_minute(rate: u32, burst: u32) -> Self {
        let (rate, burst) = (u64::from(rate.max(1)), burst.max(1));
        let nanos = u64::from(burst).saturating_mul(60_000_000_000) / rate;
        Self { burst, refill: Duration::from_nanos(nanos) }
    }

    /// How long until one comes back.
    pub fn interval(&self) -> Duration {
        (self.refill / self.burst.max(1)).max(Duration::from_nanos(1))
    }

    /// So many times as much in the same time.
    #[must_use]
    pub fn times(self, factor: u32) -> Self {
        Self { burst: self.burst.saturating_mul(factor.max(1)), ..self }
    }
}

/// What an installation allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Messages of one person.
    pub sends: Quota,
    /// Other requests of one person.
    pub requests: Quota,
    /// Attempts to sign in under one name.
    pub sign_ins: Quota,
    /// How many times that an address may have.
    pub address_factor: u32,
}

impl Quotas {
    /// What a payer may do of some work.
    pub fn of(&self, work: Work, payer: &Payer) -> Quota {
        let quota = match work {
            Work::Sends => self.sends,
            Work::Requests => self.requests,
            Work::SignIns => self.sign_ins,
        };
        match payer {
            Payer::Address(_) => quota.times(self.address_factor),
            Payer::Person(_) | Payer::Account(_) => quota,
        }
    }
}

impl Default for Quotas {
    /// As in `config/default.toml`.
    fn default() -> Self {
        Self {
            sends: Quota::per_second(10, 30),
            requests: Quota::per_second(60, 120),
            sign_ins: Quota::per_minute(10, 30),
            address_factor: 20,
        }
    }
}

/// What is left of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Of what.
    pub work: Work,
    /// The whole of it.
    pub quota: Quota,
    /// How many more may follow at once.
    pub left: u32,
}

impl Budget {
    /// How long until the whole quota is there again, if nothing more is taken.
    pub fn whole_in(&self) -> Duration {
        self.quota.interval() * self.quota.burst.saturating_sub(self.left)
    }
}

/// Nothing is left: the refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// With nothing left.
    pub budget: Budget,
    /// How long until there is one again; never zero.
    pub wait: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_comes_back_as_fast_as_its_rate() {
        let sends = Quota::per_second(10, 30);
        assert_eq!(
            (sends.refill, sends.interval()),
            (Duration::from_secs(3), Duration::from_millis(100))
        );
        assert_eq!(Quota::per_minute(10, 30).interval(), Duration::from_secs(6));
        let fast = Quota::per_second(1_000_000_000, 1_000_000_000);
        assert_eq!(fast.interval(), Duration::from_nanos(1));
    }

    #[test]
    fn an_address_has_so_many_times_the_quota_at_so_many_times_the_rate() {
        let quotas = Quotas::default();
        let person = quotas.of(Work::Sends, &Payer::Person("ann".parse().unwrap()));
        let address = quotas.of(Work::Sends, &Payer::address("203.0.113.9".parse().unwrap()));
        assert_eq!((person.burst, address.burst), (30, 600));
        assert_eq!(address.interval() * 20, person.interval());
        assert_eq!(Quota::per_second(1, u32::MAX).times(20).burst, u32::MAX);
    }

    #[test]
    fn an_ipv6_network_is_one_payer() {
        let payer = |text: &str| Payer::address(text.parse().unwrap());
        assert_eq!(payer("2001:db8::1"), payer("2001:db8::ffff:1"));
        assert_ne!(payer("2001:db8::1"), payer("2001:db8:0:1::1"));
        assert_ne!(payer("203.0.113.9"), payer("203.0.113.10"));
        assert_eq!(payer("::ffff:203.0.113.9"), payer("203.0.113.9"));
    }

    #[test]
    fn what_is_missing_takes_its_time() {
        let quota = Quota::per_second(10, 30);
        let budget = |left| Budget { work: Work::Sends, quota, left };
        assert_eq!(budget(30).whole_in(), Duration::ZERO);
        assert_eq!(budget(0).whole_in(), Duration::from_secs(3));
        assert_eq!(budget(25).whole_in(), Duration::from_millis(500));
    }
}
