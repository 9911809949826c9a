//! `chinwag config`: write, check, show.

use std::{fs, io::Write as _, path::PathBuf};

use clap::Subcommand;

use crate::{
    config::{Config, DEFAULTS, Problems, Values, first_run::random_secret, show},
    console::say,
    failure::Failure,
};

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print every setting, commented, with its default
    Init {
        /// Write to this file instead; an existing one is kept
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Say whether `serve` would take this configuration: exit code 0, or 1 with what is wrong
    Check,
    /// Print the settings in force and where each comes from; secrets are masked
    Show,
    /// Print a new random secret for auth.secret
    Secret,
}

impl ConfigCommand {
    pub fn execute<L>(&self, load: L) -> Result<(), Failure>
    where
        L: FnOnce() -> Result<(Config, Values), Problems>,
    {
        match self {
            Self::Init { output: None } => say(DEFAULTS.trim_end()),
            Self::Init { output: Some(path) } => write(path)?,
            Self::Check => {
                let (config, _) = load().map_err(|problems| Failure::No(problems.to_string()))?;
                say("the configuration is fine");
                if config.development() {
                    say("DEVELOPMENT: without auth.secret, for this machine only");
                }
            }
            Self::Show => {
                let (_, values) = load().map_err(|problems| Failure::No(problems.to_string()))?;
                say(show(&values).trim_end());
            }
            Self::Secret => say(&random_secret()),
        }
        Ok(())
    }
}

fn write(path: &PathBuf) -> Result<(), Failure> {
    let written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .and_then(|mut file| file.write_all(DEFAULTS.as_bytes()));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::Failed(format!("{} exists and is kept; name another file", path.display()))
        }
        _ => Failure::because(&format!("{} cannot be written", path.display()), &error),
    })?;
    say(&format!("wrote {}; start with: chinwag --config {0}", path.display()));
    Ok(())
}
