//! A bar that moves, for people; nothing for scripts and logs.

use std::{io::IsTerminal as _, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far a command has come, on standard error where that is a terminal.
pub struct Progress(ProgressBar);

impl Progress {
    /// Of so many bytes, or of nobody knows how many.
    pub fn of_bytes(what: &'static str, bytes: Option<u64>) -> Self {
        let template = match bytes {
            Some(_) => "{msg} [{bar:30}] {bytes} of {total_bytes}, {eta} left",
            None => "{msg} {spinner} {bytes}, {elapsed}",
        };
        Self::new(what, bytes, template)
    }

    /// Of nobody knows how many things.
    pub fn of_things(what: &'static str) -> Self {
        Self::new(what, None, "{msg} {spinner} {pos}, {elapsed}")
    }

    fn new(what: &'static str, length: Option<u64>, template: &str) -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(length, target).with_message(what);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    pub fn advance(&self, by: usize) {
        self.0.inc(by as u64);
    }

    /// Says something above the bar.
    pub fn above(&self, say: impl FnOnce()) {
        self.0.suspend(say);
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
