//! The settings in force, each with where it comes from, and no secret among them.

use std::fmt::Write as _;

use secrecy::ExposeSecret;

use super::{
    keys::{KEYS, Key, Kind},
    values::{Value, Values},
};

const MASK: &str = "********";
/// Where the origins are written.
const COLUMN: usize = 48;

/// All keys as TOML, origins as comments; keys without a value are comments.
pub fn show(values: &Values) -> String {
    let mut text = String::new();
    let mut section = "";
    for key in KEYS {
        let (this, name) = key.path.rsplit_once('.').unwrap_or_default();
        if this != section {
            let gap = if section.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}[{this}]");
            section = this;
        }
        let _ = match values.get(key.path) {
            Some((value, origin)) => {
                let line = format!("{name} = {}", display(key, value));
                writeln!(text, "{line:COLUMN$} # {origin}")
            }
            None => writeln!(text, "{:COLUMN$} # not set", format!("# {name}")),
        };
    }
    text
}

fn display(key: &Key, value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::Whole(number) => number.to_string(),
        Value::Switch(on) => on.to_string(),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| quoted(item)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Secret(secret) if key.kind == Kind::Address => {
            quoted(&without_password(secret.expose_secret()))
        }
        Value::Secret(_) => quoted(MASK),
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// An address without its password, and without its query where it is not a file's (drivers take
/// passwords there too).
pub fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return MASK.to_owned() };
    if matches!(scheme, "sqlite" | "file" | "memory") {
        return address.to_owned();
    }
    let rest = rest.split_once('?').map_or(rest, |(before, _)| before);
    match rest.rsplit_once('@') {
        Some((credentials, host)) => match credentials.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:{MASK}@{host}"),
            None => format!("{scheme}://{credentials}@{host}"),
        },
        None => format!("{scheme}://{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_left_in_an_address() {
        for (address, shown) in [
            ("postgres://ann:pass@db:5432/chat", "postgres://ann:********@db:5432/chat"),
            ("postgres://ann:p@ss:w@db/chat", "postgres://ann:********@db/chat"),
            ("postgres://db/chat?password=pass", "postgres://db/chat"),
            ("redis://:pass@cache:6379", "redis://:********@cache:6379"),
            ("sqlite://./data/chinwag.db?mode=rwc", "sqlite://./data/chinwag.db?mode=rwc"),
            ("host=db password=pass", MASK),
        ] {
            assert_eq!(without_password(address), shown);
        }
    }
}
