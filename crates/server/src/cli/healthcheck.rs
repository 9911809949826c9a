//! `chinwag healthcheck`: asks a running server whether it is ready, so that images need no curl.

use std::time::Duration;

use crate::{config::ServerConfig, console::say, failure::Failure};

const PATIENCE: Duration = Duration::from_secs(5);

pub async fn execute(server: &ServerConfig) -> Result<(), Failure> {
    let address = address(server);
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

/// A server that listens everywhere is asked on this machine.
fn address(server: &ServerConfig) -> String {
    let host = match server.host.as_str() {
        "0.0.0.0" => "127.0.0.1".to_owned(),
        "::" | "[::]" => "[::1]".to_owned(),
        host if host.contains(':') && !host.starts_with('[') => format!("[{host}]"),
        host => host.to_owned(),
    };
    format!("http://{host}:{}/health/ready", server.port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    #[test]
    fn a_server_that_listens_everywhere_is_asked_here() {
        let (config, _) = Config::load(&Sources::default()).unwrap();
        for (host, url) in [
            ("127.0.0.1", "http://127.0.0.1:8080/health/ready"),
            ("0.0.0.0", "http://127.0.0.1:8080/health/ready"),
            ("::", "http://[::1]:8080/health/ready"),
            ("::1", "http://[::1]:8080/health/ready"),
            ("chat.internal", "http://chat.internal:8080/health/ready"),
        ] {
            let server = ServerConfig { host: host.to_owned(), ..config.server.clone() };
            assert_eq!(address(&server), url);
        }
    }
}
