//! Whether what is shown is what there is.

/// Whether `shown` is `printed`, where `…` stands for anything. Space at the ends of lines and of the whole does
/// not count.
pub fn is_shown(shown: &str, printed: &str) -> bool {
    let (shown, printed) = (trimmed(shown), trimmed(printed));
    let mut parts = shown.split('…');
    let Some(mut rest) = parts.next().and_then(|first| printed.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// Whether these lines stand in that file one after the other, however far to the right; also in a comment at the
/// head of a file, where commands are set in.
pub fn is_excerpt(text: &str, whole: &str) -> bool {
    let plain = |line: &str| line.trim().trim_start_matches("#   ").to_owned();
    let lines = |text: &str| text.trim().lines().map(plain).collect::<Vec<_>>();
    let (excerpt, whole) = (lines(text), lines(whole));
    !excerpt.is_empty() && whole.windows(excerpt.len()).any(|window| window == excerpt)
}

#[test]
fn dots_stand_for_anything() {
    assert!(is_shown("a\nb\n", "a  \nb"));
    assert!(is_shown("{\"id\":\"…\",\"n\":1}", "{\"id\":\"42\",\"n\":1}\n"));
    assert!(is_shown("first\n…", "first\nsecond\nthird"));
    assert!(is_shown("…", "anything"));
    assert!(is_shown("a…b…c", "a1b2bc"));
    for (shown, printed) in [
        ("a", "ab"),
        ("b", "ab"),
        ("a…c", "ab"),
        ("{\"id\":\"…\",\"n\":1}", "{\"id\":\"42\",\"n\":2}"),
        ("a…b…c", "abd"),
        ("a", ""),
    ] {
        assert!(!is_shown(shown, printed), "{shown:?} {printed:?}");
    }
}

#[test]
fn an_excerpt_is_whole_lines_in_a_row() {
    let whole = "fn a() {\n    one();\n    two();\n}\n";
    assert!(is_excerpt("one();\ntwo();\n", whole));
    assert!(is_excerpt("make a\nmake b\n", "# How:\n#\n#   make a\n#   make b\n"));
    for other in ["one();\n}", "one()", "", "two();\none();"] {
        assert!(!is_excerpt(other, whole), "{other:?}");
    }
}
