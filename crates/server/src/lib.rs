//! The program `chinwag` as a library: configuration, command line, and the only place where every
//! adapter is known by name. [`Embed`] puts the same chat into another program. The rules of chat are in `chinwag-application`, the wire in
//! `chinwag-rest` and `chinwag-ws`.

mod admin;
mod ambient;
mod asset;
mod cli;
mod compose;
pub mod config;
mod console;
pub mod contract;
mod database;
mod docs;
mod embed;
mod failure;
mod health;
mod identity;
mod lifecycle;
mod listening;
mod log;
mod media;
mod metrics;
mod page;
mod program;
mod push;
mod rehearsal;
mod running;
mod sealer;
mod serve;
mod services;
mod signing;
mod sweep;
mod worker;

use std::process::ExitCode;

pub use ambient::SystemClock;
pub use chinwag_application as application;
pub use chinwag_domain as domain;
pub use chinwag_ws::{keep_descriptor, listener};
pub use docs::problem_pages;
pub use embed::{Embed, EmbedError, Embedded};

/// Does what the command line says.
pub fn run() -> ExitCode {
    // Fails only where a host program has chosen a provider already, which then serves us too.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match cli::execute(cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console::complain(&failure.to_string());
            failure.exit_code()
        }
    }
}
