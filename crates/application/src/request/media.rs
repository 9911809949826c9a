//! A file to be uploaded.

use schemars::JsonSchema;
use serde::Deserialize;

use super::check::Checks;
use crate::Error;

/// Asks for a slot.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the protocol's names
pub struct UploadRequest {
    #[schemars(length(min = 1))]
    pub name: String,
    /// Such as image/png.
    #[schemars(length(max = 255))]
    pub mime_type: String,
    /// Bytes.
    #[schemars(range(min = 1))]
    pub size: u64,
}

impl UploadRequest {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut checks = Checks::default();
        checks.unless(!self.name.trim().is_empty(), "/name", "must not be blank");
        let fits = is_media_type(&self.mime_type);
        checks.unless(fits, "/mime_type", "must be a media type such as image/png");
        checks.unless(self.size > 0, "/size", "must be at least 1");
        checks.done()
    }
}

/// `type/subtype` of RFC 6838, maybe with parameters.
fn is_media_type(text: &str) -> bool {
    let fits = text.len() <= 255 && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let halves = text.split_once(';').map_or(text, |(kind, _)| kind).trim().split_once('/');
    let name = |part: &str| {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        !part.is_empty() && part.bytes().all(letters)
    };
    fits && halves.is_some_and(|(kind, sub)| name(kind) && name(sub))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_have_two_halves() {
        for good in ["image/png", "text/plain; charset=utf-8", "application/vnd.a.b+xml"] {
            assert!(is_media_type(good), "{good}");
        }
        for bad in ["", "png", "/", "image/", "/png", "a/b/c", "image/p ng", "image/png\r\nX: y"] {
            assert!(!is_media_type(bad), "{bad}");
        }
    }
}
