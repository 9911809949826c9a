//! The opening handshake: address, headers, and what a refusal becomes.

use crate::{Error, Problem};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{
        self,
        client::IntoClientRequest,
        handshake::client::Request,
        http::{HeaderName, HeaderValue, header},
        protocol::WebSocketConfig,
    },
};

pub(super) type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The library's own default is 128 KiB for each connection, held from the start.
const READ_BUFFER: usize = 4 * 1024;
/// Queued frames up to this size leave in one write.
const WRITE_BUFFER: usize = 16 * 1024;

/// How a connection says whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// By the `Authorization` header, which browsers cannot set.
    Header(String),
    /// By an `authenticate` request after connecting.
    FirstFrame(String),
    /// Not at all: for a connection that is to say so later.
    None,
}

/// How to connect.
#[derive(Debug, Clone)]
pub struct SocketOptions {
    /// The `Origin` header, which only browsers send.
    pub origin: Option<String>,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The subprotocol to ask for.
    pub subprotocol: Option<String>,
    /// How long the handshake, and the wait for `ready` after it, may take.
    pub ready_timeout: Duration,
    /// How long a request may wait for its reply.
    pub request_timeout: Duration,
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self {
            origin: None,
            headers: Vec::new(),
            subprotocol: Some("chat.v1".to_owned()),
            ready_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
        }
    }
}

/// Connects to the socket of the server at `base_url`.
pub(super) async fn open(
    base_url: &str,
    auth: &Auth,
    options: &SocketOptions,
) -> Result<Stream, Error> {
    let request = handshake_request(base_url, auth, options)?;
    let config =
        WebSocketConfig::default().read_buffer_size(READ_BUFFER).write_buffer_size(WRITE_BUFFER);
    match connect_async_with_config(request, Some(config), true).await {
        Ok((stream, _)) => Ok(stream),
        Err(tungstenite::Error::Http(response)) => {
            Err(refusal(response.status().as_u16(), response.body().as_deref().unwrap_or_default()))
        }
        Err(error) => Err(error.into()),
    }
}

fn handshake_request(
    base_url: &str,
    auth: &Auth,
    options: &SocketOptions,
) -> Result<Request, Error> {
    // `http` becomes `ws` and `https` becomes `wss`.
    let address = base_url
        .trim_end_matches('/')
        .strip_prefix("http")
        .map(|rest| format!("ws{rest}/api/v1/ws"))
        .ok_or(Error::Invalid("base URL"))?;
    let mut request = address.into_client_request().map_err(|_| Error::Invalid("base URL"))?;
    let headers = request.headers_mut();
    if let Auth::Header(token) = auth {
        headers.insert(header::AUTHORIZATION, value(&format!("Bearer {token}"))?);
    }
    if let Some(origin) = &options.origin {
        headers.insert(header::ORIGIN, value(origin)?);
    }
    if let Some(subprotocol) = &options.subprotocol {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, value(subprotocol)?);
    }
    for (name, text) in &options.headers {
        let name: HeaderName = name.parse().map_err(|_| Error::Invalid("header"))?;
        headers.insert(name, value(text)?);
    }
    Ok(request)
}

fn value(text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|_| Error::Invalid("header"))
}

fn refusal(status: u16, body: &[u8]) -> Error {
    match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => problem.into(),
        Err(_) => Error::Unexpected {
            status,
            body: String::from_utf8_lossy(body).chars().take(300).collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_follows_the_base_url() {
        let options = SocketOptions {
            origin: Some("https://page.example".to_owned()),
            ..SocketOptions::default()
        };
        let auth = Auth::Header("abc".to_owned());
        let request = handshake_request("https://chat.example:8443/", &auth, &options).unwrap();
        assert_eq!(request.uri().to_string(), "wss://chat.example:8443/api/v1/ws");
        assert_eq!(request.headers()["authorization"], "Bearer abc");
        assert_eq!(request.headers()["origin"], "https://page.example");
        assert_eq!(request.headers()["sec-websocket-protocol"], "chat.v1");
    }

    #[test]
    fn a_token_in_a_first_frame_is_in_no_header() {
        let auth = Auth::FirstFrame("abc".to_owned());
        let request =
            handshake_request("http://127.0.0.1:1", &auth, &SocketOptions::default()).unwrap();
        assert!(request.headers().get("authorization").is_none());
    }

    #[test]
    fn a_token_that_would_break_the_header_is_refused() {
        let auth = Auth::Header("a\r\nb: c".to_owned());
        let outcome = handshake_request("http://127.0.0.1:1", &auth, &SocketOptions::default());
        assert!(matches!(outcome, Err(Error::Invalid("header"))));
    }
}
