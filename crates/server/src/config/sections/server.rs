//! `[server]`: where and how to listen.

use std::{net::IpAddr, time::Duration};

use url::{Host, Url};

use super::Reader;

/// Where and how to listen.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Address or host name.
    pub host: String,
    /// 0: one that is free.
    pub port: u16,
    /// What people type, if a proxy stands in front.
    pub public_url: Option<Url>,
    /// Threads; 0: one per processor.
    pub workers: usize,
    /// How long stopping may take.
    pub shutdown_grace: Duration,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

impl ServerConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let trusted_proxies = reader.list("server.trusted_proxies");
        let proxies = trusted_proxies.iter().filter_map(|text| text.parse().ok()).collect();
        if let Some(bad) = trusted_proxies.iter().find(|text| text.parse::<IpAddr>().is_err()) {
            reader.refuse(
                "server.trusted_proxies",
                &format!("must hold addresses such as 10.0.0.2, not {bad:?}"),
            );
        }
        let host = reader.required("server.host");
        if Host::parse(&host).is_err() && host.parse::<IpAddr>().is_err() {
            reader.refuse("server.host", &format!("must be an address or a name, not {host:?}"));
        }
        let grace = reader.number("server.shutdown_grace_seconds", 0..=3600);
        Self {
            host,
            port: reader.number("server.port", 0..=65_535),
            public_url: reader.web_address("server.public_url"),
            workers: reader.number("server.workers", 0..=512),
            shutdown_grace: Duration::from_secs(grace),
            trusted_proxies: proxies,
        }
    }

    /// Whether only this machine can reach the address.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }

    /// Whether nobody else gets here, neither directly nor through a proxy that the operator told of.
    pub fn only_for_this_machine(&self) -> bool {
        let public = self.public_url.as_ref().and_then(Url::host_str);
        self.is_loopback() && public.is_none_or(is_loopback)
    }
}

/// Whether a host, by name or address, is this machine.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
