//! Frames from the server: replies to requests, and events.

use crate::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Something the server says on its own, or a reply that nobody waits for (`kind` is then `reply`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The event's type, such as `message.created`.
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<Uuid>,
    /// Which durable change of the conversation this is; absent from what is not durable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// Whether the person is to be told, for new messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
    #[serde(default)]
    pub data: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Whatever else the frame had.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A text frame, read as far as the client needs to pass it on.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    /// The answer to the request with this id.
    Reply {
        id: String,
        answer: Box<Result<Value, Problem>>,
        /// The frame as an event, for a reply whose request nobody knows.
        event: Box<Event>,
    },
    Event(Box<Event>),
}

/// Reads a text frame; `None` when it is not what the protocol promises.
pub(super) fn read(text: &str) -> Option<Incoming> {
    let event: Event = serde_json::from_str(text).ok()?;
    if event.kind != "reply" {
        return Some(Incoming::Event(Box::new(event)));
    }
    let Some(id) = event.extra.get("id").and_then(Value::as_str) else {
        return Some(Incoming::Event(Box::new(event)));
    };
    let answer = if event.extra.get("ok") == Some(&Value::Bool(true)) {
        Ok(event.data.clone())
    } else {
        Err(serde_json::from_value(event.extra.get("error")?.clone()).ok()?)
    };
    Some(Incoming::Reply { id: id.to_owned(), answer: Box::new(answer), event: Box::new(event) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_reply_carries_its_data() {
        let frame = read(r#"{"type":"reply","id":"7","ok":true,"data":{"a":1}}"#);
        let Some(Incoming::Reply { id, answer, .. }) = frame else {
            panic!("no reply: {frame:?}");
        };
        assert_eq!((id.as_str(), *answer), ("7", Ok(json!({"a": 1}))));
    }

    #[test]
    fn a_refusing_reply_carries_its_problem() {
        let text =
            r#"{"type":"reply","id":"7","ok":false,"error":{"status":404,"code":"not_found"}}"#;
        let Some(Incoming::Reply { answer, .. }) = read(text) else {
            panic!("no reply");
        };
        assert_eq!(answer.unwrap_err().code, "not_found");
    }

    #[test]
    fn a_reply_to_an_unreadable_frame_comes_as_an_event() {
        let text = r#"{"type":"reply","id":null,"ok":false,"error":{"status":400,"code":"validation_failed"}}"#;
        let Some(Incoming::Event(event)) = read(text) else {
            panic!("no event");
        };
        assert_eq!(event.extra["error"]["code"], "validation_failed");
    }

    #[test]
    fn an_event_keeps_what_is_unknown() {
        let text = r#"{"type":"revision","conversation_id":"01890000-0000-7000-8000-000000000000","revision":4,"new":1}"#;
        let Some(Incoming::Event(event)) = read(text) else {
            panic!("no event");
        };
        assert_eq!(event.revision, Some(4));
        assert_eq!(event.extra["new"], 1);
    }

    #[test]
    fn what_is_no_frame_is_nothing() {
        assert_eq!(read("[]"), None);
        assert_eq!(read("{"), None);
    }
}
