//! What commands say to the person or script that called them; logs go elsewhere.

use std::io::Write as _;

/// To standard output: what was asked for. A closed pipe is no failure of ours.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// To standard error: what went wrong.
pub fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
