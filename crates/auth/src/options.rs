//! What a verifier must be told. Plain values: reading configuration files is the server's work.

use std::{fmt, time::Duration};

use jsonwebtoken::Algorithm;

/// How access tokens are checked.
#[derive(Debug, Clone)]
pub struct VerifierOptions {
    /// The one algorithm that is accepted, whatever a token says.
    pub algorithm: Algorithm,
    /// What signatures are checked with.
    pub key: KeySource,
    /// Accepted `iss`; empty: not checked.
    pub issuer: Vec<String>,
    /// Accepted `aud`, of which a token must name one; empty: not checked.
    pub audience: Vec<String>,
    /// Where claims are found.
    pub claims: ClaimNames,
    /// Whether tokens belong to sign-ins of this server (local accounts): then `sid` names the
    /// sign-in and `typ` must be `access`. Without, `sid` means nothing here and is ignored.
    pub sessions: bool,
}

impl VerifierOptions {
    /// Tokens of a host application: neither `iss` nor `aud` checked, the usual names of claims.
    pub fn new(algorithm: Algorithm, key: KeySource) -> Self {
        Self {
            algorithm,
            key,
            issuer: Vec::new(),
            audience: Vec::new(),
            claims: ClaimNames::default(),
            sessions: false,
        }
    }
}

/// What signatures are checked with.
#[derive(Clone)]
pub enum KeySource {
    /// A shared secret of at least 32 bytes (HS256, HS384, HS512).
    Secret(Vec<u8>),
    /// A public key as PEM text (RS, PS, ES, `EdDSA`).
    Pem(String),
    /// The key set of an identity provider (RS, PS, ES, `EdDSA`).
    Jwks(JwksOptions),
}

/// Without the secret, so that it never gets into a log.
impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(_) => f.write_str("Secret(…)"),
            Self::Pem(_) => f.write_str("Pem(…)"),
            Self::Jwks(options) => f.debug_tuple("Jwks").field(options).finish(),
        }
    }
}

/// Where a key set is and how often it is asked for.
#[derive(Debug, Clone)]
pub struct JwksOptions {
    /// https, or http on this machine.
    pub url: String,
    /// Keys older than that are fetched again in the background while they still serve.
    pub refresh_after: Duration,
    /// Between two attempts lies at least that, however many unknown keys are asked for.
    pub min_interval: Duration,
    /// An attempt that takes longer has failed.
    pub timeout: Duration,
}

impl JwksOptions {
    /// Refreshed every ten minutes, at most every ten seconds, within five seconds.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            refresh_after: Duration::from_mins(10),
            min_interval: Duration::from_secs(10),
            timeout: Duration::from_secs(5),
        }
    }
}

/// The names under which a token carries what is known here, the first that is there wins.
///
/// A name with dots that is no claim itself is taken as a path: `realm_access.roles`.
#[derive(Debug, Clone)]
pub struct ClaimNames {
    /// Whom the token speaks for; text, or an integer that becomes its decimal text.
    pub subject: Vec<String>,
    /// Name to show.
    pub name: Vec<String>,
    /// Unique name.
    pub username: Vec<String>,
    /// URL of a picture.
    pub picture: Vec<String>,
    /// Application roles, text or list of texts; here all names count, and the highest role wins.
    pub roles: Vec<String>,
}

impl Default for ClaimNames {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            subject: names(&["sub", "userId", "id"]),
            name: names(&["name"]),
            username: names(&["username", "preferred_username"]),
            picture: names(&["picture", "avatar_url"]),
            roles: names(&["roles", "role"]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_show_no_secret() {
        let options =
            VerifierOptions::new(Algorithm::HS256, KeySource::Secret(b"canary canary".to_vec()));
        let shown = format!("{options:?}");
        assert!(!shown.contains("canary") && !shown.contains("99, 97"), "{shown}");
    }
}
