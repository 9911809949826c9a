//! How a section reads its values and says what does not fit. Reading goes on after a mistake, so
//! that all are told at once.

use std::ops::RangeInclusive;

use secrecy::SecretString;
use url::Url;

use crate::config::{
    problem::Problem,
    values::{Origin, Value, Values},
};

/// Letters that somebody mistypes in one word; with more, they mean something else.
const TYPO: usize = 2;

/// Reads values and gathers problems.
pub struct Reader<'a> {
    values: &'a Values,
    problems: Vec<Problem>,
    without_keys: bool,
}

impl<'a> Reader<'a> {
    /// Goes on with the problems there are.
    pub fn new(values: &'a Values, problems: Vec<Problem>) -> Self {
        Self { values, problems, without_keys: false }
    }

    /// The same where a host program verifies tokens by itself.
    #[must_use]
    pub fn without_keys(self) -> Self {
        Self { without_keys: true, ..self }
    }

    /// Whether tokens are verified with keys of the configuration.
    pub fn needs_keys(&self) -> bool {
        !self.without_keys
    }

    /// What was wrong.
    pub fn finish(self) -> Vec<Problem> {
        self.problems
    }

    /// Notes that the value of a key does not fit; the place and the key are put before the message.
    pub fn refuse(&mut self, key: &str, message: &str) {
        let origin = self.values.origin(key).cloned();
        self.problems.push(Problem { origin, message: format!("{key} {message}") });
    }

    /// Whether somebody, not the defaults, set the key.
    pub fn is_set(&self, key: &str) -> bool {
        self.values.origin(key).is_some_and(|origin| *origin != Origin::Default)
    }

    /// Why a key without a default has no value, in words: a variable that is set to nothing is what
    /// remains of a command that failed.
    pub fn absence(&self, key: &str) -> String {
        match self.values.empty_variable(key) {
            Some(variable) => format!("{variable} is set but empty"),
            None => format!("there is no {key}"),
        }
    }

    /// A text; keys without a default have `None` unless set. Empty is not set.
    pub fn text(&self, key: &str) -> Option<String> {
        match self.values.get(key) {
            Some((Value::Text(text), _)) if !text.is_empty() => Some(text.clone()),
            _ => None,
        }
    }

    /// A text that has to be there.
    pub fn required(&mut self, key: &str) -> String {
        self.text(key).unwrap_or_else(|| {
            self.refuse(key, "must not be empty");
            String::new()
        })
    }

    /// A secret or an address; empty is not set.
    pub fn secret(&self, key: &str) -> Option<SecretString> {
        use secrecy::ExposeSecret as _;
        match self.values.get(key) {
            Some((Value::Secret(text), _)) if !text.expose_secret().is_empty() => {
                Some(text.clone())
            }
            _ => None,
        }
    }

    /// An address that has to be there.
    pub fn address(&mut self, key: &str) -> SecretString {
        self.secret(key).unwrap_or_else(|| {
            self.refuse(key, "must not be empty");
            SecretString::default()
        })
    }

    /// A whole number within limits.
    pub fn number<T: TryFrom<i64> + Default>(
        &mut self,
        key: &str,
        range: RangeInclusive<i64>,
    ) -> T {
        let Some((Value::Whole(number), _)) = self.values.get(key) else { return T::default() };
        if let (true, Ok(fits)) = (range.contains(number), T::try_from(*number)) {
            return fits;
        }
        let (least, most) = (range.start(), range.end());
        self.refuse(key, &format!("must be {least} to {most}, not {number}"));
        T::default()
    }

    /// True or false; keys without a default have `None` unless set.
    pub fn switch(&self, key: &str) -> Option<bool> {
        match self.values.get(key) {
            Some((Value::Switch(on), _)) => Some(*on),
            _ => None,
        }
    }

    /// A list of texts.
    pub fn list(&self, key: &str) -> Vec<String> {
        match self.values.get(key) {
            Some((Value::List(items), _)) => items.clone(),
            _ => Vec::new(),
        }
    }

    /// An optional web address.
    pub fn web_address(&mut self, key: &str) -> Option<Url> {
        let text = self.text(key)?;
        match Url::parse(&text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Some(url),
            _ => {
                self.refuse(key, &format!("must be an http or https address, not {text:?}"));
                None
            }
        }
    }

    /// One of a few words; the first where it is none of them.
    pub fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)], otherwise: T) -> T {
        let Some(text) = self.text(key) else {
            self.refuse(key, "must not be empty");
            return otherwise;
        };
        if let Some((_, chosen)) = choices.iter().find(|(name, _)| *name == text) {
            return *chosen;
        }
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        let meant = names.iter().find(|name| {
            strsim::damerau_levenshtein(&name.to_lowercase(), &text.to_lowercase()) <= TYPO
        });
        let meant = meant.map(|name| format!("; did you mean {name:?}?")).unwrap_or_default();
        self.refuse(key, &format!("must be one of {}, not {text:?}{meant}", names.join(", ")));
        otherwise
    }
}
