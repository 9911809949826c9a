//! `[auth]`: who may come in, and what proves it.

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::Reader;
use crate::program;

/// Least bytes of a secret: as many as the shortest of the hashes.
const MIN_SECRET: usize = 32;

/// Who may come in, and what proves it.
#[derive(Debug, Clone)]
pub struct AuthConfig {
    /// Who signs tokens.
    pub mode: AuthMode,
    /// What with. Comes from here, never from a token.
    pub algorithm: Algorithm,
    /// For the HS algorithms.
    pub secret: Option<SecretString>,
    /// Where a host application publishes its keys.
    pub jwks_url: Option<Url>,
    /// A host application's key, PEM.
    pub public_key: Option<String>,
    /// Required `iss`.
    pub issuer: Option<String>,
    /// Required `aud`.
    pub audience: Option<String>,
    /// Whether a name alone is enough; `None`: in development only.
    pub guests: Option<bool>,
    /// Life of an access token of a local account.
    pub access_ttl_seconds: i64,
    /// Life of a refresh token.
    pub refresh_ttl_seconds: i64,
    /// Where a host application's tokens keep what.
    pub claims: ClaimNames,
}

/// Who signs tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMode {
    /// This server.
    Local,
    /// A host application.
    External,
}

/// Signature algorithms, named as in JWT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Algorithm {
    Hs256,
    Hs384,
    Hs512,
    Rs256,
    Ps256,
    Es256,
    EdDsa,
}

impl Algorithm {
    const ALL: [(&'static str, Self); 7] = [
        ("HS256", Self::Hs256),
        ("HS384", Self::Hs384),
        ("HS512", Self::Hs512),
        ("RS256", Self::Rs256),
        ("PS256", Self::Ps256),
        ("ES256", Self::Es256),
        ("EdDSA", Self::EdDsa),
    ];

    /// Whether one secret signs and verifies.
    pub fn is_shared_secret(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
    }
}

/// Names of claims, of which the first that a token has counts (of roles: all).
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ClaimNames {
    pub subject: Vec<String>,
    pub name: Vec<String>,
    pub username: Vec<String>,
    pub picture: Vec<String>,
    pub roles: Vec<String>,
}

impl AuthConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let modes = [("local", AuthMode::Local), ("external", AuthMode::External)];
        let claims = ClaimNames {
            subject: reader.list("auth.claims.subject"),
            name: reader.list("auth.claims.name"),
            username: reader.list("auth.claims.username"),
            picture: reader.list("auth.claims.picture"),
            roles: reader.list("auth.claims.roles"),
        };
        if claims.subject.iter().all(String::is_empty) {
            reader.refuse("auth.claims.subject", "must name a claim");
        }
        let config = Self {
            mode: reader.choice("auth.mode", &modes, AuthMode::Local),
            algorithm: reader.choice("auth.algorithm", &Algorithm::ALL, Algorithm::Hs256),
            secret: reader.secret("auth.secret"),
            jwks_url: reader.web_address("auth.jwks_url"),
            public_key: reader.text("auth.public_key"),
            issuer: reader.text("auth.issuer"),
            audience: reader.text("auth.audience"),
            guests: reader.switch("auth.guests"),
            access_ttl_seconds: reader.number("auth.access_ttl_seconds", 10..=86_400),
            refresh_ttl_seconds: reader.number("auth.refresh_ttl_seconds", 60..=31_536_000),
            claims,
        };
        config.check_secret(reader);
        match config.mode {
            AuthMode::Local => config.check_local(reader),
            AuthMode::External if reader.needs_keys() => config.check_external(reader),
            AuthMode::External => {}
        }
        config
    }

    fn check_secret(&self, reader: &mut Reader<'_>) {
        let Some(secret) = &self.secret else { return };
        let length = secret.expose_secret().len();
        if self.algorithm.is_shared_secret() && length < MIN_SECRET {
            reader.refuse(
                "auth.secret",
                &format!(
                    "must have at least {MIN_SECRET} bytes, this one has {length}. Make one with: \
                     {} config secret",
                    program::name()
                ),
            );
        }
    }

    fn check_local(&self, reader: &mut Reader<'_>) {
        if !self.algorithm.is_shared_secret() {
            reader.refuse(
                "auth.algorithm",
                "must be HS256, HS384 or HS512 where this server signs (auth.mode = \"local\")",
            );
        }
        for key in ["auth.jwks_url", "auth.public_key"] {
            if reader.is_set(key) && (self.jwks_url.is_some() || self.public_key.is_some()) {
                reader.refuse(
                    key,
                    "is for tokens of a host application; set auth.mode to \"external\" or remove it",
                );
            }
        }
    }

    fn check_external(&self, reader: &mut Reader<'_>) {
        if self.guests == Some(true) {
            reader.refuse("auth.guests", "needs local accounts; set auth.mode to \"local\"");
        }
        if self.algorithm.is_shared_secret() {
            if self.secret.is_none() {
                let message = format!(
                    "external with a shared secret needs the one that the host application signs \
                     with, but {}:\n\n    \
                     export CHINWAG_AUTH__SECRET_FILE=/path/to/the/secret\n",
                    reader.absence("auth.secret")
                );
                reader.refuse("auth.mode", &message);
            }
            return;
        }
        match (&self.jwks_url, &self.public_key) {
            (None, None) => reader.refuse(
                "auth.algorithm",
                "needs the host application's key, as auth.jwks_url or auth.public_key:\n\n    \
                 export CHINWAG_AUTH__PUBLIC_KEY_FILE=/path/to/the/key.pem\n",
            ),
            (Some(_), Some(_)) => {
                reader.refuse("auth.jwks_url", "and auth.public_key are both set; keep one");
            }
            (None, Some(pem)) if !pem.contains("-----BEGIN ") => {
                reader
                    .refuse("auth.public_key", "must be a key in PEM (-----BEGIN PUBLIC KEY-----)");
            }
            (Some(url), None) if !is_safe(url) => {
                reader.refuse("auth.jwks_url", "must be an https address, or http on this machine");
            }
            _ => {}
        }
    }
}

/// Whoever can change the keys on their way can sign as anybody.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || url.host_str().is_some_and(super::server::is_loopback)
}
