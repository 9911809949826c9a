//! `docs/configuration.md`, made from what is compiled in: the keys, and what `config/default.toml` says about each.
//! Only a test, which holds the page to them; it writes the page where `CHINWAG_WRITE_CONFIGURATION` is set.

use std::{fmt::Write as _, fs, path::Path};

use super::{DEFAULTS, keys::KEYS};

const WRITE: &str = "CHINWAG_WRITE_CONFIGURATION";

const HEAD: &str = "\
# Configuration

Made from the code by `make configuration`: this is what the program itself reads and prints (`chinwag config init`).

Settings are read from the defaults, then the file of `--config` (TOML), then the environment, then flags; each overrules the one before.
In the environment a key is `CHINWAG_<SECTION>__<KEY>`, with two underscores between the two: `server.port` is `CHINWAG_SERVER__PORT`,
`auth.claims.subject` is `CHINWAG_AUTH__CLAIMS__SUBJECT`; lists are separated by commas. Keys marked ◆ can also be read from a file:
`CHINWAG_AUTH__SECRET_FILE=/run/secrets/chinwag`. An unknown key is an error that names the nearest one. `chinwag config check` finds mistakes,
`chinwag config show` says where each value comes from, with secrets masked.
";

/// What the defaults say about a key.
struct Told {
    value: String,
    about: String,
}

/// Finds the line of a key, commented out or not, and what stands above it. A key without words of its own goes with the
/// one before.
fn told(path: &str) -> Option<Told> {
    let (section, name) = path.rsplit_once('.')?;
    let lines = DEFAULTS.lines().skip_while(|line| *line != format!("[{section}]")).skip(1);
    let mut about = Vec::new();
    let mut after_a_key = false;
    for line in lines.take_while(|line| !line.starts_with('[')) {
        let setting = line.strip_prefix("# ").unwrap_or(line);
        let Some((key, value)) = setting.split_once(" = ").filter(|(key, _)| is_key(key)) else {
            if after_a_key {
                about.clear();
            }
            after_a_key = false;
            about.extend(line.strip_prefix("# ").map(str::to_owned));
            continue;
        };
        if key == name {
            let value = match (line == setting, value) {
                (true, value) => format!("`{value}`"),
                (false, "\"\"") => "none".to_owned(),
                (false, value) => format!("none; such as `{value}`"),
            };
            let about = if after_a_key { "See the one above.".to_owned() } else { about.join(" ") };
            return Some(Told { value, about });
        }
        after_a_key = true;
    }
    None
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    let mut section = "";
    for key in KEYS {
        let (of, _) = key.path.rsplit_once('.').unwrap_or_default();
        if of != section {
            section = of;
            // Writing to a String cannot fail.
            let _ =
                write!(page, "\n## {section}\n\n| key | takes | default | |\n|---|---|---|---|\n");
        }
        let Told { value, about } = told(key.path).unwrap_or_else(|| panic!("{}", key.path));
        let (mark, kind) = (if key.from_file { " ◆" } else { "" }, key.kind.name());
        let about = about.replace('|', "\\|").replace('<', "&lt;");
        let _ = writeln!(page, "| `{}`{mark} | {kind} | {value} | {about} |", key.path);
    }
    page
}

#[test]
fn the_page_says_what_the_program_reads() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    let page = page();
    if std::env::var_os(WRITE).is_some() {
        fs::write(&file, &page).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == page,
        "docs/configuration.md is not what the program reads: run `make configuration` and commit it"
    );
}

#[test]
fn every_key_is_explained() {
    let silent: Vec<_> = KEYS
        .iter()
        .filter(|key| told(key.path).is_none_or(|told| told.about.is_empty()))
        .map(|key| key.path)
        .collect();
    assert!(silent.is_empty(), "config/default.toml says nothing about {silent:?}");
}
