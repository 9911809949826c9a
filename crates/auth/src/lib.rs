//! Who somebody is: tokens verified, tokens of own accounts signed, passwords hashed.
//!
//! Adapters of the identity ports of `chinwag-domain` and nothing else: what a person may do,
//! and where accounts and sign-ins are kept, is decided elsewhere.
//!
//! * [`JwtVerifier`] checks access tokens against a shared secret, a PEM public key or the key
//!   set of an identity provider. The algorithm always comes from configuration.
//! * [`TokenSigner`] signs access tokens; [`LocalTokens`] is signer and verifier of the accounts
//!   that this server keeps itself.
//! * [`Argon2Hasher`] hashes passwords.

mod claims;
mod error;
mod jwks;
mod keys;
mod local;
mod options;
mod password;
mod profile;
mod token;

pub use error::ConfigError;
pub use jsonwebtoken::Algorithm;
pub use local::{LocalTokens, SignerOptions, TokenSigner};
pub use options::{ClaimNames, JwksOptions, KeySource, VerifierOptions};
pub use password::Argon2Hasher;
pub use token::JwtVerifier;
