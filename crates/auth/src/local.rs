//! Tokens of this server's own accounts: signed and verified with one secret. Refresh tokens are random
//! bytes, not signed texts, so that one can never pass for an access token.

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_domain::{
    AccessClaims, AppRole, SessionId, Timestamp, UserSummary,
    ports::{Clock, RefreshToken, TokenError, TokenIssuer, TokenVerifier},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rand::Rng;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{ConfigError, JwtVerifier, KeySource, VerifierOptions, claims::ACCESS, keys};

/// Bytes of a refresh token.
const REFRESH_BYTES: usize = 32;

/// How access tokens are signed.
#[derive(Clone)]
pub struct SignerOptions {
    /// HS256, HS384 or HS512.
    pub algorithm: Algorithm,
    /// At least 32 bytes.
    pub secret: Vec<u8>,
    /// What `iss` says, if anything.
    pub issuer: Option<String>,
    /// What `aud` says, if anything.
    pub audience: Option<String>,
}

impl SignerOptions {
    /// HS256, without `iss` and `aud`.
    pub fn new(secret: impl Into<Vec<u8>>) -> Self {
        Self { algorithm: Algorithm::HS256, secret: secret.into(), issuer: None, audience: None }
    }
}

/// Signs access tokens with a shared secret.
pub struct TokenSigner {
    header: Header,
    key: EncodingKey,
    issuer: Option<String>,
    audience: Option<String>,
    clock: Arc<dyn Clock>,
}

#[derive(Serialize)]
struct SignedClaims<'a> {
    typ: &'static str,
    sub: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<SessionId>,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    role: AppRole,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
}

impl TokenSigner {
    /// A signer.
    ///
    /// # Errors
    /// When the secret is short or the algorithm has none.
    pub fn new(options: SignerOptions, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        keys::check_secret(options.algorithm, &options.secret)?;
        Ok(Self {
            header: Header::new(options.algorithm),
            key: EncodingKey::from_secret(&options.secret),
            issuer: options.issuer,
            audience: options.audience,
            clock,
        })
    }

    /// A token for a person; one without a sign-in is good until it expires. Expiry is in whole
    /// seconds, rounded down. An empty name is left out, and leaves the one that the server knows.
    ///
    /// # Errors
    /// When signing fails.
    pub fn sign(
        &self,
        user: &UserSummary,
        role: AppRole,
        session: Option<SessionId>,
        expires_at: Timestamp,
    ) -> Result<String, TokenError> {
        let claims = SignedClaims {
            typ: ACCESS,
            sub: user.id.as_str(),
            sid: session,
            name: &user.name,
            username: user.username.as_deref(),
            role,
            iat: self.clock.now().millis().div_euclid(1000),
            exp: expires_at.millis().div_euclid(1000),
            iss: self.issuer.as_deref(),
            aud: self.audience.as_deref(),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.key)
            .map_err(|error| TokenError::Unavailable(Box::new(error)))
    }
}

/// Signs and verifies the tokens of local accounts.
pub struct LocalTokens {
    signer: TokenSigner,
    verifier: JwtVerifier,
}

impl LocalTokens {
    /// A pair of signer and verifier that understand each other.
    ///
    /// # Errors
    /// When the secret is short or the algorithm has none.
    pub fn new(options: SignerOptions, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let verifier = VerifierOptions {
            issuer: options.issuer.iter().cloned().collect(),
            audience: options.audience.iter().cloned().collect(),
            sessions: true,
            ..VerifierOptions::new(options.algorithm, KeySource::Secret(options.secret.clone()))
        };
        Ok(Self {
            verifier: JwtVerifier::new(verifier, Arc::clone(&clock))?,
            signer: TokenSigner::new(options, clock)?,
        })
    }

    /// For tokens without a sign-in, as an operator makes them.
    pub fn signer(&self) -> &TokenSigner {
        &self.signer
    }
}

#[async_trait]
impl TokenVerifier for LocalTokens {
    async fn verify(&self, token: &str) -> Result<AccessClaims, TokenError> {
        self.verifier.verify(token).await
    }
}

impl TokenIssuer for LocalTokens {
    fn access_token(
        &self,
        user: &UserSummary,
        role: AppRole,
        session: SessionId,
        expires_at: Timestamp,
    ) -> Result<String, TokenError> {
        self.signer.sign(user, role, Some(session), expires_at)
    }

    fn refresh_token(&self) -> RefreshToken {
        let mut bytes = [0_u8; REFRESH_BYTES];
        rand::rng().fill_bytes(&mut bytes);
        let text = URL_SAFE_NO_PAD.encode(bytes);
        RefreshToken { hash: self.refresh_hash(&text), text }
    }

    // Unsalted and fast on purpose: 256 random bits cannot be guessed, and the hash is a key to look up.
    fn refresh_hash(&self, text: &str) -> Vec<u8> {
        Sha256::digest(text.as_bytes()).to_vec()
    }
}
