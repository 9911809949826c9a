//! The cases for rate limiters, by subject.

pub mod accounts;

pub use super::under_test::LimiterUnderTest;

/// What the cases play on.
pub fn on(limiter: LimiterUnderTest) -> LimiterUnderTest {
    limiter
}
