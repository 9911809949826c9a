//! How a command ends when it does not succeed, and with which exit code.

use std::process::ExitCode;

use crate::config::Problems;

/// What a person is told before the program ends.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was asked could not be done.
    #[error("error: {0}")]
    Failed(String),
    /// The configuration does not allow it: nothing was begun.
    #[error("error: the configuration does not fit\n{0}")]
    Configuration(#[from] Problems),
    /// It would not be safe, or makes no sense: nothing was begun.
    #[error("error: {0}")]
    Refused(String),
    /// The answer is no, and has been given.
    #[error("{0}")]
    No(String),
}

impl Failure {
    /// Something failed, with all causes in one line.
    pub fn because(what: &str, error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Failed(in_one_line(what, error))
    }

    /// The same where trying again would not help: an operator has to change something first.
    pub fn refused_because(what: &str, error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Refused(in_one_line(what, error))
    }

    /// With what to do about it.
    #[must_use]
    pub fn with_cure(self, cure: &str) -> Self {
        match self {
            Self::Failed(text) => Self::Failed(format!("{text}; {cure}")),
            Self::Refused(text) => Self::Refused(format!("{text}; {cure}")),
            other => other,
        }
    }

    /// What it says, without saying that it is an error.
    pub fn told(&self) -> String {
        match self {
            Self::Failed(text) | Self::Refused(text) | Self::No(text) => text.clone(),
            Self::Configuration(problems) => problems.to_string(),
        }
    }

    /// 1: failed, or no. 2: not begun.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Failed(_) | Self::No(_) => ExitCode::from(1),
            Self::Configuration(_) | Self::Refused(_) => ExitCode::from(2),
        }
    }
}

fn in_one_line(what: &str, error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = format!("{what}: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
