//! Tokens and passwords.

use async_trait::async_trait;

use crate::{AccessClaims, AppRole, SessionId, Timestamp, UserSummary};

/// Why a token was refused. Clients are told which, never more.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It was good until its `exp`.
    #[error("the token has expired")]
    Expired,
    /// Not ours, not whole, not signed right, or without what it must say.
    #[error("the token is not valid")]
    Invalid,
    /// The keys to check it with cannot be had now.
    #[error("the keys to check tokens are unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Checks access tokens.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait TokenVerifier: Send + Sync {
    /// What a token says, once signature, algorithm, `exp` (leeway 0) and, where
    /// configured, `iss` and `aud` have been checked.
    ///
    /// # Errors
    /// See [`TokenError`].
    async fn verify(&self, token: &str) -> Result<AccessClaims, TokenError>;
}

/// A new refresh token.
#[derive(Clone)]
pub struct RefreshToken {
    /// For the client; kept nowhere.
    pub text: String,
    /// SHA-256 of it; what is stored.
    pub hash: Vec<u8>,
}

/// Makes the tokens of local accounts.
pub trait TokenIssuer: Send + Sync {
    /// Signs an access token for a person's sign-in.
    ///
    /// # Errors
    /// When signing fails.
    fn access_token(
        &self,
        user: &UserSummary,
        role: AppRole,
        session: SessionId,
        expires_at: Timestamp,
    ) -> Result<String, TokenError>;

    /// A refresh token of 256 random bits.
    fn refresh_token(&self) -> RefreshToken;

    /// The hash under which a presented refresh token would be stored.
    fn refresh_hash(&self, text: &str) -> Vec<u8>;
}

/// Hashing failed; never for a wrong password.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct PasswordError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Hashes passwords with argon2id, away from threads that serve others.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// The PHC string to store.
    ///
    /// # Errors
    /// When hashing fails.
    async fn hash(&self, password: &str) -> Result<String, PasswordError>;

    /// Whether the password is the one of that PHC string. With `None` it works
    /// as long and answers false, so that unknown names take the same time.
    ///
    /// # Errors
    /// When hashing fails.
    async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, PasswordError>;
}
