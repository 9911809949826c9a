//! Who may read the metrics. They hold no names and no words, but they do tell how much is going on, and a
//! scrape costs something; so nobody gets them whom the operator did not mean.

use std::net::IpAddr;

use actix_web::{
    HttpRequest,
    http::{
        header::{self, HeaderMap},
        uri::Authority,
    },
};
use chinwag_application::Error;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::config::Config;

/// Headers that proxies add.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// Whom `/metrics` answers.
#[derive(Clone)]
pub enum Access {
    /// Whoever brings the token.
    Token(SecretString),
    /// Whoever is on this machine.
    ThisMachine,
    /// Nobody: without a token, one on this machine cannot be told from one behind the proxy.
    Nobody,
}

impl Access {
    /// What the operator decided.
    pub fn of(config: &Config) -> Self {
        match &config.metrics.token {
            Some(token) => Self::Token(token.clone()),
            None if config.behind_a_proxy() => Self::Nobody,
            None => Self::ThisMachine,
        }
    }

    /// Whether that request is answered.
    ///
    /// # Errors
    /// [`Error::TokenMissing`] and [`Error::TokenInvalid`], or [`Error::Forbidden`] with what to do.
    pub fn check(&self, request: &HttpRequest) -> Result<(), Error> {
        match self {
            Self::Token(token) => bears(request.headers(), token),
            Self::ThisMachine if is_from_here(request) => Ok(()),
            Self::ThisMachine | Self::Nobody => Err(Error::Forbidden(
                "metrics are for application admins and for this machine, asked directly and as localhost or \
                 127.0.0.1; for others set metrics.token"
                    .to_owned(),
            )),
        }
    }
}

fn bears(headers: &HeaderMap, token: &SecretString) -> Result<(), Error> {
    let brought = chinwag_rest::bearer(headers)?;
    // Of digests, the time that a comparison takes says nothing about the token.
    let same = Sha256::digest(brought) == Sha256::digest(token.expose_secret());
    if same { Ok(()) } else { Err(Error::TokenInvalid) }
}

fn is_from_here(request: &HttpRequest) -> bool {
    let forwarded = FORWARDED.iter().any(|name| request.headers().contains_key(*name));
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    !forwarded && peer.is_some_and(|peer: IpAddr| peer.is_loopback()) && names_this_machine(request)
}

/// Whether it was this machine that was asked for. A proxy that adds no header hands the name on that the
/// world knows, and a page whose name was rebound to 127.0.0.1 can send no other name than its own.
fn names_this_machine(request: &HttpRequest) -> bool {
    let hosts =
        request.headers().get_all(header::HOST).map(|host| host.to_str().ok()?.parse().ok());
    let target = request.uri().authority().cloned().map(Some);
    // Which of several a proxy went by is not known: all must do.
    let mut named = target.into_iter().chain(hosts).peekable();
    named.peek().is_some() && named.all(|named| named.is_some_and(|named| is_local(&named)))
}

fn is_local(authority: &Authority) -> bool {
    let host = authority.host();
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost")
        || literal.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const TOKEN: &str = "0123456789abcdef";

    fn from(peer: &str) -> TestRequest {
        asking_for("localhost:8080", peer)
    }

    fn asking_for(host: &str, peer: &str) -> TestRequest {
        let peer = format!("{peer}:4000").parse().unwrap();
        TestRequest::get().peer_addr(peer).insert_header(("host", host))
    }

    fn code(access: &Access, request: TestRequest) -> &'static str {
        access.check(&request.to_http_request()).map_or_else(|error| error.code(), |()| "ok")
    }

    #[test]
    fn without_a_token_this_machine_alone_may_ask() {
        let access = Access::ThisMachine;
        for here in ["127.0.0.1", "127.8.8.8", "[::1]", "[::ffff:127.0.0.1]"] {
            assert_eq!(code(&access, from(here)), "ok", "{here}");
        }
        for other in ["10.0.0.1", "192.168.1.1", "[2001:db8::1]", "[::ffff:10.0.0.1]"] {
            assert_eq!(code(&access, from(other)), "forbidden", "{other}");
        }
        let nowhere = TestRequest::get().insert_header(("host", "localhost"));
        assert_eq!(code(&access, nowhere), "forbidden", "a peer without address");
    }

    #[test]
    fn this_machine_is_asked_for_by_its_own_name() {
        let access = Access::ThisMachine;
        for here in ["localhost", "LocalHost:80", "127.0.0.1:8080", "127.9.9.9", "[::1]:8080"] {
            assert_eq!(code(&access, asking_for(here, "127.0.0.1")), "ok", "{here}");
        }
        let others = ["chat.example", "rebound.example:8080", "localhost.example", "10.0.0.1"];
        let nonsense = ["127.0.0.1.example", "[2001:db8::1]:8080", "0.0.0.0", "", "a b"];
        for other in others.into_iter().chain(nonsense) {
            assert_eq!(code(&access, asking_for(other, "127.0.0.1")), "forbidden", "{other}");
        }
        let nameless = TestRequest::get().peer_addr("127.0.0.1:4000".parse().unwrap());
        assert_eq!(code(&access, nameless), "forbidden", "HTTP/1.0 without a host");
        let twice = from("127.0.0.1").append_header(("host", "chat.example"));
        assert_eq!(code(&access, twice), "forbidden", "two hosts");
        let absolute = from("127.0.0.1").uri("http://chat.example/metrics");
        assert_eq!(code(&access, absolute), "forbidden", "another target than the host");
    }

    #[test]
    fn what_a_proxy_forwards_is_not_from_this_machine() {
        for name in FORWARDED {
            let request = from("127.0.0.1").insert_header((name, "127.0.0.1"));
            assert_eq!(code(&Access::ThisMachine, request), "forbidden", "{name}");
        }
        assert_eq!(code(&Access::Nobody, from("127.0.0.1")), "forbidden");
    }

    #[test]
    fn with_a_token_it_alone_counts() {
        let access = Access::Token(TOKEN.into());
        let with = |token: &str| {
            from("10.0.0.1").insert_header(("authorization", format!("Bearer {token}")))
        };
        assert_eq!(code(&access, with(TOKEN)), "ok");
        assert_eq!(code(&access, from("127.0.0.1")), "token_missing");
        for wrong in ["0123456789abcdeF", "0123456789abcde", "0123456789abcdef0"] {
            assert_eq!(code(&access, with(wrong)), "token_invalid", "{wrong}");
        }
    }
}
