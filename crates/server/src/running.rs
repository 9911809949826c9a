//! The server that runs with this configuration, as seen from beside it.

use crate::config::ServerConfig;

/// Where to ask it, such as `http://127.0.0.1:8080`. A server that listens everywhere is asked on this
/// machine.
pub fn address(server: &ServerConfig) -> String {
    let host = match server.host.as_str() {
        "0.0.0.0" => "127.0.0.1".to_owned(),
        "::" | "[::]" => "[::1]".to_owned(),
        host if host.contains(':') && !host.starts_with('[') => format!("[{host}]"),
        host => host.to_owned(),
    };
    format!("http://{host}:{}", server.port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    #[test]
    fn a_server_that_listens_everywhere_is_asked_here() {
        let (config, _) = Config::load(&Sources::default()).unwrap();
        for (host, url) in [
            ("127.0.0.1", "http://127.0.0.1:8080"),
            ("0.0.0.0", "http://127.0.0.1:8080"),
            ("::", "http://[::1]:8080"),
            ("::1", "http://[::1]:8080"),
            ("chat.internal", "http://chat.internal:8080"),
        ] {
            let server = ServerConfig { host: host.to_owned(), ..config.server.clone() };
            assert_eq!(address(&server), url);
        }
    }
}
