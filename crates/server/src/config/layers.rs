//! One layer at a time into the values: TOML text, the environment, flags. Each knows how to name
//! the place of a mistake; what values mean is not known here.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use crate::program;

use super::{
    DEFAULTS,
    keys::{self, Key, Kind, nearest},
    problem::Problem,
    unquoted,
    values::{Origin, Value, Values},
};

/// Every variable of ours begins so; a section and a key are joined by two underscores.
const PREFIX: &str = "CHINWAG_";
/// What tests of this project are told begins so; the server has no such section.
const FOR_TESTS: &str = "CHINWAG_TEST_";
/// What the command line itself takes from the environment: the file, which is read before settings are,
/// and the token of commands that ask a server.
const OF_COMMANDS: [&str; 2] = ["CHINWAG_CONFIG", "CHINWAG_TOKEN"];

/// The compiled-in layer.
pub fn defaults(values: &mut Values, problems: &mut Vec<Problem>) {
    let mut layer = Toml { text: DEFAULTS, path: None, values, problems };
    layer.read();
}

/// A configuration file.
pub fn file(path: &Path, values: &mut Values, problems: &mut Vec<Problem>) {
    match std::fs::read_to_string(path) {
        Ok(text) => Toml { text: &text, path: Some(path), values, problems }.read(),
        Err(error) => {
            let cure = match error.kind() {
                std::io::ErrorKind::NotFound => {
                    format!(
                        "; to make it: {} config init --output {}",
                        program::name(),
                        path.display()
                    )
                }
                _ => String::new(),
            };
            let message = format!("{}: cannot be read: {error}{cure}", path.display());
            problems.push(Problem { origin: None, message });
        }
    }
}

struct Toml<'a> {
    text: &'a str,
    path: Option<&'a Path>,
    values: &'a mut Values,
    problems: &'a mut Vec<Problem>,
}

impl Toml<'_> {
    fn read(&mut self) {
        match DeTable::parse(self.text) {
            Ok(table) => self.table("", table.get_ref()),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let hint = unquoted::hint(self.text, at).unwrap_or_default();
                let message = format!("not TOML: {}{hint}", error.message().replace('\n', "; "));
                self.problems.push(Problem::at(self.origin(at), message));
            }
        }
    }

    fn origin(&self, offset: usize) -> Origin {
        let Some(path) = self.path else { return Origin::Default };
        let before = self.text.as_bytes().iter().take(offset);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        Origin::File { path: path.to_owned(), line }
    }

    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let path = match prefix {
                "" => name.get_ref().to_string(),
                prefix => format!("{prefix}.{}", name.get_ref()),
            };
            let origin = self.origin(name.span().start);
            match (keys::find(&path), value.get_ref()) {
                (Some(key), value) => self.leaf(key, value, origin),
                // A mistyped section is told by its keys, which lead to the right one.
                (None, DeValue::Table(inner)) if keys::is_section(&path) || !inner.is_empty() => {
                    self.table(&path, inner);
                }
                (None, _) if keys::is_section(&path) => self.problems.push(Problem::at(
                    origin,
                    format!("{path} is a section, write [{path}] and its keys below"),
                )),
                (None, _) => self.problems.push(Problem::at(origin, unknown(&path))),
            }
        }
    }

    fn leaf(&mut self, key: &'static Key, value: &DeValue<'_>, origin: Origin) {
        let read = match (key.kind, value) {
            (Kind::Text, DeValue::String(text)) => Some(Value::Text(text.to_string())),
            (Kind::Secret | Kind::Address, DeValue::String(text)) => {
                Some(Value::Secret(text.to_string().into()))
            }
            (Kind::Whole, DeValue::Integer(number)) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::Whole)
            }
            (Kind::Switch, DeValue::Boolean(on)) => Some(Value::Switch(*on)),
            (Kind::Names, DeValue::String(text)) => Some(Value::List(vec![text.to_string()])),
            (Kind::List | Kind::Names, DeValue::Array(items)) => items
                .iter()
                .map(|item| item.get_ref().as_str().map(str::to_owned))
                .collect::<Option<Vec<_>>>()
                .map(Value::List),
            _ => None,
        };
        if let Some(read) = read {
            self.values.set(key, read, origin);
        } else {
            let cure = in_quotes(key, value);
            let message = format!("{} must be {}{}{cure}", key.path, key.kind.name(), found(value));
            self.problems.push(Problem::at(origin, message));
        }
    }
}

fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => ", not a text",
        DeValue::Integer(_) => ", not a number",
        DeValue::Float(_) => ", not a fraction",
        DeValue::Boolean(_) => ", not true or false",
        DeValue::Datetime(_) => ", not a time",
        DeValue::Array(_) => ", not a list",
        DeValue::Table(_) => ", not a section",
    }
}

/// What to write instead of a number, true or false in quotes.
fn in_quotes(key: &Key, value: &DeValue<'_>) -> String {
    let plain = value.as_str().filter(|text| {
        matches!(key.kind, Kind::Whole | Kind::Switch) && Value::parse(key.kind, text).is_ok()
    });
    plain.map(|text| format!("; write it without quotes: {text}")).unwrap_or_default()
}

fn unknown(path: &str) -> String {
    format!("there is no key {path}; did you mean {}?", nearest(path))
}

/// Variables `CHINWAG_<SECTION>__<KEY>` and, for secrets, `…_FILE`. Others that begin with the prefix
/// are mistakes, but for those that container platforms make for a service called chinwag.
pub fn environment(
    variables: &[(String, String)],
    values: &mut Values,
    problems: &mut Vec<Problem>,
) {
    let mut ours: Vec<_> = variables
        .iter()
        .filter(|(name, _)| name.starts_with(PREFIX) && !name.starts_with(FOR_TESTS))
        .filter(|(name, text)| {
            !OF_COMMANDS.contains(&name.as_str()) && !is_service_link(name, text)
        })
        .collect();
    ours.sort();
    for (name, text) in ours {
        if let Err(message) = variable(name, text, variables, values) {
            problems.push(Problem::at(Origin::Environment(name.clone()), message));
        }
    }
}

/// Whether Kubernetes or Docker made the variable, to tell where a service of that name is:
/// `…_SERVICE_HOST`, `…_SERVICE_PORT` and `…_SERVICE_PORT_<NAME>`, `…_PORT=tcp://…` and
/// `…_PORT_<NUMBER>_TCP` with what follows.
fn is_service_link(name: &str, text: &str) -> bool {
    let numbered = name.split("_PORT_").skip(1).any(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && ["_TCP", "_UDP", "_SCTP"].iter().any(|kind| rest[digits..].starts_with(kind))
    });
    name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")
        || (name.ends_with("_PORT") && text.contains("://"))
        || numbered
}

/// What is wrong with a variable that no key reads. Who typed a variable is told a variable.
fn no_setting(rest: &str) -> String {
    let path = rest.to_lowercase().replace("__", ".");
    let (typed, suffix) = match path.strip_suffix("_file") {
        Some(plain) if keys::find(nearest(plain)).is_some_and(|key| key.from_file) => {
            (plain, "_FILE")
        }
        _ => (path.as_str(), ""),
    };
    let meant = nearest(typed).to_uppercase().replace('.', "__");
    let what = if path.contains('.') { format!("key {path}") } else { "such setting".to_owned() };
    format!("there is no {what}; did you mean {PREFIX}{meant}{suffix}?")
}

fn variable(
    name: &str,
    text: &str,
    all: &[(String, String)],
    values: &mut Values,
) -> Result<(), String> {
    let rest = name.trim_start_matches(PREFIX);
    let path = rest.to_lowercase().replace("__", ".");
    let origin = Origin::Environment(name.to_owned());
    if let Some(key) = keys::find(&path) {
        // Set to nothing is not set: composed environments cannot leave a variable out.
        if text.is_empty() && key.kind != Kind::List {
            values.set_to_nothing(key, name);
            return Ok(());
        }
        let value = Value::parse(key.kind, text).map_err(|why| format!("{} {why}", key.path))?;
        values.set(key, value, origin);
        return Ok(());
    }
    let in_file = path.strip_suffix("_file").and_then(keys::find).filter(|key| key.from_file);
    let Some(key) = in_file else { return Err(no_setting(rest)) };
    let plain = name.trim_end_matches("_FILE");
    if all.iter().any(|(other, text)| other == plain && !text.is_empty()) {
        return Err(format!("{} is also set by {plain}; keep one of them", key.path));
    }
    let held = std::fs::read_to_string(text).map_err(|error| {
        let cure = match error.kind() {
            std::io::ErrorKind::NotFound if key.path == "auth.secret" => {
                format!("; to make one: {} config secret --output {text}", program::name())
            }
            _ => String::new(),
        };
        format!("{} cannot be read from {text}: {error}{cure}", key.path)
    })?;
    let value = Value::parse(key.kind, held.trim_end_matches(['\r', '\n']))?;
    if matches!(key.kind, Kind::Secret | Kind::Address) && is_open(Path::new(text)) {
        values.warn(format!(
            "{name}: {text} can be read by everybody on this machine; run `chmod o-rwx {text}`"
        ));
    }
    values.set(key, value, origin);
    Ok(())
}

/// Whether everybody may read it. A group may be how the server itself gets at it.
#[cfg(unix)]
fn is_open(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(file).is_ok_and(|about| about.permissions().mode() & 0o007 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}

/// Flags of the command line.
pub fn flags(
    flags: &[(&'static str, &'static str, String)],
    values: &mut Values,
    problems: &mut Vec<Problem>,
) {
    for (path, flag, text) in flags {
        let Some(key) = keys::find(path) else {
            problems.push(Problem::at(Origin::Flag(flag), unknown(path)));
            continue;
        };
        match Value::parse(key.kind, text) {
            Ok(value) => values.set(key, value, Origin::Flag(flag)),
            Err(why) => {
                problems.push(Problem::at(Origin::Flag(flag), format!("{} {why}", key.path)));
            }
        }
    }
}
