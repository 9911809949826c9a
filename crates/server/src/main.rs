//! The program `chinwag`; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    chinwag_server::run()
}
