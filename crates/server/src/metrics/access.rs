//! Who may read the metrics. They hold no names and no words, but they do tell how much is going on, and a
//! scrape costs something; so nobody gets them whom the operator did not mean.

use std::net::IpAddr;

use actix_web::{HttpRequest, http::header::HeaderMap};
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
                "metrics are for application admins and for this machine, asked directly; for others set \
                 metrics.token"
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
    !forwarded && peer.is_some_and(|peer: IpAddr| peer.is_loopback())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const TOKEN: &str = "0123456789abcdef";

    fn from(peer: &str) -> TestRequest {
        TestRequest::get().peer_addr(format!("{peer}:4000").parse().unwrap())
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
        assert_eq!(code(&access, TestRequest::get()), "forbidden", "a peer without address");
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
