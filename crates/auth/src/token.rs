//! Checking access tokens: header, key, signature, then the claims. The token is asked for nothing but
//! the id of a key among those that are configured; its `alg` must be the configured one.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_domain::{
    AccessClaims,
    ports::{Clock, TokenError, TokenVerifier},
};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};

use crate::{
    ConfigError, KeySource, VerifierOptions,
    claims::{ClaimRules, Claims},
    jwks::Jwks,
    keys,
};

/// Bytes of the longest token that is looked at.
const MAX_TOKEN: usize = 16 * 1024;

/// Checks access tokens by one configured algorithm.
pub struct JwtVerifier {
    algorithm: Algorithm,
    keys: Keys,
    signature_only: Validation,
    rules: ClaimRules,
    clock: Arc<dyn Clock>,
}

enum Keys {
    One(Arc<DecodingKey>),
    Set(Jwks),
}

impl JwtVerifier {
    /// A verifier; no network is touched before the first token comes.
    ///
    /// # Errors
    /// When the key does not belong to the algorithm or is too weak.
    pub fn new(options: VerifierOptions, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let algorithm = options.algorithm;
        let rules = ClaimRules::new(&options);
        let keys = match options.key {
            KeySource::Secret(secret) => {
                Keys::One(Arc::new(keys::from_secret(algorithm, &secret)?))
            }
            KeySource::Pem(pem) => Keys::One(Arc::new(keys::from_pem(algorithm, &pem)?)),
            KeySource::Jwks(jwks) => Keys::Set(Jwks::new(&jwks, algorithm, Arc::clone(&clock))?),
        };
        Ok(Self { algorithm, keys, signature_only: signature_only(algorithm), rules, clock })
    }

    async fn key(&self, header: &Header) -> Result<Arc<DecodingKey>, TokenError> {
        match &self.keys {
            Keys::One(key) => Ok(Arc::clone(key)),
            Keys::Set(set) => set.key(header.kid.as_deref()).await,
        }
    }
}

#[async_trait]
impl TokenVerifier for JwtVerifier {
    async fn verify(&self, token: &str) -> Result<AccessClaims, TokenError> {
        if token.len() > MAX_TOKEN {
            return Err(TokenError::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        if header.alg != self.algorithm || header.crit.is_some() || !is_access_type(&header) {
            return Err(TokenError::Invalid);
        }
        let key = self.key(&header).await?;
        let token = jsonwebtoken::decode::<Claims>(token, &key, &self.signature_only)
            .map_err(|_| TokenError::Invalid)?;
        self.rules.read(&token.claims, self.clock.now())
    }
}

/// The library is left the signature alone: it would ask the system for the time, allow a minute's
/// leeway, and take `iss` and `aud` as read when they are absent.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

/// Whether the header calls it an access token or just a token. What the same issuer signs for other
/// ends (`logout+jwt`, `dpop+jwt`, …) says so here.
fn is_access_type(header: &Header) -> bool {
    let Some(typ) = &header.typ else { return true };
    let typ = typ.to_ascii_lowercase();
    matches!(typ.strip_prefix("application/").unwrap_or(&typ), "jwt" | "at+jwt")
}
