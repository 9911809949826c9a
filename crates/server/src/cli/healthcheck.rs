//! `chinwag healthcheck`: asks a running server whether it is ready, so that images need no curl.

use std::time::Duration;

use crate::{config::ServerConfig, console::say, failure::Failure, running};

pub const EXAMPLES: &str = "\
Examples:
  chinwag healthcheck
  chinwag --config /etc/chinwag/chinwag.toml healthcheck

It needs the address of the server alone, none of its secrets. Exit codes: 0 ready, 1 not ready.";

const PATIENCE: Duration = Duration::from_secs(5);

pub async fn execute(server: &ServerConfig) -> Result<(), Failure> {
    let address = format!("{}/health/ready", running::address(server));
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build();
    let client = client.map_err(|error| Failure::because("no HTTP client", &error))?;
    let answer = client.get(&address).send().await;
    match answer {
        Ok(response) if response.status().is_success() => {
            say("ready");
            Ok(())
        }
        Ok(response) => {
            Err(Failure::No(format!("not ready: {address} answers {}", response.status())))
        }
        Err(error) => Err(Failure::No(format!(
            "not ready: {address} does not answer ({})",
            if error.is_timeout() { "it took too long" } else { "no connection" }
        ))),
    }
}
