//! Checks that several requests share.

use chinwag_domain::{ProfileChange, limits};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use crate::{Error, FieldError};

/// What [`Checks::line`] takes, but for its length.
pub(crate) const LINE: &str =
    r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$";
/// How what [`Checks::web_url`] takes looks at the least.
pub(crate) const WEB_URL: &str =
    r"^[Hh][Tt][Tt][Pp][Ss]?://[^/\\\s\x00-\x1f\x7f-\x9f][^\\\s\x00-\x1f\x7f-\x9f]*$";

/// Collects what does not fit, so that a client hears of all of it at once.
#[derive(Default)]
pub(crate) struct Checks(pub Vec<FieldError>);

impl Checks {
    pub(crate) fn refuse(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.0.push(FieldError { pointer: pointer.into(), detail: detail.into() });
    }

    pub(crate) fn unless(&mut self, fine: bool, pointer: &str, detail: &str) {
        if !fine {
            self.refuse(pointer, detail);
        }
    }

    /// One line of 1 to `max` characters that is not blank.
    pub(crate) fn line(&mut self, text: &str, max: usize, pointer: &str) {
        let fine = !text.trim().is_empty() && text.chars().count() <= max && !has_control(text, "");
        self.unless(fine, pointer, &format!("must be one line of 1 to {max} characters"));
    }

    /// Up to `max` characters; line breaks are fine.
    pub(crate) fn paragraph(&mut self, text: &str, max: usize, pointer: &str) {
        let fine = text.chars().count() <= max && !has_control(text, "\n\r\t");
        self.unless(fine, pointer, &format!("must be up to {max} characters of text"));
    }

    /// An absolute http or https URL with a host.
    pub(crate) fn web_url(&mut self, text: &str, pointer: &str) {
        // What the standard mends (`http:host`, more slashes, `\`, spaces), others read otherwise.
        let plain = text.split_once("://").is_some_and(|(scheme, rest)| {
            let known = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
            known && !rest.starts_with('/')
        });
        let fine = plain
            && text.len() <= limits::URL_CHARS
            && !text.contains(|c: char| c == '\\' || c.is_whitespace() || c.is_control())
            && url::Url::parse(text).is_ok_and(|url| url.has_host());
        self.unless(
            fine,
            pointer,
            "must be an http or https URL of up to 2048 characters, without spaces",
        );
    }

    pub(crate) fn done(self) -> Result<(), Error> {
        Error::unless_empty(self.0)
    }
}

/// Whether the text holds control characters other than those allowed.
pub(crate) fn has_control(text: &str, allowed: &str) -> bool {
    text.chars().any(|c| c.is_control() && !allowed.contains(c))
}

/// What to search for; a blank one is none.
///
/// # Errors
/// [`Error::Invalid`] above 200 characters or with control characters.
pub fn search_text(text: Option<String>) -> Result<Option<String>, Error> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    if text.chars().count() > 200 || has_control(&text, "") {
        return Err(Error::field("search", "must be up to 200 characters of text"));
    }
    Ok(Some(text))
}

/// Changes to one's own profile. Absent: left as it is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::option_option)] // null and absent mean different things
pub struct ProfilePatch {
    #[schemars(length(min = 1, max = limits::NAME_CHARS), regex(pattern = LINE))]
    name: Option<String>,
    /// http or https; null takes it away.
    #[serde(default, deserialize_with = "double_option")]
    #[schemars(with = "Option<String>", length(max = limits::URL_CHARS), regex(pattern = WEB_URL))]
    avatar_url: Option<Option<String>>,
}

impl ProfilePatch {
    /// The change to be made, once everything fits.
    pub(crate) fn change(self) -> Result<ProfileChange, Error> {
        let mut checks = Checks::default();
        if let Some(name) = &self.name {
            checks.line(name, limits::NAME_CHARS, "/name");
        }
        if let Some(Some(url)) = &self.avatar_url {
            checks.web_url(url, "/avatar_url");
        }
        checks.done()?;
        Ok(ProfileChange { name: self.name, avatar_url: self.avatar_url })
    }
}

/// Tells `null` (take it away) from absent (leave it).
#[allow(clippy::option_option)] // the two Nones mean different things
pub(crate) fn double_option<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(url: &str) -> bool {
        let mut checks = Checks::default();
        checks.web_url(url, "/url");
        checks.done().is_ok()
    }

    #[test]
    fn a_web_address_is_taken_as_it_will_be_read_everywhere() {
        for url in [
            "https://example.org",
            "HTTP://example.org/a?b#c",
            "https://例え.jp/ü",
            "http://[::1]:80/",
        ] {
            assert!(takes(url), "{url}");
        }
        let long = format!("https://example.org/{}", "x".repeat(limits::URL_CHARS));
        let bad = [
            "",
            "example.org",
            "/path",
            "ftp://example.org",
            "javascript:alert(1)",
            "https:example.org",
            "https:///example.org",
            r"https://\example.org",
            r"https://example.org\@other.example",
            "https://example.org/a b",
            "https:/example.org",
            " https://example.org",
            "https://example.org ",
            "https://",
            "http://999.999.999.999/",
            "https://example.org/\u{7}",
            &long,
        ];
        for url in bad {
            assert!(!takes(url), "{url}");
        }
    }
}
