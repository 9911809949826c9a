//! Why a configuration of keys is refused at start. Texts are for operators: they say what mends it,
//! and never repeat a secret.

use jsonwebtoken::Algorithm;

/// Keys, algorithm or URL that must not be used; the process refuses to start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A secret that could be guessed.
    #[error(
        "the secret for {algorithm:?} has {length} bytes, but at least {minimum} are needed; \
         `openssl rand -base64 48` makes a good one"
    )]
    ShortSecret {
        /// What it was meant for.
        algorithm: Algorithm,
        /// How long it is.
        length: usize,
        /// How long it must be.
        minimum: usize,
    },
    /// The text of a key where a shared secret belongs.
    #[error(
        "the shared secret for {0:?} is the text of a PEM key; a public key is no secret: give it \
         as the public key, with its own algorithm (such as RS256, ES256 or EdDSA)"
    )]
    KeyAsSecret(Algorithm),
    /// HS256 and its like have no public keys.
    #[error("{0:?} is checked with a shared secret, not with a public key or a key set")]
    NeedsSecret(Algorithm),
    /// RS256 and its like have no shared secret.
    #[error(
        "{0:?} is checked with a public key (PEM) or a key set (JWKS), not with a shared secret"
    )]
    NeedsPublicKey(Algorithm),
    /// The private half has no business on a server that only verifies.
    #[error("the PEM holds no public key; it must begin with `-----BEGIN PUBLIC KEY-----`")]
    NotAPublicKey,
    /// Damaged, of another kind, or too small.
    #[error("the public key does not fit {0:?} (RSA keys need 2,048 bits or more)")]
    KeyDoesNotFit(Algorithm),
    /// A key set must come from where nobody can replace it on the way.
    #[error("the URL of the key set must be https (or http on this machine), without credentials")]
    KeySetUrl,
    /// No client to fetch the key set with.
    #[error("the key set cannot be fetched")]
    Client(#[source] reqwest::Error),
}
