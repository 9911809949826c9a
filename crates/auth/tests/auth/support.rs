//! A clock to turn, keys to sign with, and tokens put together by hand.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_auth::{Algorithm, ConfigError, JwtVerifier, KeySource, VerifierOptions};
use chinwag_domain::{
    AccessClaims, Timestamp,
    ports::{Clock, TokenError, TokenVerifier},
};
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};

/// The secret that tokens are checked with.
pub const SECRET: &[u8] = b"a test secret, known to everybody who reads this";

/// What the clock says at first, in seconds.
pub const NOW: i64 = 1_800_000_000;

/// A clock that stands still until it is turned.
pub struct TurnedClock(AtomicI64);

impl TurnedClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(NOW * 1_000)))
    }

    pub fn turn(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// A key of the folder `keys`.
pub fn pem(name: &str) -> String {
    let path = format!("{}/tests/keys/test-{name}.pem", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// Ann's, for an hour, with other claims or none (`null`) where told.
pub fn claims(others: &Value) -> Value {
    let mut claims = json!({ "sub": "ann", "exp": NOW + 3_600 });
    for (name, value) in others.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

/// The same without one.
pub fn claims_without(name: &str) -> Value {
    let mut claims = claims(&json!({}));
    claims.as_object_mut().unwrap().remove(name);
    claims
}

/// Any header over any claims, signed by any key and algorithm.
pub fn signed(header: &Value, claims: &Value, algorithm: Algorithm, key: &EncodingKey) -> String {
    let message = unsigned(header, claims);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

/// The part that is signed.
pub fn unsigned(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", encode(header), encode(claims))
}

/// A token of these claims signed with [`SECRET`] by HS256.
pub fn token(claims: &Value) -> String {
    let header = json!({ "typ": "JWT", "alg": "HS256" });
    signed(&header, claims, Algorithm::HS256, &EncodingKey::from_secret(SECRET))
}

/// Checks by HS256 with [`SECRET`].
pub fn shared() -> VerifierOptions {
    VerifierOptions::new(Algorithm::HS256, KeySource::Secret(SECRET.to_vec()))
}

/// Checks with a public key.
pub fn public(algorithm: Algorithm, key: &str) -> VerifierOptions {
    VerifierOptions::new(algorithm, KeySource::Pem(pem(key)))
}

/// What construction says.
pub fn verifier(options: VerifierOptions) -> Result<JwtVerifier, ConfigError> {
    JwtVerifier::new(options, TurnedClock::new())
}

/// What a verifier of these options makes of a token.
pub async fn check(options: VerifierOptions, token: &str) -> Result<AccessClaims, TokenError> {
    verifier(options).unwrap().verify(token).await
}

/// Holds a token to be refused as not valid.
pub async fn refused(what: &str, options: VerifierOptions, token: &str) {
    let result = check(options, token).await;
    assert!(matches!(result, Err(TokenError::Invalid)), "{what}: {result:?}");
}
