//! The server as the end-to-end tests run it: the real entry, in a process that ends with its parent.
//!
//! It exists so that `cargo test` builds the server for the tests by itself; nothing may differ from `chinwag`.

use std::{io::Read, process::ExitCode};

fn main() -> ExitCode {
    end_with_parent();
    chinwag_server::run()
}

/// The parent holds the other end of the standard input; it is closed when the parent is gone, however it went.
fn end_with_parent() {
    std::thread::spawn(|| {
        let mut nothing = [0; 1];
        while matches!(std::io::stdin().read(&mut nothing), Ok(1..)) {}
        std::process::exit(1);
    });
}
