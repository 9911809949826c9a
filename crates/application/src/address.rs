//! Where a request comes from: a pure rule that both doors share, so that limits and the audit log
//! mean the same address whichever way somebody came in.

use std::net::{IpAddr, SocketAddr};

/// The client's address: the connection's, or what the nearest trusted proxy tells.
///
/// `forwarded` are the values of `X-Forwarded-For` in the order of the headers. Some proxies append to the
/// header, others add one of their own: the nearest comes last. The list is read from its end for as long
/// as who told it is in `trusted`; what a client wrote itself stands before that and is not believed.
pub fn client_address<'a>(
    peer: Option<IpAddr>,
    forwarded: impl IntoIterator<Item = &'a str>,
    trusted: &[IpAddr],
) -> Option<IpAddr> {
    let mut address = peer?.to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|proxy| proxy.to_canonical() == address);
    let told: Vec<&str> = forwarded.into_iter().flat_map(|value| value.split(',')).collect();
    for told in told.into_iter().rev() {
        if !is_trusted(address) {
            break;
        }
        match parse(told.trim()) {
            Some(next) => address = next,
            None => break,
        }
    }
    Some(address)
}

/// An address, with the port that some proxies add.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.parse::<IpAddr>().ok();
    bare.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> IpAddr {
        let trusted: Vec<IpAddr> = trusted.iter().map(|text| ip(text)).collect();
        client_address(Some(ip(peer)), forwarded.iter().copied(), &trusted).unwrap()
    }

    #[test]
    fn nobody_is_believed_without_being_trusted() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &[]), ip("203.0.113.9"));
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &["10.0.0.2"]), ip("203.0.113.9"));
        assert_eq!(client_address(None, ["198.51.100.1"], &[ip("10.0.0.2")]), None);
    }

    #[test]
    fn a_trusted_proxy_tells_who_came_to_it_and_no_more() {
        // The client wrote 192.0.2.66 itself; the proxy appended whom it saw.
        let forged = ["192.0.2.66, 198.51.100.1"];
        assert_eq!(seen("10.0.0.2", &forged, &["10.0.0.2"]), ip("198.51.100.1"));
        let apart = ["192.0.2.66", "198.51.100.1"];
        assert_eq!(seen("10.0.0.2", &apart, &["10.0.0.2"]), ip("198.51.100.1"));
        assert_eq!(seen("10.0.0.2", &[], &["10.0.0.2"]), ip("10.0.0.2"));
    }

    #[test]
    fn a_chain_is_followed_through_trusted_proxies_alone() {
        let told = ["192.0.2.66, 198.51.100.1, 10.0.0.3"];
        assert_eq!(seen("10.0.0.2", &told, &["10.0.0.2", "10.0.0.3"]), ip("198.51.100.1"));
        assert_eq!(seen("10.0.0.2", &told, &["10.0.0.2"]), ip("10.0.0.3"));
    }

    #[test]
    fn nonsense_ends_the_chain_where_it_stands() {
        for told in ["unknown", "", "198.51.100.1, ", "_hidden", "198.51.100.999"] {
            assert_eq!(seen("10.0.0.2", &[told], &["10.0.0.2"]), ip("10.0.0.2"), "{told}");
        }
    }

    #[test]
    fn one_address_has_one_spelling() {
        assert_eq!(seen("::ffff:203.0.113.9", &[], &[]), ip("203.0.113.9"));
        assert_eq!(
            seen("::ffff:10.0.0.2", &["::ffff:198.51.100.1"], &["10.0.0.2"]),
            ip("198.51.100.1")
        );
        assert_eq!(seen("10.0.0.2", &["198.51.100.1:4711"], &["10.0.0.2"]), ip("198.51.100.1"));
        assert_eq!(seen("10.0.0.2", &["[2001:db8::1]:443"], &["10.0.0.2"]), ip("2001:db8::1"));
    }
}
