//! Paths and queries with text of people's own choice in them.

use std::fmt::Write;

/// `text` as one segment of a path or one value of a query.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// `path` with a query string, if there is anything to ask.
pub(super) fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (position, (name, value)) in query.iter().enumerate() {
        out.push(if position == 0 { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        out.push_str(&encoded(value));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_segment_is_encoded() {
        assert_eq!(encoded("a|b/ü?#%"), "a%7Cb%2F%C3%BC%3F%23%25");
        assert_eq!(encoded("👍"), "%F0%9F%91%8D");
    }

    #[test]
    fn a_query_is_only_there_when_something_is_asked() {
        assert_eq!(with_query("/a", &[]), "/a");
        assert_eq!(with_query("/a", &[("x", "1&2"), ("y", "")]), "/a?x=1%262&y=");
    }
}
