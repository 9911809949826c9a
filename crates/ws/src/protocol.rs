//! Requests as they come in and replies as they go out. What requests do is
//! not known here.

use std::borrow::Cow;

use chinwag_application::{Error, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};

use crate::frame::Frame;

/// Longest `id` of a request, in characters.
const ID_CHARS: usize = 64;

/// `{"id":"…","type":"…","data":{…}}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

/// A request that could be read.
pub(crate) struct Request<'a> {
    pub id: Cow<'a, str>,
    pub kind: Cow<'a, str>,
    data: Option<&'a RawValue>,
}

impl<'a> Request<'a> {
    /// # Errors
    /// When a frame is not a request at all; it is answered with `"id":null`.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Error> {
        let Envelope { id, kind, data } = match serde_json::from_str(text) {
            Ok(envelope) => envelope,
            Err(error) if error.is_data() => return Err(Error::field("", error.to_string())),
            Err(error) => return Err(Error::Malformed(error.to_string())),
        };
        if !(1..=ID_CHARS).contains(&id.chars().count()) {
            return Err(Error::field("/id", "must be 1 to 64 characters"));
        }
        Ok(Self { id, kind, data })
    }

    /// The request's data as JSON; `{}` when there is none.
    pub(crate) fn data(&self) -> &'a [u8] {
        self.data.map_or(b"{}", |data| data.get().as_bytes())
    }

    /// The data without one field, which names what the request is about.
    ///
    /// # Errors
    /// When the field is missing or no text.
    pub(crate) fn about(&self, field: &'static str) -> Result<(String, Vec<u8>), Error> {
        let mut data: Map<String, Value> = chinwag_application::request::parse(self.data())?;
        let Some(Value::String(name)) = data.remove(field) else {
            return Err(Error::field(format!("/{field}"), "is needed, as text"));
        };
        let rest = serde_json::to_vec(&data).map_err(|error| Error::Internal(error.into()))?;
        Ok((name, rest))
    }
}

#[derive(Serialize)]
struct Reply<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<&'a str>,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

/// The reply to a request that did what it should.
///
/// # Errors
/// When the answer cannot be written, which is a fault of ours.
pub(crate) fn ok<T: Serialize>(id: &str, data: &T) -> Result<Frame, Error> {
    let reply = Reply { kind: "reply", id: Some(id), ok: true, data: Some(data), error: None };
    Frame::json(&reply).map_err(|error| Error::Internal(error.into()))
}

/// The reply to a request that was refused; without `id` for an unreadable one.
pub(crate) fn refused(id: Option<&str>, error: &Error, request_id: &str) -> Frame {
    let problem = Problem::new(error, Some(request_id));
    let reply: Reply<'_, ()> =
        Reply { kind: "reply", id, ok: false, data: None, error: Some(problem) };
    Frame::json(&reply).unwrap_or_else(|_| Frame::text(r#"{"type":"reply","id":null,"ok":false}"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_request_is_told_from_one() {
        for text in ["", "x", "[]", "{}", r#"{"id":1,"type":"ping"}"#, r#"{"id":"","type":"ping"}"#]
        {
            assert!(Request::parse(text).is_err(), "{text}");
        }
        let long = format!(r#"{{"id":"{}","type":"ping"}}"#, "x".repeat(65));
        assert!(Request::parse(&long).is_err());
        assert!(Request::parse(r#"{"id":"1","type":"ping","extra":1}"#).is_err());
        let request = Request::parse(r#"{"id":"1","type":"ping"}"#).unwrap();
        assert_eq!((request.kind.as_ref(), request.data()), ("ping", b"{}".as_slice()));
    }

    #[test]
    fn the_subject_is_taken_out_of_the_data() {
        let text = r#"{"id":"1","type":"t","data":{"message_id":"m","content":"c"}}"#;
        let (subject, rest) = Request::parse(text).unwrap().about("message_id").unwrap();
        assert_eq!((subject.as_str(), rest.as_slice()), ("m", br#"{"content":"c"}"#.as_slice()));
        assert!(Request::parse(text).unwrap().about("other").is_err());
    }
}
