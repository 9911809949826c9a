//! How this program was called: what people are told to type works where they typed this. Nothing here
//! knows a command.

use std::ffi::OsString;

/// What to type to call it again, such as `chinwag` or `target/debug/chinwag`.
pub fn name() -> String {
    called(std::env::args_os().next())
}

fn called(first: Option<OsString>) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+@:".contains(c);
    match first.map(|name| name.to_string_lossy().into_owned()) {
        Some(name) if name.is_empty() => "chinwag".to_owned(),
        Some(name) if name.chars().all(plain) => name,
        Some(name) => format!("'{}'", name.replace('\'', r"'\''")),
        None => "chinwag".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_can_be_typed_again() {
        for (first, told) in [
            ("chinwag", "chinwag"),
            ("target/debug/chinwag", "target/debug/chinwag"),
            ("/opt/my tools/chinwag", "'/opt/my tools/chinwag'"),
            ("/opt/it's/chinwag", r"'/opt/it'\''s/chinwag'"),
            ("", "chinwag"),
        ] {
            assert_eq!(called(Some(first.into())), told);
        }
        assert_eq!(called(None), "chinwag");
    }
}
