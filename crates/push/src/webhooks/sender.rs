//! The way out.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_domain::{
    Invalid, WebhookSecret,
    ports::{Clock, WebhookDelivery, WebhookError, WebhookSender},
};
use rand::Rng;
use reqwest::{Client, ClientBuilder, Response, header, redirect::Policy};

use super::signature::sign;
use crate::{
    meters,
    outbound::{Guarded, check, private_behind},
};

/// Bytes of an answer that are read, so that the connection can be used again; they are not kept.
const ANSWER_BYTES: usize = 64 * 1024;
/// Bytes of a secret that is made.
const SECRET_BYTES: usize = 32;

/// What an operator decides.
#[derive(Debug, Clone, Copy)]
pub struct WebhookOptions {
    /// Whether deliveries may go to private addresses, and unencrypted.
    pub allow_private: bool,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long a delivery may take in all.
    pub timeout: Duration,
}

impl Default for WebhookOptions {
    fn default() -> Self {
        Self {
            allow_private: false,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(10),
        }
    }
}

/// [`WebhookSender`] over HTTP.
pub struct HttpWebhookSender {
    client: Client,
    allow_private: bool,
    clock: Arc<dyn Clock>,
}

impl HttpWebhookSender {
    /// A sender; nothing is connected yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(options: WebhookOptions, clock: Arc<dyn Clock>) -> Result<Self, reqwest::Error> {
        Self::with_names(options, clock, Guarded::system())
    }

    fn with_names(
        options: WebhookOptions,
        clock: Arc<dyn Clock>,
        names: Guarded,
    ) -> Result<Self, reqwest::Error> {
        let mut client = ClientBuilder::new()
            .user_agent(concat!("chinwag/", env!("CARGO_PKG_VERSION")))
            // A proxy would resolve the name itself, and a redirect would choose another.
            .no_proxy()
            .redirect(Policy::none())
            .https_only(!options.allow_private)
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout);
        if !options.allow_private {
            client = client.dns_resolver(names);
        }
        meters::webhooks_exist();
        Ok(Self { client: client.build()?, allow_private: options.allow_private, clock })
    }
}

#[async_trait]
impl WebhookSender for HttpWebhookSender {
    fn check(&self, url: &str) -> Result<(), Invalid> {
        check(url, self.allow_private).map(|_| ())
    }

    fn make_secret(&self) -> Result<WebhookSecret, Invalid> {
        let mut bytes = [0_u8; SECRET_BYTES];
        rand::rng().fill_bytes(&mut bytes);
        WebhookSecret::new(URL_SAFE_NO_PAD.encode(bytes))
    }

    async fn send(&self, delivery: &WebhookDelivery) -> Result<u16, WebhookError> {
        let begun = Instant::now();
        let outcome = self.deliver(delivery).await;
        meters::delivered(begun, &outcome);
        outcome
    }
}

impl HttpWebhookSender {
    async fn deliver(&self, delivery: &WebhookDelivery) -> Result<u16, WebhookError> {
        // Again, since it may have been registered under other settings.
        let url = check(&delivery.url, self.allow_private)
            .map_err(|Invalid(why)| WebhookError::Refused(why))?;
        let timestamp = self.clock.now().millis() / 1_000;
        let sent = self
            .client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-chinwag-delivery", &delivery.id)
            .header("x-chinwag-event", &delivery.event)
            .header("x-chinwag-timestamp", timestamp)
            .header("x-chinwag-signature", sign(&delivery.secret, timestamp, &delivery.body))
            .body(delivery.body.clone())
            .send()
            .await;
        let response = sent.map_err(|error| why(&error))?;
        let status = response.status().as_u16();
        drain(response).await;
        Ok(status)
    }
}

/// Reads the answer as far as is sensible; what is wrong with it changes nothing about its status.
async fn drain(mut response: Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        if read >= ANSWER_BYTES {
            break;
        }
    }
}

/// What operators are told; the URL is not part of it.
fn why(error: &reqwest::Error) -> WebhookError {
    if private_behind(error) {
        return WebhookError::Refused("the name leads into a private network");
    }
    let what = if error.is_timeout() {
        "the receiver did not answer in time"
    } else if error.is_connect() {
        "no connection to the receiver"
    } else {
        "the receiver did not answer in HTTP"
    };
    WebhookError::NoAnswer(what.to_owned())
}

#[cfg(test)]
mod tests {
    use std::{
        net::SocketAddr,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use chinwag_domain::Timestamp;
    use tokio::{net::TcpListener, time::timeout};

    use super::*;

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(1_763_640_000_000)
        }
    }

    fn delivery(url: &str) -> WebhookDelivery {
        WebhookDelivery {
            id: "1".to_owned(),
            event: "ping".to_owned(),
            url: url.to_owned(),
            secret: WebhookSecret::new("x".repeat(32)).unwrap(),
            body: b"{}".to_vec(),
        }
    }

    /// A sender for which every name leads to these addresses, one after the other.
    fn sender(addresses: Vec<SocketAddr>) -> HttpWebhookSender {
        let asked = AtomicUsize::new(0);
        let names = Guarded::before(move |_| {
            let at = asked.fetch_add(1, Ordering::SeqCst).min(addresses.len() - 1);
            let address = addresses[at];
            Box::pin(async move { Ok(vec![address]) })
        });
        let options = WebhookOptions {
            connect_timeout: Duration::from_millis(300),
            timeout: Duration::from_millis(600),
            ..WebhookOptions::default()
        };
        HttpWebhookSender::with_names(options, Arc::new(Noon), names).unwrap()
    }

    #[tokio::test]
    async fn a_name_that_comes_to_lead_inside_is_refused() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inside = listener.local_addr().unwrap();
        // Public, and nobody is there.
        let outside = SocketAddr::from(([223, 255, 255, 254], 9));
        let sender = sender(vec![outside, inside]);
        let url = format!("https://app.example:{}/hook", inside.port());
        assert_eq!(sender.check(&url), Ok(()));
        let first = sender.send(&delivery(&url)).await.unwrap_err();
        assert!(matches!(first, WebhookError::NoAnswer(_)), "{first:?}");
        let second = sender.send(&delivery(&url)).await.unwrap_err();
        assert!(matches!(second, WebhookError::Refused(_)), "{second:?}");
        let came = timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(came.is_err(), "nobody connects");
    }

    #[tokio::test]
    async fn an_address_is_refused_whatever_was_registered() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let sender = sender(vec![listener.local_addr().unwrap()]);
        for url in [
            format!("http://127.0.0.1:{port}/"),
            format!("https://127.0.0.1:{port}/"),
            format!("https://[::ffff:127.0.0.1]:{port}/"),
            format!("https://2130706433:{port}/"),
            format!("http://app.example:{port}/"),
        ] {
            let error = sender.send(&delivery(&url)).await.unwrap_err();
            assert!(matches!(error, WebhookError::Refused(_)), "{url}: {error:?}");
        }
        let came = timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(came.is_err(), "nobody connects");
    }

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let sender = sender(vec![SocketAddr::from(([127, 0, 0, 1], 1))]);
        let (one, other) = (sender.make_secret().unwrap(), sender.make_secret().unwrap());
        assert_eq!(one.expose().len(), 43);
        assert_ne!(one, other);
    }
}
