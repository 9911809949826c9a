//! What a token says about a person, cut to what the domain allows. A host application's oddities
//! never lock anybody out: what does not fit is shortened or left away.

use chinwag_domain::{Profile, limits};
use reqwest::Url;

/// Characters of a username.
const USERNAME_CHARS: usize = 64;

/// The parts of a profile that fit.
pub(crate) fn profile(
    name: Option<&str>,
    username: Option<&str>,
    picture: Option<&str>,
) -> Profile {
    Profile {
        name: name.and_then(display_name),
        username: username.and_then(self::username),
        avatar_url: picture.and_then(self::picture),
    }
}

/// Without control characters, cut to its limit; `None` when nothing is left to see.
fn display_name(text: &str) -> Option<String> {
    let visible: String = text.chars().filter(|c| !c.is_control()).collect();
    let name: String = visible.trim().chars().take(limits::NAME_CHARS).collect();
    let name = name.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Whole or not at all: half a username would be somebody else's.
fn username(text: &str) -> Option<String> {
    let text = text.trim();
    let fits =
        (1..=USERNAME_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// An http or https URL that can be shown in a page.
fn picture(text: &str) -> Option<String> {
    if text.chars().count() > limits::URL_CHARS
        || text.chars().any(|c| c.is_control() || c.is_whitespace())
    {
        return None;
    }
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_not_refused() {
        assert_eq!(display_name("  Ann \u{0}\nLee ").as_deref(), Some("Ann Lee"));
        assert_eq!(display_name(&"ü".repeat(101)).unwrap().chars().count(), 100);
        assert_eq!(display_name(" \u{7}\t "), None);
        assert_eq!(display_name(&format!("{} b", "a".repeat(99))).unwrap().len(), 99);
    }

    #[test]
    fn usernames_stay_whole() {
        assert_eq!(username(" ann ").as_deref(), Some("ann"));
        assert!(username(&"a".repeat(64)).is_some());
        for bad in ["", "  ", "a\u{0}b", &"a".repeat(65)] {
            assert_eq!(username(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn pictures_come_over_http() {
        for good in ["https://example.org/a.png?b=c#d", "http://localhost:9/x"] {
            assert_eq!(picture(good).as_deref(), Some(good));
        }
        let long = format!("https://example.org/{}", "a".repeat(2_048));
        for bad in [
            "",
            "javascript:alert(1)",
            "data:image/png;base64,AA",
            "//example.org/a",
            "a.png",
            "https://example.org/a b",
            "ht\ntps://example.org",
            "file:///etc/passwd",
            &long,
        ] {
            assert_eq!(picture(bad), None, "{bad:?}");
        }
    }
}
