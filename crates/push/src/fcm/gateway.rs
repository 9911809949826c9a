//! The way to FCM.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use chinwag_domain::{
    Device, Notification, PushFault, PushOutcome,
    ports::{Clock, PushGateway},
};
use reqwest::{Client, Url, redirect::Policy};
use tokio::runtime::Handle;

use super::{
    ServiceAccount,
    access::AccessTokens,
    answer::{self, Answer},
    http, message,
};
use crate::meters;

/// What an operator decides.
#[derive(Debug, Clone)]
pub struct FcmOptions {
    /// Where FCM is.
    pub url: String,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long Google's token endpoint may take, and then FCM; both are within the lease of a job.
    pub token_timeout: Duration,
    /// See there.
    pub send_timeout: Duration,
}

impl FcmOptions {
    /// FCM at that address.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connect_timeout: Duration::from_secs(3),
            token_timeout: Duration::from_secs(5),
            send_timeout: Duration::from_secs(8),
        }
    }
}

/// Why nothing can be sent.
#[derive(Debug, thiserror::Error)]
pub enum FcmError {
    /// The address does not fit.
    #[error("push.fcm_url {0}")]
    Url(&'static str),
    /// TLS cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}

/// [`PushGateway`] over FCM's HTTP v1. Clones share tokens and connections.
#[derive(Clone)]
pub struct FcmGateway {
    inner: Arc<Inner>,
    /// Where connections live: whoever sends may be on a runtime that ends, or not be driven, while
    /// the connection is used by others.
    runtime: Handle,
}

struct Inner {
    client: Client,
    url: Url,
    timeout: Duration,
    tokens: AccessTokens,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for FcmGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FcmGateway").field("url", &self.inner.url.as_str()).finish_non_exhaustive()
    }
}

impl FcmGateway {
    /// Sends in the name of that account; nothing is connected yet. `runtime` must outlive the gateway.
    ///
    /// # Errors
    /// See [`FcmError`].
    pub fn new(
        account: ServiceAccount,
        options: &FcmOptions,
        clock: Arc<dyn Clock>,
        runtime: Handle,
    ) -> Result<Self, FcmError> {
        let base = http::trusted(&options.url).map_err(FcmError::Url)?;
        let path = format!("/v1/projects/{}/messages:send", account.project_id);
        let url = format!("{}{path}", base.as_str().trim_end_matches('/'));
        let url = http::trusted(&url).map_err(FcmError::Url)?;
        let mut client = Client::builder()
            .user_agent(concat!("chinwag/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(options.connect_timeout);
        if http::is_local(&url) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(FcmError::Client)?;
        let tokens =
            AccessTokens::new(account, client.clone(), options.token_timeout, Arc::clone(&clock));
        let timeout = options.send_timeout;
        meters::notifications_exist();
        Ok(Self { inner: Arc::new(Inner { client, url, timeout, tokens, clock }), runtime })
    }
}

#[async_trait]
impl PushGateway for FcmGateway {
    async fn send(&self, device: &Device, notification: &Notification) -> PushOutcome {
        let (inner, device) = (Arc::clone(&self.inner), device.clone());
        let notification = notification.clone();
        let begun = Instant::now();
        let sending = self.runtime.spawn(async move { inner.send(&device, &notification).await });
        let outcome = sending.await.unwrap_or_else(|_| {
            let detail = "it was broken off".to_owned();
            let fault = PushFault { status: None, code: "BROKEN_OFF".to_owned(), detail };
            PushOutcome::Retry { fault, after_millis: None }
        });
        meters::notified(begun, &outcome);
        outcome
    }
}

impl Inner {
    async fn send(&self, device: &Device, notification: &Notification) -> PushOutcome {
        let later = |fault| PushOutcome::Retry { fault, after_millis: None };
        let token = match self.tokens.get().await {
            Ok(token) => token,
            Err(fault) => return later(fault),
        };
        let sent = self
            .client
            .post(self.url.clone())
            .bearer_auth(&token)
            .timeout(self.timeout)
            .json(&message::body(device, notification))
            .send()
            .await;
        let response = match sent {
            Ok(response) => response,
            Err(error) => return later(http::no_answer("FCM", &error)),
        };
        let status = response.status().as_u16();
        if status == 401 {
            self.tokens.refused(&token);
        }
        let retry_after = answer::retry_after(response.headers(), self.clock.now());
        let body = http::read(response).await;
        answer::judge(&Answer { status, retry_after, body: &body }, &device.address)
    }
}
