//! Access tokens of Google (OAuth 2 by a signed assertion, RFC 7523): fetched when needed, kept until
//! a minute before they end. Many who need one cause one request, and share its failure too.

use std::{sync::Arc, time::Duration};

use chinwag_domain::{PushFault, Timestamp, ports::Clock};
use parking_lot::RwLock;
use reqwest::{Client, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;

use super::{ServiceAccount, http};

/// What tokens are asked for.
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
/// How.
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How long an assertion is good, in seconds: the longest that Google takes.
const ASSERTION_SECONDS: i64 = 3_600;
/// How long before its end a token is used no more, in milliseconds.
const EARLY_MS: i64 = 60_000;

/// What came of the last request.
type Fetched = Result<Token, PushFault>;

/// The tokens of one service account.
pub(super) struct AccessTokens {
    account: ServiceAccount,
    client: Client,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    last: RwLock<Last>,
    /// Held during a request, so that others wait for its answer instead of asking too.
    flight: Mutex<()>,
}

#[derive(Default)]
struct Last {
    /// How many requests were answered.
    count: u64,
    fetched: Option<Fetched>,
}

#[derive(Clone)]
struct Token {
    text: Arc<str>,
    good_until: Timestamp,
}

/// RFC 6749, 5.1.
#[derive(Deserialize)]
struct Grant {
    access_token: String,
    expires_in: i64,
}

/// RFC 6749, 5.2.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Refusal {
    error: String,
    error_description: String,
}

impl AccessTokens {
    pub(super) fn new(
        account: ServiceAccount,
        client: Client,
        timeout: Duration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (last, flight) = (RwLock::default(), Mutex::default());
        Self { account, client, timeout, clock, last, flight }
    }

    /// One that is good now.
    pub(super) async fn get(&self) -> Result<Arc<str>, PushFault> {
        if let Some(token) = self.kept() {
            return Ok(token);
        }
        let before = self.last.read().count;
        let _flight = self.flight.lock().await;
        if self.last.read().count != before {
            // Somebody asked while this one waited.
            if let Some(fetched) = self.last.read().fetched.clone() {
                return fetched.map(|token| token.text);
            }
        }
        let fetched = self.fetch().await;
        let mut last = self.last.write();
        last.count += 1;
        last.fetched = Some(fetched.clone());
        fetched.map(|token| token.text)
    }

    /// Keeps a token no longer that was refused.
    pub(super) fn refused(&self, token: &str) {
        let mut last = self.last.write();
        if matches!(&last.fetched, Some(Ok(kept)) if *kept.text == *token) {
            last.fetched = None;
        }
    }

    fn kept(&self) -> Option<Arc<str>> {
        let last = self.last.read();
        let token = last.fetched.as_ref()?.as_ref().ok()?;
        (self.clock.now() < token.good_until).then(|| Arc::clone(&token.text))
    }

    async fn fetch(&self) -> Fetched {
        let asked_at = self.clock.now();
        let assertion = self.assertion(asked_at)?;
        let body = form(&[("grant_type", GRANT), ("assertion", &assertion)]);
        let sent = self
            .client
            .post(self.account.token_uri.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .timeout(self.timeout)
            .body(body)
            .send()
            .await;
        let response = sent.map_err(|error| http::no_answer("Google's token endpoint", &error))?;
        let status = response.status();
        let body = http::read(response).await;
        if status != StatusCode::OK {
            return Err(refusal(status, &body));
        }
        let malformed =
            |_| fault(Some(200), "NO_TOKEN", "Google's token endpoint answered without a token");
        let grant: Grant = serde_json::from_slice(&body).map_err(malformed)?;
        let millis = grant.expires_in.clamp(0, 86_400) * 1_000 - EARLY_MS;
        Ok(Token { text: grant.access_token.into(), good_until: asked_at.plus_millis(millis) })
    }

    fn assertion(&self, now: Timestamp) -> Result<String, PushFault> {
        let issued_at = now.millis() / 1_000;
        let claims = json!({
            "iss": self.account.client_email,
            "scope": SCOPE,
            "aud": self.account.token_uri.as_str(),
            "iat": issued_at,
            "exp": issued_at + ASSERTION_SECONDS,
        });
        jsonwebtoken::encode(&self.account.header, &claims, &self.account.key)
            .map_err(|_| fault(None, "NO_SIGNATURE", "the service account's key does not sign"))
    }
}

fn refusal(status: StatusCode, body: &[u8]) -> PushFault {
    let told: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let why = [told.error.as_str(), told.error_description.as_str()];
    let why: Vec<_> = why.into_iter().filter(|text| !text.is_empty()).collect();
    let why: String = why.join(": ").chars().take(200).collect();
    let detail = format!("Google gives no token to the account of push.fcm_credentials: {why}");
    let code = if told.error.is_empty() { "NO_TOKEN" } else { &told.error };
    fault(Some(status.as_u16()), &code.chars().take(60).collect::<String>(), &detail)
}

fn fault(status: Option<u16>, code: &str, detail: &str) -> PushFault {
    PushFault { status, code: code.to_owned(), detail: detail.to_owned() }
}

/// `application/x-www-form-urlencoded`.
fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
