//! Holds everything that the tests' clients see to the published contract: every answer and every frame has the form
//! that openapi.json and asyncapi.json promise, and nothing besides; every status is a described one; and what the
//! server took was a request that they allow.

mod document;
mod frames;
mod routes;

use chinwag_client::{Response, Seen, witness};
use reqwest::{Method, Url, header::HeaderMap};
use std::sync::{Mutex, Once, PoisonError};

/// What did not keep to the contract and has not been told yet.
static BROKEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// As long as this lives, what is seen is held to the contract.
#[derive(Debug)]
pub(crate) struct Held;

/// Looks at everything that this process's clients see from now on.
pub(crate) fn watch() -> Held {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| witness(look));
    Held
}

impl Drop for Held {
    /// Fails when something that was seen did not keep to the contract. Tests run side by side: it may have been
    /// another one's, which is what it says.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let broken = std::mem::take(&mut *BROKEN.lock().unwrap_or_else(PoisonError::into_inner));
        assert!(broken.is_empty(), "not as the contract says:\n{}", broken.join("\n"));
    }
}

/// Looks at an answer that did not come by the client.
pub(crate) fn look_at(
    (method, url): (&Method, &Url),
    (status, headers): (u16, &HeaderMap),
    body: &[u8],
) {
    note(routes::check(&request(method, url, None), &routes::Answer { status, headers, body }));
}

fn request<'a>(method: &'a Method, url: &'a Url, body: Option<&'a [u8]>) -> routes::Request<'a> {
    let query = url.query_pairs().into_owned().collect();
    routes::Request { method: method.as_str(), path: url.path(), query, body }
}

fn look(seen: &Seen<'_>) {
    note(match *seen {
        Seen::Answer { method, url, body, response } => {
            let Response { status, headers, text, .. } = response;
            let answer = routes::Answer { status: *status, headers, body: text.as_bytes() };
            routes::check(&request(method, url, body), &answer)
        }
        Seen::Sent { socket, text } => {
            frames::sent(socket, text);
            Ok(())
        }
        Seen::Came { socket, text } => frames::came(socket, text),
    });
}

/// Remembered rather than thrown here, since this may run in a task whose end nobody sees.
fn note(outcome: Result<(), String>) {
    if let Err(broken) = outcome {
        BROKEN.lock().unwrap_or_else(PoisonError::into_inner).push(broken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;
    use serde_json::{Value, json};

    fn answered(path: &str, status: u16, kind: &'static str, body: &Value) -> Result<(), String> {
        let url = Url::parse(&format!("http://host{path}")).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static(kind));
        let body = body.to_string();
        let answer = routes::Answer { status, headers: &headers, body: body.as_bytes() };
        routes::check(&request(&Method::GET, &url, None), &answer)
    }

    fn profile() -> Value {
        json!({
            "id": "ann", "username": null, "name": "Ann", "avatar_url": null,
            "role": "member", "last_seen_at": null,
        })
    }

    #[test]
    fn an_answer_is_held_to_its_operation() {
        let (json, problem) = ("application/json", "application/problem+json");
        answered("/api/v1/users/me", 200, json, &profile()).unwrap();
        let mut more = profile();
        more["secret"] = json!(1);
        assert!(answered("/api/v1/users/me", 200, json, &more).unwrap_err().contains("secret"));
        let mut less = profile();
        less.as_object_mut().unwrap().remove("role");
        assert!(answered("/api/v1/users/me", 200, json, &less).unwrap_err().contains("role"));
        assert!(answered("/api/v1/users/me", 206, json, &profile()).is_err());
        assert!(answered("/api/v1/users/me", 200, "text/html", &profile()).is_err());
        assert!(answered("/api/v1/users/me?typo=1", 200, json, &profile()).is_err());
        assert!(answered("/api/v1/unread", 200, json, &profile()).is_err());
        assert!(answered("/api/v1/nowhere", 200, json, &profile()).is_err());
        assert!(answered("/api/v1/nowhere", 404, problem, &json!({ "status": 404 })).is_err());
    }

    #[test]
    fn a_frame_is_held_to_its_type_and_a_reply_to_its_request() {
        let at = "2026-01-31T12:00:00.000Z";
        let told = |frame: &Value| frames::came(0, &frame.to_string());
        told(&json!({ "type": "sync.required", "data": {}, "at": at })).unwrap();
        assert!(told(&json!({ "type": "sync.required", "data": {}, "at": at, "new": 1 })).is_err());
        assert!(told(&json!({ "type": "sync.required", "data": {} })).is_err());
        assert!(told(&json!({ "type": "sync.done", "data": {}, "at": at })).is_err());
        let reply = json!({ "type": "reply", "id": "1", "ok": true, "data": {} });
        assert!(told(&reply).is_err(), "nobody asked");
        frames::sent(0, r#"{"id":"1","type":"ping"}"#);
        told(&reply).unwrap();
        frames::sent(0, r#"{"id":"1","type":"sync"}"#);
        assert!(told(&reply).is_err(), "the answer to something else");
    }
}
