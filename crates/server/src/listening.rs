//! Where to listen: the addresses of `server.host`, and taking one of them; with what to do where that
//! does not go.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use tokio::net::lookup_host;

use crate::{
    config::{ServerConfig, Values},
    failure::Failure,
    program,
};

/// What `server.host` may be.
const FITTING: &str = "it must be 127.0.0.1, 0.0.0.0 or an address of this machine";

/// The addresses of `server.host`.
///
/// # Errors
/// When it has none: who said so, and what would fit.
pub async fn addresses(server: &ServerConfig, values: &Values) -> Result<Vec<SocketAddr>, Failure> {
    let host = server.host.trim_start_matches('[').trim_end_matches(']');
    match lookup_host((host, server.port)).await {
        Ok(addresses) => Ok(addresses.collect()),
        Err(error) => {
            let message = format!("server.host is {host}, which has no address");
            let failed = values.placed("server.host", &message);
            Err(Failure::because(&failed, &error).with_cure(FITTING))
        }
    }
}

/// Takes the first of them that can be had.
///
/// # Errors
/// Why none can, and what would.
pub async fn bind(server: &ServerConfig, values: &Values) -> Result<TcpListener, Failure> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses(server, values).await? {
        match chinwag_ws::listener(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    let shown = format!("{}:{}", server.host, server.port);
    let other = server.port.checked_add(1).unwrap_or(0);
    Err(match last.kind() {
        io::ErrorKind::AddrInUse => Failure::Failed(format!(
            "{shown} is already in use by another program, which may be another chinwag. Stop that \
             one, or choose another port (0 takes any free one): {} --port {other} or \
             CHINWAG_SERVER__PORT={other} make run",
            program::name()
        )),
        io::ErrorKind::PermissionDenied => Failure::Failed(format!(
            "{shown} may not be used by this account. Ports from 1024 may: {} --port 8080",
            program::name()
        )),
        _ => {
            let message =
                format!("server.host is {}, and {shown} cannot be listened on", server.host);
            let failed = values.placed("server.host", &message);
            Failure::because(&failed, &last).with_cure(FITTING)
        }
    })
}
