//! Requests as they come over the wire, and how they become valid values.
//!
//! REST bodies and the `data` of socket frames are the same JSON and are read
//! by the same [`parse`]. Unknown fields are refused: a typo must not pass.

mod account;
mod audit;
mod check;
mod conversation;
mod device;
mod hosted;
mod list;
mod media;
mod place;
mod search;
mod send;
mod webhook;

pub use account::{Credentials, GuestName, RefreshRequest, Registration};
pub use audit::AuditQuery;
pub use conversation::{AddPeople, MembershipPatch, NewConversation, RolePatch, SettingsPatch};
pub use device::DeviceRegistration;
pub use hosted::{HostedLine, HostedUser};
pub(crate) use list::cursor;
pub use list::{ChangesQuery, ConversationsQuery, HistoryQuery, SyncRequest};
pub use media::UploadRequest;
pub use place::{LocationPatch, MeetingPatch};
pub use search::SearchRequest;
pub use send::{AttachmentInput, EditRequest, MeetingInput, SendRequest, SendableKind};
pub use webhook::NewWebhook;

pub use check::{ProfilePatch, search_text};

use chinwag_domain::Seq;
use schemars::JsonSchema;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

use crate::{Error, FieldError};

/// Where a read marker should stand; without `seq` at the end.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadRequest {
    /// Up to and including.
    pub seq: Option<Seq>,
}

/// Where a delivery marker should stand.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveredRequest {
    /// Up to and including.
    pub seq: Seq,
}

/// Reads JSON; an empty body counts as `{}`.
///
/// # Errors
/// [`Error::Malformed`] for what is no JSON, [`Error::Invalid`] with a pointer
/// for what does not fit.
pub fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Error> {
    let json = if json.is_empty() { b"{}" } else { json };
    // Serde would take a list for an object, its items for the fields in their order.
    if json.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(match serde_json::from_slice::<IgnoredAny>(json) {
            Ok(_) => Error::field("", "must be an object"),
            Err(error) => Error::no_json(&error),
        });
    }
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let mut pointer = pointer(error.path());
        let inner = error.into_inner();
        if is_json(json) {
            let detail = inner.to_string();
            pointer.extend(missing(&detail).map(|field| format!("/{field}")));
            Error::Invalid(vec![FieldError { pointer, detail }])
        } else {
            Error::no_json(&inner)
        }
    })?;
    deserializer.end().map_err(|error| Error::no_json(&error))?;
    Ok(value)
}

/// Refuses a body with fields, where there are none.
///
/// # Errors
/// As for [`parse`].
pub fn nothing(json: &[u8]) -> Result<(), Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    parse::<Nothing>(json).map(|Nothing {}| ())
}

/// Serde calls some values that do not fit (a number for one of several names,
/// too many brackets) a fault of the syntax: this asks the syntax alone.
fn is_json(json: &[u8]) -> bool {
    std::str::from_utf8(json).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// The field that is not there, which serde names in its message alone: the
/// path ends at the object that should have it.
fn missing(detail: &str) -> Option<&str> {
    let (field, _) = detail.strip_prefix("missing field `")?.split_once('`')?;
    Some(field)
}

/// A path as a JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// An id from a path or a frame. A malformed one names nothing.
///
/// # Errors
/// [`Error::NotFound`].
pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_told_from_what_does_not_fit() {
        for text in ["{", "nope", "{} {}", "\u{0}", "{\"seq\":}", "{\"sek\":1", "{\"sek\":1} {}"] {
            let error = parse::<ReadRequest>(text.as_bytes()).unwrap_err();
            assert!(matches!(error, Error::Malformed(_)), "{text}: {error:?}");
        }
        for text in [
            "[]",
            "[1]",
            "3",
            "{\"seq\":\"1\"}",
            "{\"seq\":1.5}",
            "{\"sek\":1}",
            "{\"seq\":1,\"seq\":2}",
        ] {
            let error = parse::<ReadRequest>(text.as_bytes()).unwrap_err();
            assert!(matches!(error, Error::Invalid(_)), "{text}: {error:?}");
        }
        assert!(parse::<ReadRequest>(b"").unwrap().seq.is_none());
    }

    #[test]
    fn the_pointer_names_the_field() {
        let body =
            br#"{"content":"x","attachments":[{"url":"https://a.b/c","name":"c"},{"url":5}]}"#;
        let Error::Invalid(errors) = parse::<SendRequest>(body).unwrap_err() else { panic!() };
        assert_eq!(errors[0].pointer, "/attachments/1/url");
        let body = br#"{"content":"x","attachments":[{"url":"https://a.b/c"}]}"#;
        let Error::Invalid(errors) = parse::<SendRequest>(body).unwrap_err() else { panic!() };
        assert_eq!(errors[0].pointer, "/attachments/0/name");
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow() {
        let deep = format!("{{\"metadata\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
        let Error::Invalid(errors) = parse::<SendRequest>(deep.as_bytes()).unwrap_err() else {
            panic!()
        };
        assert!(errors[0].pointer.starts_with("/metadata/0/0"));
    }

    #[test]
    fn a_value_that_is_no_name_does_not_fit() {
        for kind in ["5", "true", "null", "[]", "{\"text\":1}"] {
            let body = format!(r#"{{"content":"x","kind":{kind}}}"#);
            let error = parse::<SendRequest>(body.as_bytes()).unwrap_err();
            let Error::Invalid(errors) = error else { panic!("{kind}: {error:?}") };
            assert_eq!(errors[0].pointer.split('/').nth(1), Some("kind"), "{kind}");
        }
    }
}
