//! Where lines come from and go to: a person at a terminal, or a script.
//!
//! For a script, messages go to standard output and everything else to standard error. At a terminal both
//! appear above what is being typed, which the line editor then draws again.

use std::io::{IsTerminal as _, Write as _, stderr, stdin, stdout};

use rustyline::ExternalPrinter;

use crate::input::{self, Input};

const FAINT: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// What is shown.
pub(crate) enum Screen {
    /// A terminal, with faint text where it may be.
    Terminal { printer: Box<dyn ExternalPrinter + Send>, faint: bool },
    /// Two streams.
    Streams,
}

/// The screen and the input of this process.
pub(crate) fn open() -> (Screen, Input) {
    if stdin().is_terminal() && stdout().is_terminal() {
        // A terminal that can do too little for a line editor is served as a script.
        if let Some((printer, input)) = input::editor() {
            let faint = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            return (Screen::Terminal { printer, faint }, input);
        }
    }
    (Screen::Streams, input::lines())
}

impl Screen {
    /// Whether a person sees it.
    pub(crate) fn is_terminal(&self) -> bool {
        matches!(self, Self::Terminal { .. })
    }

    /// What was asked for: messages, lists.
    pub(crate) fn show(&mut self, text: &str) {
        match self {
            // A screen that is gone has nobody before it.
            Self::Terminal { printer, .. } => drop(printer.print(format!("{text}\n"))),
            Self::Streams => drop(writeln!(stdout().lock(), "{text}")),
        }
    }

    /// What happened besides.
    pub(crate) fn note(&mut self, text: &str) {
        match self {
            Self::Terminal { faint: true, .. } => self.show(&format!("{FAINT}{text}{PLAIN}")),
            Self::Terminal { .. } => self.show(text),
            Self::Streams => drop(writeln!(stderr().lock(), "{text}")),
        }
    }
}
