//! What can go wrong, as the application that uses the client needs to tell it apart.

use std::io;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The server's answer to a refused request: RFC 9457 with this protocol's members, the same over REST and socket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// A URI that names the kind of problem.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// A short text for people; the same for every problem of this kind.
    #[serde(default)]
    pub title: String,
    /// The HTTP status, also where the problem came over a socket.
    pub status: u16,
    /// What was wrong this time.
    #[serde(default)]
    pub detail: Option<String>,
    /// The stable name to program against.
    pub code: String,
    /// To be quoted when asking the operator.
    #[serde(default)]
    pub request_id: Option<String>,
    /// Whether the same request may succeed later.
    #[serde(default)]
    pub temporary: bool,
    /// The fields that were refused, with status 422.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Milliseconds to wait before trying again, with status 429.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// Members that this version of the client does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One refused field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// A JSON pointer into the request.
    pub pointer: String,
    /// What was wrong with it.
    pub detail: String,
}

/// How a socket was closed by the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// The close code; 1006 when the connection broke without one.
    pub code: u16,
    /// The text that came with it.
    pub reason: String,
}

impl Close {
    /// A connection that ended without a close frame.
    pub(crate) fn broken() -> Self {
        Self { code: 1006, reason: String::new() }
    }

    /// Whether the server asks not to come back with the same identity.
    pub fn is_final(&self) -> bool {
        (4500..5000).contains(&self.code)
    }
}

/// Why a call of this crate did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused the request.
    #[error("{} ({}): {}", .0.code, .0.status, .0.detail.as_deref().unwrap_or(&.0.title))]
    Refused(Box<Problem>),
    /// The server's answer is not what the protocol promises.
    #[error("unexpected answer with status {status}: {body}")]
    Unexpected {
        /// The HTTP status of the answer, 0 for a socket frame.
        status: u16,
        /// The beginning of its body.
        body: String,
    },
    /// The address, a header or a token cannot be used.
    #[error("invalid {0}")]
    Invalid(&'static str),
    /// The HTTP exchange failed; whether the server acted on it is unknown.
    #[error("http: {0}")]
    Http(#[from] reqwest::Error),
    /// The socket failed.
    #[error("socket: {0}")]
    Socket(Box<tokio_tungstenite::tungstenite::Error>),
    /// The socket was closed; whether a request still under way was carried out is unknown.
    #[error("socket closed with {} {}", .0.code, .0.reason)]
    Closed(Close),
    /// No answer within the time set in the options.
    #[error("no answer in time")]
    TimedOut,
}

impl Error {
    /// The problem, where the server refused.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) => Some(problem),
            _ => None,
        }
    }

    /// Where no connection came about or it went dead: the innermost reason, such as a name that has no
    /// address or a certificate that is not trusted; `None` for anything else.
    pub fn unreachable(&self) -> Option<String> {
        let Self::Http(error) = self else { return None };
        if !error.is_connect() && !error.is_timeout() {
            return None;
        }
        causes(error).last().map(ToString::to_string)
    }

    /// Whether the machine is there, and nothing listens at that port.
    pub fn is_refused_connection(&self) -> bool {
        let Self::Http(error) = self else { return false };
        causes(error)
            .filter_map(|cause| cause.downcast_ref::<io::Error>())
            .any(|cause| cause.kind() == io::ErrorKind::ConnectionRefused)
    }

    /// Whether the same request may be tried again as it is.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Refused(problem) => problem.temporary,
            Self::Unexpected { .. } | Self::Invalid(_) => false,
            Self::Http(_) | Self::Socket(_) | Self::Closed(_) | Self::TimedOut => true,
        }
    }
}

/// The error and what it came from, one by one.
fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |cause| cause.source())
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl From<tokio_tungstenite::tungstenite::Error> for Error {
    fn from(error: tokio_tungstenite::tungstenite::Error) -> Self {
        Self::Socket(Box::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Client;

    #[tokio::test]
    async fn what_keeps_a_connection_from_coming_about_is_told() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let client = Client::new(&format!("http://{address}")).unwrap();
        let error = client.me().await.unwrap_err();
        assert!(error.is_refused_connection());
        assert!(error.unreachable().unwrap().starts_with("Connection refused"));
        // Something listens, but speaks no TLS.
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answering = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .await
        });
        let client = Client::new(&format!("https://{address}")).unwrap();
        let error = client.me().await.unwrap_err();
        answering.await.unwrap().unwrap();
        assert!(!error.is_refused_connection());
        let told = error.unreachable().unwrap();
        assert!(!told.is_empty() && !told.contains("error sending request"), "{told}");
        assert_eq!(Error::TimedOut.unreachable(), None);
    }
}
