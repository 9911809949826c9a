//! Requests as they come in and replies as they go out. What requests do is
//! not known here.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use chinwag_application::{Error, Problem};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    data::Nothing,
    frame::Frame,
    kinds::{FrameKind, RequestKind},
};

/// Longest `id` of a request, in characters.
pub(crate) const ID_CHARS: usize = 64;

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
    /// `None` for one that is not understood.
    pub kind: Option<RequestKind>,
    data: Option<&'a RawValue>,
}

impl<'a> Request<'a> {
    /// # Errors
    /// When a frame is not a request at all; it is answered with `"id":null`.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Error> {
        let Envelope { id, kind, data } = match serde_json::from_str(text) {
            Ok(envelope) => envelope,
            Err(error) if error.is_data() => return Err(Error::field("", error.to_string())),
            Err(error) => return Err(Error::no_json(&error)),
        };
        if !(1..=ID_CHARS).contains(&id.chars().count()) {
            return Err(Error::field("/id", "must be 1 to 64 characters"));
        }
        Ok(Self { id, kind: RequestKind::from_name(&kind), data })
    }

    /// The request's data as JSON; `{}` when there is none.
    pub(crate) fn data(&self) -> &'a [u8] {
        self.data.map_or(b"{}", |data| data.get().as_bytes())
    }

    /// The data without one field, which names what the request is about.
    ///
    /// # Errors
    /// When the field is missing or no text, or when a field comes twice.
    pub(crate) fn about(&self, field: &'static str) -> Result<(String, Vec<u8>), Error> {
        let Fields(mut fields) = chinwag_application::request::parse(self.data())?;
        let name = fields.remove(field);
        let name = name.and_then(|name| serde_json::from_str(name.get()).ok());
        let Some(name) = name else {
            return Err(Error::field(format!("/{field}"), "is needed, as text"));
        };
        let rest = serde_json::to_vec(&fields).map_err(|error| Error::Internal(error.into()))?;
        Ok((name, rest))
    }

    /// The reply to a ping.
    ///
    /// # Errors
    /// When there is anything in it.
    pub(crate) fn pong(&self) -> Result<Frame, Error> {
        let Nothing {} = chinwag_application::request::parse(self.data())?;
        ok(&self.id, &Nothing {})
    }
}

/// The fields of an object as they were written, none of them twice.
struct Fields(BTreeMap<String, Box<RawValue>>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Fields, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((name, value)) = access.next_entry::<String, Box<RawValue>>()? {
            if fields.insert(name, value).is_some() {
                return Err(de::Error::custom("a field comes twice"));
            }
        }
        Ok(Fields(fields))
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
    Frame::json(FrameKind::Reply, &reply).map_err(|error| Error::Internal(error.into()))
}

/// The reply to a request that was refused; without `id` for an unreadable one.
pub(crate) fn refused(id: Option<&str>, error: &Error, request_id: &str) -> Frame {
    let problem = Problem::new(error, Some(request_id));
    let reply: Reply<'_, ()> =
        Reply { kind: "reply", id, ok: false, data: None, error: Some(problem) };
    Frame::json(FrameKind::Reply, &reply)
        .unwrap_or_else(|_| Frame::text(r#"{"type":"reply","id":null,"ok":false}"#))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

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
        assert_eq!((request.kind, request.data()), (Some(RequestKind::Ping), b"{}".as_slice()));
        assert_eq!(Request::parse(r#"{"id":"1","type":"pong"}"#).unwrap().kind, None);
    }

    #[test]
    fn the_subject_is_taken_out_of_the_data() {
        let text = r#"{"id":"1","type":"t","data":{"message_id":"m","content":"c"}}"#;
        let (subject, rest) = Request::parse(text).unwrap().about("message_id").unwrap();
        assert_eq!((subject.as_str(), rest.as_slice()), ("m", br#"{"content":"c"}"#.as_slice()));
        assert!(Request::parse(text).unwrap().about("other").is_err());
    }

    #[test]
    fn the_rest_is_kept_as_it_was_written() {
        let text =
            r#"{"id":"1","type":"t","data":{"a":"x","big":123456789012345678901,"m":{"k":1.50}}}"#;
        let (_, rest) = Request::parse(text).unwrap().about("a").unwrap();
        let rest = std::str::from_utf8(&rest).unwrap();
        assert_eq!(rest, r#"{"big":123456789012345678901,"m":{"k":1.50}}"#);
    }

    #[test]
    fn a_field_that_comes_twice_is_refused() {
        for text in
            [r#"{"id":"1","id":"2","type":"t"}"#, r#"{"id":"1","type":"t","data":{},"data":{}}"#]
        {
            assert!(Request::parse(text).is_err(), "{text}");
        }
        let text = r#"{"id":"1","type":"t","data":{"a":"x","a":"y"}}"#;
        assert!(Request::parse(text).unwrap().about("a").is_err());
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow() {
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        let text = format!(r#"{{"id":"1","type":"t","data":{{"a":"x","b":{deep}}}}}"#);
        if let Ok(request) = Request::parse(&text) {
            let (_, rest) = request.about("a").unwrap();
            assert!(chinwag_application::request::parse::<Value>(&rest).is_err());
        }
    }
}
