//! The key set of an identity provider: fetched when first needed, cached, and refreshed in the
//! background or for a key that is not known yet. Many callers cause one request, and nobody can cause
//! more than one per interval; keys that are there stay when a refresh fails.

use std::sync::Arc;

use chinwag_domain::{
    Timestamp,
    ports::{Clock, TokenError},
};
use jsonwebtoken::{Algorithm, DecodingKey, jwk::Jwk};
use parking_lot::RwLock;
use reqwest::{Client, Url, redirect::Policy};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{ConfigError, JwksOptions, keys};

/// Bytes of the largest key set that is read.
const MAX_BYTES: usize = 256 * 1024;

/// Milliseconds between attempts while there are no keys at all.
const FIRST_RETRY_MILLIS: i64 = 1_000;

/// The keys of an identity provider, as far as they fit the algorithm.
pub(crate) struct Jwks(Arc<Shared>);

struct Shared {
    client: Client,
    url: Url,
    algorithm: Algorithm,
    refresh_after: i64,
    min_interval: i64,
    clock: Arc<dyn Clock>,
    state: RwLock<State>,
    /// Held during a request, so that others wait for its answer instead of asking too.
    flight: Mutex<()>,
}

#[derive(Default)]
struct State {
    keys: Option<Arc<KeySet>>,
    fetched_at: Timestamp,
    tried_at: Option<Timestamp>,
    failure: String,
}

/// Why a key set could not be had; for the log.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("the key set could not be fetched: {0}")]
    Http(String),
    #[error("the key set's address answered with status {0}")]
    Status(u16),
    #[error("the key set is larger than {MAX_BYTES} bytes")]
    TooLarge,
    #[error("the key set is not one: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error("the key set has no key for {0:?}")]
    NoKey(Algorithm),
}

impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        // Its own words say neither that a name has no address nor that a certificate is not trusted.
        let error = error.without_url();
        let first: &dyn std::error::Error = &error;
        let causes = std::iter::successors(Some(first), |cause| cause.source());
        Self::Http(causes.map(ToString::to_string).collect::<Vec<_>>().join(": "))
    }
}

impl Jwks {
    pub(crate) fn new(
        options: &JwksOptions,
        algorithm: Algorithm,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConfigError> {
        if keys::is_shared(algorithm) {
            return Err(ConfigError::NeedsSecret(algorithm));
        }
        let (url, local) = checked_url(&options.url)?;
        let mut client = Client::builder()
            .redirect(Policy::none())
            .timeout(options.timeout)
            // A connection belongs to the runtime that made it, and each worker has its own.
            .pool_max_idle_per_host(0);
        if local {
            client = client.no_proxy();
        }
        Ok(Self(Arc::new(Shared {
            client: client.build().map_err(ConfigError::Client)?,
            url,
            algorithm,
            refresh_after: millis(options.refresh_after),
            min_interval: millis(options.min_interval),
            clock,
            state: RwLock::default(),
            flight: Mutex::default(),
        })))
    }

    /// The key of that id, or the only one for a token that names none.
    pub(crate) async fn key(&self, kid: Option<&str>) -> Result<Arc<DecodingKey>, TokenError> {
        if let Some(key) = self.known(kid) {
            if self.0.is_stale() {
                drop(self.refresh());
            }
            return Ok(key);
        }
        if let Some(refresh) = self.refresh() {
            // An own task: a caller who goes away must not take the attempt along.
            drop(refresh.await);
        }
        match self.known(kid) {
            Some(key) => Ok(key),
            None if self.0.state.read().keys.is_some() => Err(TokenError::Invalid),
            None => Err(TokenError::Unavailable(self.0.state.read().failure.clone().into())),
        }
    }

    fn known(&self, kid: Option<&str>) -> Option<Arc<DecodingKey>> {
        let keys = self.0.state.read().keys.clone()?;
        keys.find(kid)
    }

    /// Joins the attempt under way or starts one; `None` when the last one was just now.
    fn refresh(&self) -> Option<tokio::task::JoinHandle<()>> {
        if !self.0.is_due() && self.0.flight.try_lock().is_ok() {
            return None;
        }
        let shared = Arc::clone(&self.0);
        Some(tokio::spawn(async move {
            let _flight = shared.flight.lock().await;
            if shared.is_due() {
                shared.attempt().await;
            }
        }))
    }
}

impl Shared {
    fn is_stale(&self) -> bool {
        self.clock.now().millis_since(self.state.read().fetched_at) >= self.refresh_after
            && self.is_due()
    }

    /// Whether enough time has passed since the last attempt (or the clock was set back).
    fn is_due(&self) -> bool {
        let state = self.state.read();
        let Some(tried_at) = state.tried_at else { return true };
        let interval = match state.keys {
            Some(_) => self.min_interval,
            None => self.min_interval.min(FIRST_RETRY_MILLIS),
        };
        let since = self.clock.now().millis_since(tried_at);
        since >= interval || since < 0
    }

    async fn attempt(&self) {
        let now = self.clock.now();
        self.state.write().tried_at = Some(now);
        let fetched = self.fetch().await;
        let mut state = self.state.write();
        match fetched {
            Ok(keys) => {
                state.keys = Some(Arc::new(keys));
                state.fetched_at = now;
            }
            Err(error) => {
                let url = self.url.as_str();
                tracing::warn!(url, %error, kept = state.keys.is_some(), "no new key set");
                state.failure = format!("{url}: {error}");
            }
        }
    }

    async fn fetch(&self) -> Result<KeySet, FetchError> {
        let mut response = self
            .client
            .get(self.url.clone())
            .header(reqwest::header::ACCEPT, "application/jwk-set+json, application/json")
            .send()
            .await?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        KeySet::parse(&body, self.algorithm)
    }
}

/// Keys with their ids.
struct KeySet(Vec<(Option<String>, Arc<DecodingKey>)>);

impl KeySet {
    /// Takes the keys that fit; others, and those of kinds not known here, are passed over.
    fn parse(json: &[u8], algorithm: Algorithm) -> Result<Self, FetchError> {
        #[derive(Deserialize)]
        struct Document {
            keys: Vec<serde_json::Value>,
        }
        let document: Document = serde_json::from_slice(json)?;
        let keys: Vec<_> = document
            .keys
            .into_iter()
            .filter_map(|value| serde_json::from_value::<Jwk>(value).ok())
            .filter_map(|jwk| {
                let key = keys::from_jwk(algorithm, &jwk)?;
                Some((jwk.common.key_id, Arc::new(key)))
            })
            .collect();
        if keys.is_empty() { Err(FetchError::NoKey(algorithm)) } else { Ok(Self(keys)) }
    }

    fn find(&self, kid: Option<&str>) -> Option<Arc<DecodingKey>> {
        let found = match (kid, self.0.as_slice()) {
            (None, [only]) => Some(only),
            (None, _) => None,
            (Some(kid), keys) => keys.iter().find(|(id, _)| id.as_deref() == Some(kid)),
        };
        found.map(|(_, key)| Arc::clone(key))
    }
}

/// The URL, and whether it is on this machine.
fn checked_url(text: &str) -> Result<(Url, bool), ConfigError> {
    let url = Url::parse(text).map_err(|_| ConfigError::KeySetUrl)?;
    let host = url.host_str().ok_or(ConfigError::KeySetUrl)?;
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    let local = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    let safe = url.scheme() == "https" || (url.scheme() == "http" && local);
    if safe && url.username().is_empty() && url.password().is_none() {
        Ok((url, local))
    } else {
        Err(ConfigError::KeySetUrl)
    }
}

fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_sets_come_over_https_or_from_this_machine() {
        for good in [
            "https://id.example.org/keys",
            "http://127.0.0.1:9/",
            "http://[::1]/k",
            "http://localhost/k",
        ] {
            assert!(checked_url(good).is_ok(), "{good}");
        }
        for bad in [
            "http://id.example.org/keys",
            "http://127.0.0.1.example.org/",
            "file:///etc/keys",
            "keys",
            "https://user:secret@id.example.org/keys",
            "http://localhost.example.org/",
            "http://10.0.0.1/",
        ] {
            assert!(checked_url(bad).is_err(), "{bad}");
        }
    }
}
