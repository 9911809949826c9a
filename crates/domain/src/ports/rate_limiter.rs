//! Counting what people do, so that nobody does too much of it.

use crate::{Budget, Payer, Spent, Work};

/// Keeps an account per kind of work and payer, against the quota that the adapter was made with.
///
/// An account that nothing was taken from is whole. What is taken comes back evenly, one at a time
/// ([`crate::Quota::interval`]); an adapter MUST allow `burst` at once from a whole account and MUST NOT allow
/// more than that and what came back. It MUST be exact when many take at once. It is asked before anything
/// else is, for every request: it MUST answer without waiting for anything, and what it remembers MUST be
/// bounded by the payers of the last refill.
pub trait RateLimiter: Send + Sync {
    /// Takes one.
    ///
    /// # Errors
    /// [`Spent`] when none is left; then nothing is taken, so that who goes on asking waits no longer.
    fn take(&self, work: Work, payer: &Payer) -> Result<Budget, Spent>;

    /// Whether one could be taken, without taking it.
    ///
    /// # Errors
    /// [`Spent`] when none is left.
    fn look(&self, work: Work, payer: &Payer) -> Result<Budget, Spent>;
}
