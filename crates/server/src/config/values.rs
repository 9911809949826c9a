//! Values before they mean anything: what each key holds, and who said so.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use secrecy::SecretString;

use super::{
    keys::{Key, Kind},
    problem::Problem,
};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Compiled in.
    Default,
    /// A line of the configuration file, from 1.
    File {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
    },
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// What a key holds.
#[derive(Debug, Clone)]
pub enum Value {
    Text(String),
    Whole(i64),
    Switch(bool),
    List(Vec<String>),
    Secret(SecretString),
}

impl Value {
    /// Reads the text of an environment variable or flag; the error says what would fit.
    pub fn parse(kind: Kind, text: &str) -> Result<Self, String> {
        match kind {
            Kind::Text => Ok(Self::Text(text.to_owned())),
            Kind::Secret | Kind::Address => Ok(Self::Secret(text.to_owned().into())),
            Kind::Whole => text
                .trim()
                .parse()
                .map(Self::Whole)
                .map_err(|_| format!("must be a whole number, not {text:?}")),
            Kind::Switch => match text.trim() {
                "true" => Ok(Self::Switch(true)),
                "false" => Ok(Self::Switch(false)),
                _ => Err(format!("must be true or false, not {text:?}")),
            },
            Kind::List | Kind::Names => Ok(Self::List(
                text.split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                    .map(str::to_owned)
                    .collect(),
            )),
        }
    }
}

/// The values of all layers, later ones over earlier ones.
#[derive(Debug, Default, Clone)]
pub struct Values {
    held: BTreeMap<&'static str, (Value, Origin)>,
    /// Variables that are set to nothing, which counts as not set, by key.
    empty: BTreeMap<&'static str, String>,
    /// What is in force all the same, and had better be mended.
    warnings: Vec<String>,
}

impl Values {
    pub(super) fn set(&mut self, key: &'static Key, value: Value, origin: Origin) {
        self.held.insert(key.path, (value, origin));
    }

    /// Notes a variable that is there and says nothing.
    pub(super) fn set_to_nothing(&mut self, key: &'static Key, variable: &str) {
        self.empty.insert(key.path, variable.to_owned());
    }

    /// The variable of that key that is there and says nothing.
    pub(super) fn empty_variable(&self, path: &str) -> Option<&str> {
        self.empty.get(path).map(String::as_str)
    }

    /// Notes what does not keep anybody from going on.
    pub(super) fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    /// What is in force all the same, and had better be mended, each with its place.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    pub(super) fn get(&self, path: &str) -> Option<&(Value, Origin)> {
        self.held.get(path)
    }

    /// A message about the value of a key, behind the place that it came from.
    pub fn placed(&self, path: &str, message: &str) -> String {
        Problem { origin: self.origin(path).cloned(), message: message.to_owned() }.to_string()
    }

    /// Where a key's value came from; `None` when it has none.
    pub fn origin(&self, path: &str) -> Option<&Origin> {
        self.get(path).map(|(_, origin)| origin)
    }
}
