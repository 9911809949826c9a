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
        Self::Failed(text)
    }

    /// 1: failed, or no. 2: not begun.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Failed(_) | Self::No(_) => ExitCode::from(1),
            Self::Configuration(_) | Self::Refused(_) => ExitCode::from(2),
        }
    }
}
