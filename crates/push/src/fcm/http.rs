//! Addresses that keys and tokens may be sent to, and answers that are read with a limit.

use chinwag_domain::PushFault;
use reqwest::{Response, Url};

/// Bytes of an answer that are read; FCM's have a few hundred.
const ANSWER_BYTES: usize = 64 * 1024;

/// An address of an operator's choice: https, or http on this machine.
pub(super) fn trusted(text: &str) -> Result<Url, &'static str> {
    let problem = "must be an https address, or http on this machine";
    let url = Url::parse(text).map_err(|_| problem)?;
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_local(&url));
    if safe && url.has_host() && url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err(problem)
    }
}

/// Whether an address is on this machine.
pub(super) fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The beginning of an answer; what is wrong with the rest changes nothing about its status.
pub(super) async fn read(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = ANSWER_BYTES - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == ANSWER_BYTES {
            break;
        }
    }
    body
}

/// Why there was no answer.
pub(super) fn no_answer(whose: &str, error: &reqwest::Error) -> PushFault {
    let what = if error.is_timeout() {
        "did not answer in time"
    } else if error.is_connect() {
        "cannot be reached"
    } else {
        "did not answer in HTTP"
    };
    PushFault { status: None, code: "NO_ANSWER".to_owned(), detail: format!("{whose} {what}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_over_https_or_stay_on_this_machine() {
        for good in ["https://fcm.googleapis.com", "http://127.0.0.1:9/", "http://[::1]/t"] {
            assert!(trusted(good).is_ok(), "{good}");
        }
        for bad in
            ["http://fcm.googleapis.com", "http://10.0.0.1/", "http://localhost.example/", "x", ""]
        {
            assert!(trusted(bad).is_err(), "{bad}");
        }
    }
}
