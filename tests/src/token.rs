//! Tokens as a host application would sign them, for servers in the mode `external`.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Map, Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// The secret that the harness shares with its servers.
pub const SECRET: &str = "a secret of the end-to-end tests, of no use to anybody else";

/// A token in the making: valid for an hour unless told otherwise.
#[derive(Debug, Clone)]
pub struct Token {
    claims: Map<String, Value>,
    algorithm: Algorithm,
    secret: String,
}

impl Token {
    /// A token of this person, who is called and addressed by the id.
    pub fn of(user_id: &str) -> Self {
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), json!(user_id));
        claims.insert("name".to_owned(), json!(user_id));
        claims.insert("username".to_owned(), json!(user_id));
        claims.insert("exp".to_owned(), json!(now() + 3_600));
        Self { claims, algorithm: Algorithm::HS256, secret: SECRET.to_owned() }
    }

    /// A token that says what another one says, to be changed and signed anew.
    pub fn from_payload_of(token: &str) -> Self {
        let claims = jsonwebtoken::dangerous::insecure_decode_claims(token).expect("claims");
        Self { claims, algorithm: Algorithm::HS256, secret: SECRET.to_owned() }
    }

    /// The same with another claim, or another value of one.
    #[must_use]
    pub fn with(mut self, claim: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(claim.to_owned(), value.into());
        self
    }

    /// The same without a claim.
    #[must_use]
    pub fn without(mut self, claim: &str) -> Self {
        self.claims.remove(claim);
        self
    }

    /// Expiring so many seconds from now, or that long ago.
    #[must_use]
    pub fn expiring_in(self, seconds: i64) -> Self {
        let expiry = now() + seconds;
        self.with("exp", expiry)
    }

    /// Signed with another algorithm than the server is configured for.
    #[must_use]
    pub fn by(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Signed with another secret.
    #[must_use]
    pub fn signed_with(mut self, secret: &str) -> Self {
        secret.clone_into(&mut self.secret);
        self
    }

    /// The signed token.
    pub fn sign(&self) -> String {
        jsonwebtoken::encode(
            &Header::new(self.algorithm),
            &self.claims,
            &EncodingKey::from_secret(self.secret.as_bytes()),
        )
        .expect("a token")
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a token's expiry is judged by the server's real clock"
)]
fn now() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    i64::try_from(since_epoch.as_secs()).expect("a clock before the end of time")
}
