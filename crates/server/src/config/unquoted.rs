//! The commonest mistake in a file: a text without quotes. TOML's own message speaks of numbers and
//! dots then, so what would be right is added.

use super::keys::{KEYS, Kind};

/// What to write instead, if a text without quotes stands on the line of the mistake at `offset`.
pub fn hint(text: &str, offset: usize) -> Option<String> {
    let before = text.get(..offset)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next()?;
    let (name, value) = line.split_once('=')?;
    let (name, value) = (name.trim(), value.split(" #").next().unwrap_or_default().trim());
    if value.is_empty() || value.contains(['"', '\'', '[', '{']) {
        return None;
    }
    let last = |path: &'static str| path.rsplit('.').next();
    let named = || KEYS.iter().filter(|key| last(key.path) == last_of(name));
    if named().any(|key| matches!(key.kind, Kind::Secret | Kind::Address)) {
        // Not repeated: it may hold a secret.
        return Some(format!("; texts need quotes: {name} = \"…\""));
    }
    let takes_text = named().any(|key| matches!(key.kind, Kind::Text | Kind::Names));
    takes_text.then(|| format!("; texts need quotes: {name} = \"{value}\""))
}

fn last_of(name: &str) -> Option<&str> {
    name.rsplit('.').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_without_quotes_get_it() {
        for (line, told) in [
            ("host = 0.0.0.0", Some("; texts need quotes: host = \"0.0.0.0\"")),
            ("level = info # quiet", Some("; texts need quotes: level = \"info\"")),
            ("server.host = ::1", Some("; texts need quotes: server.host = \"::1\"")),
            ("secret = abc", Some("; texts need quotes: secret = \"…\"")),
            ("url = postgres://a:b@c/d", Some("; texts need quotes: url = \"…\"")),
            ("port = 80 80", None),
            ("host = \"::1", None),
            ("host 0.0.0.0", None),
        ] {
            let text = format!("[server]\n{line}\nport = 1\n");
            assert_eq!(hint(&text, 10).as_deref(), told, "{line}");
        }
        assert_eq!(hint("host = a", 1000), None);
    }
}
