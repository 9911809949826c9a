//! What tests expect of answers and events, with messages that show what came instead.

use crate::PATIENCE;
use chinwag_client::{Error, Event, Problem, Response, Socket};
use serde_json::Value;
use std::{future::Future, time::Duration};
use tokio::time::{Instant, sleep, timeout};

/// The body of an answer with this status.
#[track_caller]
pub fn expect_status(response: Response, status: u16) -> Value {
    assert_eq!(
        response.status, status,
        "expected {status}, got {} with {}",
        response.status, response.text
    );
    response.json
}

/// A problem of this status and code, complete as the protocol promises.
#[track_caller]
pub fn expect_problem(response: &Response, status: u16, code: &str) -> Problem {
    let text = &response.text;
    assert_eq!(response.status, status, "expected {code}, got {text}");
    let content_type = response.header("content-type");
    assert!(content_type.starts_with("application/problem+json"), "{content_type}: {text}");
    assert!(response.json["type"].is_string(), "type is missing: {text}");
    assert!(response.json["request_id"].is_string(), "request_id: {text}");
    assert!(response.json["temporary"].is_boolean(), "temporary: {text}");
    let problem: Problem = serde_json::from_value(response.json.clone())
        .unwrap_or_else(|error| panic!("no problem ({error}): {text}"));
    assert_eq!((problem.status, problem.code.as_str()), (status, code), "{text}");
    assert!(!problem.title.is_empty(), "title is empty: {text}");
    if status == 422 {
        assert!(!problem.errors.is_empty(), "422 names no field: {text}");
    }
    problem
}

/// The refusal of a socket request, with this code.
#[track_caller]
pub fn expect_refusal(reply: Result<Value, Error>, code: &str) -> Problem {
    match reply {
        Err(Error::Refused(problem)) => {
            assert_eq!(problem.code, code, "{problem:?}");
            assert!(problem.request_id.is_some(), "{problem:?}");
            *problem
        }
        other => panic!("expected {code}, got {other:?}"),
    }
}

/// The next event of this kind; others before it are passed over.
pub async fn expect_event(socket: &Socket, kind: &str) -> Event {
    let mut passed = events_until(socket, |event| event.kind == kind).await;
    passed.pop().expect("the event itself")
}

/// All events up to and including the first that `last` accepts.
pub async fn events_until(socket: &Socket, mut last: impl FnMut(&Event) -> bool) -> Vec<Event> {
    let mut events = Vec::new();
    let collecting = async {
        while let Some(event) = socket.next_event().await {
            let done = last(&event);
            events.push(event);
            if done {
                return true;
            }
        }
        false
    };
    let found = timeout(PATIENCE, collecting).await;
    assert!(
        matches!(found, Ok(true)),
        "the awaited event did not come ({}); came: {events:#?}",
        if found.is_ok() { "closed" } else { "time" },
    );
    events
}

/// The code with which the server closes this connection.
pub async fn expect_close(socket: &Socket) -> u16 {
    let closed = timeout(PATIENCE, socket.closed()).await;
    closed.expect("the server closes the connection").code
}

/// Asks again and again until `check` gives a value, for what becomes true a little after the answer.
pub async fn soon<T, F: Future<Output = Option<T>>>(what: &str, mut check: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = check().await {
            return value;
        }
        assert!(Instant::now() < deadline, "not within the time: {what}");
        sleep(Duration::from_millis(25)).await;
    }
}

/// Checks of JSON values that read well in a test.
pub trait IsJson {
    /// An RFC 3339 UTC time with milliseconds, as all times of the protocol.
    fn is_time(&self) -> bool;
    /// Exactly these keys.
    fn has_only_keys(&self, keys: &[&str]) -> bool;
}

impl IsJson for Value {
    fn is_time(&self) -> bool {
        self.as_str().is_some_and(|text| {
            text.len() == "2026-01-01T00:00:00.000Z".len()
                && text.ends_with('Z')
                && text.as_bytes()[10] == b'T'
                && text.as_bytes()[19] == b'.'
        })
    }

    fn has_only_keys(&self, keys: &[&str]) -> bool {
        self.as_object().is_some_and(|object| {
            object.len() == keys.len() && keys.iter().all(|key| object.contains_key(*key))
        })
    }
}
