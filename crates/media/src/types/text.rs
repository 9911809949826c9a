//! Texts, and which of them a browser could take for a page.

/// What begins a page or a drawing, in lower case.
const MARKUP: &[&[u8]] =
    &[b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<svg ", b"<svg>"];

/// The type of a text in UTF-8; `None` for what is none.
pub(super) fn tell(head: &[u8]) -> Option<&'static str> {
    let text = utf8(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head))?;
    let controls = |c: char| c.is_control() && !"\t\n\r\x0c\x1b".contains(c);
    if text.is_empty() || text.chars().any(controls) {
        return None;
    }
    let begin = text.trim_start();
    if begin.starts_with("%PDF-") {
        return Some("application/pdf");
    }
    if holds(text.as_bytes(), b"<svg ") || holds(text.as_bytes(), b"<svg>") {
        return Some("image/svg+xml");
    }
    if holds_markup(text.as_bytes()) {
        return Some("text/html");
    }
    if begin.starts_with("<?xml") { Some("text/xml") } else { Some("text/plain") }
}

/// Whether anything in it would be markup to who looks for it.
pub(super) fn holds_markup(head: &[u8]) -> bool {
    MARKUP.iter().any(|mark| holds(head, mark))
}

fn holds(head: &[u8], mark: &[u8]) -> bool {
    head.windows(mark.len()).any(|window| window.eq_ignore_ascii_case(mark))
}

/// As much of it as is whole, where only the last letter is cut.
fn utf8(head: &[u8]) -> Option<&str> {
    match std::str::from_utf8(head) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_drawings_are_told_from_words() {
        for (text, mime_type) in [
            ("words", Some("text/plain")),
            ("a < b, and b > a", Some("text/plain")),
            ("{\"a\": 1}", Some("text/plain")),
            ("\u{feff}words", Some("text/plain")),
            ("\n\t <!DOCTYPE html>\n<p>", Some("text/html")),
            ("words first <SCRIPT>alert(1)</SCRIPT>", Some("text/html")),
            ("<?xml version=\"1.0\"?><note/>", Some("text/xml")),
            ("<?xml version=\"1.0\"?>\n<svg xmlns=\"x\"/>", Some("image/svg+xml")),
            ("<SVG onload=alert(1)>", Some("image/svg+xml")),
            ("%PDF-1.7\nall letters", Some("application/pdf")),
            ("nul \u{0}", None),
            ("bell \u{7}", None),
            ("", None),
        ] {
            assert_eq!(tell(text.as_bytes()), mime_type, "{text:?}");
        }
        assert_eq!(tell(b"cut \xe2\x82"), Some("text/plain"), "the last letter is cut");
        assert_eq!(tell(b"cut \xe2\x82 not at the end"), None);
        assert_eq!(tell(b"\xff\xfe<\0s\0c\0r\0"), None, "UTF-16 is no text here");
    }
}
