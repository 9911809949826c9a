//! Passwords, hashed with argon2id away from the threads that serve others, a few at a time: each takes
//! 19 MiB and tens of milliseconds of one core.

use std::{sync::Arc, thread};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use async_trait::async_trait;
use chinwag_domain::ports::{PasswordError, PasswordHasher};
use tokio::{sync::Semaphore, task};

/// What OWASP recommends: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A hash of the same cost that no password gives, checked in place of the hash of somebody who does not
/// exist, so that unknown names take as long as wrong passwords.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Y2hpbndhZyBub2JvZHkhIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// argon2id with bounded parallelism.
pub struct Argon2Hasher {
    argon2: Argon2<'static>,
    permits: Arc<Semaphore>,
}

impl Argon2Hasher {
    /// As many at a time as there are cores, but no fewer than two and no more than four.
    ///
    /// # Errors
    /// Never with the parameters that are compiled in.
    pub fn new() -> Result<Self, PasswordError> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(failed)?;
        let cores = thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Ok(Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            permits: Arc::new(Semaphore::new(cores.clamp(2, 4))),
        })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> Result<T, password_hash::Error> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(failed)?;
        let argon2 = self.argon2.clone();
        let done = task::spawn_blocking(move || {
            // Held by the work itself: it goes on when the caller has gone away.
            let _permit = permit;
            work(&argon2)
        });
        done.await.map_err(failed)?.map_err(failed)
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> PasswordError {
    PasswordError(Box::new(error))
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let password = password.to_owned();
        self.run(move |argon2| Ok(argon2.hash_password(password.as_bytes())?.to_string())).await
    }

    async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, PasswordError> {
        let password = password.to_owned();
        self.run(move |argon2| {
            let known = hash.is_some();
            let hash = PasswordHash::new(hash.as_deref().unwrap_or(NOBODY))?;
            match argon2.verify_password(password.as_bytes(), &hash) {
                Ok(()) => Ok(known),
                Err(password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(error),
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn hasher() -> Argon2Hasher {
        Argon2Hasher::new().unwrap()
    }

    #[tokio::test]
    async fn only_the_right_password_passes() {
        let hasher = hasher();
        let hash = hasher.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify("correct horse", Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify("correct horse ", Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify("correct horse", None).await.unwrap());
        assert_ne!(hasher.hash("correct horse").await.unwrap(), hash, "each has its own salt");
    }

    #[tokio::test]
    async fn a_damaged_hash_is_an_error_not_a_wrong_password() {
        assert!(hasher().verify("x", Some("$argon2id$".into())).await.is_err());
    }

    #[test]
    fn nobody_costs_what_everybody_costs() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&nobody).unwrap();
        let ours = hasher();
        let ours = ours.argon2.params();
        assert_eq!(
            (params.m_cost(), params.t_cost(), params.p_cost()),
            (ours.m_cost(), ours.t_cost(), ours.p_cost())
        );
        assert_eq!(nobody.salt.unwrap().len(), 16);
        assert_eq!(nobody.hash.unwrap().len(), 32);
    }

    #[tokio::test]
    async fn unknown_people_take_as_long() {
        let hasher = hasher();
        let hash = hasher.hash("a password").await.unwrap();
        let mut known = Vec::new();
        let mut unknown = Vec::new();
        for _ in 0..5 {
            let start = Instant::now();
            hasher.verify("wrong", Some(hash.clone())).await.unwrap();
            known.push(start.elapsed());
            let start = Instant::now();
            hasher.verify("wrong", None).await.unwrap();
            unknown.push(start.elapsed());
        }
        known.sort();
        unknown.sort();
        // Without the work it would be a thousand times less.
        assert!(unknown[2] * 3 > known[2], "{unknown:?} against {known:?}");
    }

    #[tokio::test]
    async fn no_hash_is_computed_without_a_permit() {
        let hasher = hasher();
        assert!((2..=4).contains(&hasher.permits.available_permits()));
        hasher.permits.close();
        assert!(hasher.hash("x").await.is_err());
        assert!(hasher.verify("x", None).await.is_err());
    }
}
