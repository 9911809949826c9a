//! Lines as they are typed or piped in, one at a time: the next is read only once the one before has been
//! dealt with, so that the prompt is right and scripts run in order.
//!
//! Reading blocks, so it has a thread of its own, which ends with the process.

use std::{
    borrow::Cow,
    io::{BufRead as _, Write as _, stdin, stdout},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use rustyline::{
    Context, Editor, ExternalPrinter, Helper,
    completion::{Completer, Pair},
    error::ReadlineError,
    highlight::Highlighter,
    hint::Hinter,
    history::DefaultHistory,
    validate::Validator,
};
use tokio::sync::mpsc as channel;
use unicode_width::UnicodeWidthStr as _;

use crate::command;

/// What comes from the keyboard or the script.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A whole line.
    Line(String),
    /// Keys were struck, and the line is a message so far.
    Typing,
    /// No more lines.
    End,
}

/// Names that completion offers, kept by who knows them.
pub(crate) type Names = Arc<Mutex<Vec<String>>>;

/// Where lines come from.
pub(crate) struct Input {
    ask: mpsc::Sender<String>,
    heard: channel::UnboundedReceiver<Heard>,
    /// For completion after `/to`.
    pub(crate) names: Names,
}

impl Input {
    /// Asks for the next line.
    pub(crate) fn ask(&self, prompt: &str) {
        // A thread that is gone has said so.
        let _ = self.ask.send(prompt.to_owned());
    }

    /// What comes next.
    pub(crate) async fn next(&mut self) -> Heard {
        self.heard.recv().await.unwrap_or(Heard::End)
    }
}

/// Lines of standard input as they are.
pub(crate) fn lines() -> Input {
    let (ask, asked) = mpsc::channel::<String>();
    let (tell, heard) = channel::unbounded_channel();
    thread::spawn(move || {
        let mut lines = stdin().lock().lines();
        while asked.recv().is_ok() {
            // What is not UTF-8 cannot be sent, and what follows it is not trusted either.
            let Some(Ok(line)) = lines.next() else { break };
            let _ = tell.send(Heard::Line(line));
        }
        let _ = tell.send(Heard::End);
    });
    Input { ask, heard, names: Names::default() }
}

/// A line editor; `None` where the terminal is not up to it.
pub(crate) fn editor() -> Option<(Box<dyn ExternalPrinter + Send>, Input)> {
    let (ask, asked) = mpsc::channel::<String>();
    let (tell, heard) = channel::unbounded_channel();
    let names = Names::default();
    let config = rustyline::Config::builder().auto_add_history(true).build();
    let mut editor: Editor<Desk, DefaultHistory> = Editor::with_config(config).ok()?;
    editor.set_helper(Some(Desk { names: Arc::clone(&names), tell: tell.clone() }));
    let printer = editor.create_external_printer().ok()?;
    thread::spawn(move || {
        while let Ok(prompt) = asked.recv() {
            match editor.readline(prompt.as_str()) {
                Ok(line) => {
                    if matches!(command::parse(&line), command::Command::Say(_)) {
                        let columns = editor.dimensions().map_or(80, |(columns, _)| columns);
                        take_back(prompt.width() + line.width(), usize::from(columns));
                    }
                    let _ = tell.send(Heard::Line(line));
                }
                // The window has another size.
                Err(ReadlineError::Signal(_)) => {
                    let _ = tell.send(Heard::Line(String::new()));
                }
                Err(_) => break,
            }
        }
        let _ = tell.send(Heard::End);
    });
    Some((Box::new(printer), Input { ask, heard, names }))
}

/// Wipes the line just typed: it comes again as a message once the server has it.
fn take_back(width: usize, columns: usize) {
    let mut out = stdout().lock();
    let _ = write!(out, "\x1b[{}A\r\x1b[J", rows(width, columns));
    let _ = out.flush();
}

/// How many rows of the screen a text takes.
fn rows(width: usize, columns: usize) -> usize {
    width / columns.max(1) + 1
}

/// What the line editor asks while somebody types.
struct Desk {
    names: Names,
    tell: channel::UnboundedSender<Heard>,
}

impl Helper for Desk {}
impl Validator for Desk {}

impl Highlighter for Desk {
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        Cow::Borrowed(prompt)
    }
}

impl Hinter for Desk {
    type Hint = String;

    /// Asked at every key: the one place that hears somebody type. It hints at nothing.
    fn hint(&self, line: &str, _: usize, _: &Context<'_>) -> Option<String> {
        if matches!(command::parse(line), command::Command::Say(_)) {
            let _ = self.tell.send(Heard::Typing);
        }
        None
    }
}

impl Completer for Desk {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> Result<(usize, Vec<Pair>), ReadlineError> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, found) = candidates(line.get(..at).unwrap_or_default(), &names);
        let pair = |text: String| Pair { display: text.clone(), replacement: text };
        Ok((start, found.into_iter().map(pair).collect()))
    }
}

/// What could stand at the end of `typed`, and where it begins: a command, or a name after `/to`.
fn candidates(typed: &str, names: &[String]) -> (usize, Vec<String>) {
    if let Some(begun) = typed.strip_prefix("/to ") {
        let begun = begun.to_lowercase();
        let fitting = names.iter().filter(|name| name.to_lowercase().starts_with(&begun));
        return ("/to ".len(), fitting.cloned().collect());
    }
    let commands = command::ALL.iter().filter(|(name, ..)| {
        typed.starts_with('/') && !typed.contains(' ') && name.starts_with(typed)
    });
    (
        0,
        commands
            .map(|(name, takes, _)| format!("{name}{}", if takes.is_empty() { "" } else { " " }))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_names_are_completed() {
        let names = ["Ada Byron".to_owned(), "Alan".to_owned()];
        assert_eq!(candidates("/hi", &names), (0, vec!["/history ".to_owned()]));
        assert_eq!(candidates("/who", &names), (0, vec!["/who".to_owned()]));
        assert_eq!(candidates("/to ad", &names), (4, vec!["Ada Byron".to_owned()]));
        assert_eq!(candidates("/to ", &names).1.len(), 2);
        assert_eq!(candidates("hello /to a", &names).1, Vec::<String>::new());
    }

    #[test]
    fn a_text_takes_the_rows_that_it_fills() {
        assert_eq!((rows(0, 80), rows(79, 80), rows(81, 80), rows(10, 0)), (1, 1, 2, 11));
    }
}
