//! What is wrong with a configuration, and where.

use std::fmt;

use super::values::Origin;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands; `None` when something is missing.
    pub origin: Option<Origin>,
    /// What is wrong, with the key, and what would be right.
    pub message: String,
}

impl Problem {
    /// Something wrong at a place.
    pub fn at(origin: Origin, message: impl Into<String>) -> Self {
        Self { origin: Some(origin), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Some(Origin::Default) | None => f.write_str(&self.message),
            Some(origin) => write!(f, "{origin}: {}", self.message),
        }
    }
}

/// All that is wrong; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// In the order of the places where they are mended: what is missing or read before anything else,
    /// then the file by its lines, the environment, flags.
    pub fn of(mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| match &problem.origin {
            None | Some(Origin::Default) => (0, 0),
            Some(Origin::File { line, .. }) => (1, *line),
            Some(Origin::Environment(_)) => (2, 0),
            Some(Origin::Flag(_)) => (3, 0),
        });
        Self(problems)
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
