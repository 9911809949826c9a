//! The little HTML that is made here.

use std::fmt::Write as _;

/// What a page is surrounded by.
#[derive(Clone, Copy)]
pub struct Frame {
    /// Where its style is.
    pub style: &'static str,
    header: &'static str,
}

/// Among the other pages of a server.
pub const AMONG_OTHERS: Frame = Frame {
    style: "/docs/docs.css",
    header: "<header><nav aria-label=\"Documentation\">
<a href=\"/docs\">Documentation</a>
<a href=\"/docs/explorer\">API explorer</a>
<a href=\"/docs/console\">WebSocket console</a>
<a href=\"/docs/protocol\">Protocol</a>
<a href=\"/problems\">Problems</a>
</nav></header>
",
};

/// In another program, which has pages of its own.
pub const ALONE: Frame = Frame {
    style: "/problems/docs.css",
    header: "<header><nav aria-label=\"Documentation\"><a href=\"/problems\">Problems</a></nav></header>\n",
};

/// A whole page.
pub fn page(frame: Frame, title: &str, body: &str) -> String {
    format!(
        "<!doctype html>
<html lang=\"en\">
<head>
  <meta charset=\"utf-8\">
  <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
  <meta name=\"color-scheme\" content=\"light dark\">
  <title>{} – chinwag</title>
  <link rel=\"icon\" href=\"data:,\">
  <link rel=\"stylesheet\" href=\"{}\">
</head>
<body>
{}<main>
{body}
</main>
</body>
</html>
",
        escaped(title),
        frame.style,
        frame.header,
    )
}

/// Text that is text wherever it stands.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Text in which backticks set names apart, as in the contract.
pub fn prose(text: &str) -> String {
    let mut prose = String::new();
    for (at, part) in text.split('`').enumerate() {
        // Writing to a String cannot fail.
        let _ = match at % 2 {
            0 => write!(prose, "{}", escaped(part)),
            _ => write!(prose, "<code>{}</code>", escaped(part)),
        };
    }
    prose
}

/// A table; its cells are HTML already.
pub fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let cells = |tag: &str, cells: &[String]| {
        cells.iter().fold(String::new(), |row, cell| format!("{row}<{tag}>{cell}</{tag}>"))
    };
    let head: Vec<String> = head.iter().map(|title| escaped(title)).collect();
    let rows =
        rows.fold(String::new(), |rows, row| format!("{rows}<tr>{}</tr>\n", cells("td", &row)));
    format!(
        "<div class=\"scroll\"><table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n",
        cells("th", &head)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(prose("a `b<c>` & \"d\""), "a <code>b&lt;c&gt;</code> &amp; &quot;d&quot;");
    }
}
