//! How a command reaches a running server: its address, and a token.

use clap::Args;
use url::Url;

use crate::{
    config::{Config, Values, sections::is_loopback},
    failure::Failure,
    program, running,
    signing::Signer,
};

/// What whoever named a server has to see to.
const NO_WAY: &str = "--server must name one that this machine can reach and, with https, whose certificate it trusts";

/// Which server, and with what token.
#[derive(Debug, Args)]
pub struct Reach {
    /// The server's address; without it, the one of this configuration
    #[arg(long, value_name = "URL", value_parser = web_address)]
    server: Option<Url>,
    /// An access token; without it, one is signed with the secret of this configuration. In the
    /// environment it is not seen by others on this machine
    #[arg(long, env = "CHINWAG_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    token: Option<String>,
}

impl Reach {
    /// The server's address, without a slash at its end.
    pub fn address(&self, config: &Config) -> String {
        match &self.server {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => running::address(&config.server),
        }
    }

    /// What to do where no connection comes about. To start a server helps where nothing listens on this
    /// machine, to name another one where none was named. `again` is what to type for that.
    pub fn cure(&self, config: &Config, nobody_there: bool, again: &str) -> String {
        let here = match &self.server {
            Some(url) => url.host_str().is_some_and(is_loopback),
            None => config.server.is_loopback(),
        };
        let start = format!("start a server in another terminal: {}", program::name());
        let name = format!("name the one that runs: {again} --server URL");
        match (nobody_there && here, self.server.is_some()) {
            (true, true) => start,
            (true, false) => format!("{start}; or {name}"),
            (false, true) => NO_WAY.to_owned(),
            (false, false) => name,
        }
    }

    /// The token that was given.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref().filter(|token| !token.is_empty())
    }

    /// What signs tokens for that server: this installation's tokens are shown to no other.
    ///
    /// # Errors
    /// When there is nothing to sign with, or the server is another one.
    pub async fn signer(&self, config: &Config, values: &Values) -> Result<Signer, Failure> {
        if let Some(other) = self.server.as_ref().filter(|url| !is_own(url, config)) {
            return Err(Failure::Refused(format!(
                "{other} is not the server of this configuration, so no token is signed for it: \
                 pass one with --token"
            )));
        }
        let signer = Signer::new(config, values).await;
        signer.map_err(|failure| {
            failure.with_cure(
                "or pass a token with --token, and with --server the address of its server where that is \
                 another one",
            )
        })
    }
}

/// This machine's servers, and the address that people type for this one.
fn is_own(url: &Url, config: &Config) -> bool {
    let public = config.server.public_url.as_ref().map(Url::origin);
    url.host_str().is_some_and(is_loopback) || public == Some(url.origin())
}

fn web_address(text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err("must be an http or https address, such as http://127.0.0.1:8080".to_owned()),
    }
}
