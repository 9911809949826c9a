//! What a URL itself tells about where it leads.

use std::net::IpAddr;

use chinwag_domain::Invalid;
use url::{Host, Url};

use super::is_public;

/// Characters of a URL, at most.
const LONGEST: usize = 2048;

/// A URL that requests may go to. Private addresses and plain http are for operators who allow them;
/// names are judged when they are resolved.
///
/// # Errors
/// What would do instead.
pub(crate) fn check(text: &str, allow_private: bool) -> Result<Url, Invalid> {
    let odd = |letter: char| letter.is_control() || letter.is_whitespace();
    if text.len() > LONGEST || text.contains(odd) {
        return Err(Invalid("must be a URL of up to 2048 characters"));
    }
    let url = Url::parse(text).map_err(|_| Invalid("must be an absolute URL"))?;
    match url.scheme() {
        "https" => {}
        "http" if allow_private => {}
        "http" => return Err(Invalid("must be https")),
        _ => return Err(Invalid("must be an https URL")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Invalid("must not hold a name or a password"));
    }
    // The parser has brought decimal, octal and short spellings of IPv4 into one form.
    let public = match url.host() {
        Some(Host::Ipv4(address)) => is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => !is_this_machine(name),
        None => return Err(Invalid("must name a host")),
    };
    if public || allow_private {
        Ok(url)
    } else {
        Err(Invalid("must not lead into a private network"))
    }
}

fn is_this_machine(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_refused_in_every_spelling() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "0",
            "10.1.2.3",
            "169.254.169.254",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::10.0.0.1]",
            "[fe80::1]",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "app.localhost",
            "１２７.0.0.1",
        ] {
            let url = format!("https://{host}:8443/hook");
            assert!(check(&url, false).is_err(), "{url}");
            assert!(check(&url, true).is_ok(), "{url}");
        }
    }

    #[test]
    fn only_web_addresses_without_credentials_will_do() {
        let long = format!("https://app.example/{}", "x".repeat(2048));
        for url in [
            "",
            "app.example/hook",
            "/hook",
            "https://",
            "ftp://app.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://ann@app.example/",
            "https://:word@app.example/",
            "https://app.example/a b",
            "https://app.example/\r\nx: y",
            "https://app.example/\0",
            " https://app.example/",
            &long,
        ] {
            assert!(check(url, true).is_err(), "{url:?}");
        }
        assert!(check("http://app.example/hook", false).is_err());
        assert!(check("http://app.example/hook", true).is_ok());
        assert!(check("https://app.example:8443/hook?for=chat", false).is_ok());
        assert!(check("https://1.1.1.1/hook", false).is_ok());
    }
}
