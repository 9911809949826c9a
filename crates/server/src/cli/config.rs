//! `chinwag config`: write, check, show.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use clap::Subcommand;

use crate::{
    config::{Config, DEFAULTS, Sources, Values, first_run::random_secret, show},
    console::say,
    failure::Failure,
    program,
    rehearsal::rehearse,
};

/// What people call their file, after the help.
const USUAL: &str = "chinwag.toml";

const EXAMPLES: &str = "\
Examples:
  chinwag config init --output chinwag.toml    Every setting, commented, with its default
  chinwag config check chinwag.toml            Typos and bad values, with file, line and cure
  chinwag --config chinwag.toml config show    What is in force, and where it comes from
  chinwag config secret > secret.txt           For CHINWAG_AUTH__SECRET_FILE=secret.txt";

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print every setting, commented, with its default
    #[command(after_help = EXAMPLES)]
    Init {
        /// Write to this file instead; an existing one is kept
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Say whether `serve` would take this configuration: exit code 0, or 1 with what is wrong
    #[command(after_help = EXAMPLES)]
    Check {
        /// The file to check, as with --config
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Print the settings in force and where each comes from; secrets are masked
    #[command(after_help = EXAMPLES)]
    Show,
    /// Print a new random secret for auth.secret
    #[command(after_help = EXAMPLES)]
    Secret,
}

impl ConfigCommand {
    pub async fn execute(&self, sources: Sources) -> Result<(), Failure> {
        match self {
            Self::Init { output: None } => say(DEFAULTS.trim_end()),
            Self::Init { output: Some(path) } => write(path)?,
            Self::Check { file } => {
                let sources = Sources { file: file.clone().or(sources.file), ..sources };
                let (config, values) = load(&sources)?;
                let problems = rehearse(&config, &values).await;
                if !problems.is_empty() {
                    return Err(Failure::No(problems.join("\n")));
                }
                say("the configuration is fine");
                say(&checked(sources.file.as_deref()));
                say("not tried: opening the database, writing files, taking the port");
                if config.development() {
                    say("DEVELOPMENT: without auth.secret, for this machine only");
                }
            }
            Self::Show => {
                let (_, values) = load(&sources)?;
                say(show(&values).trim_end());
            }
            Self::Secret => say(&random_secret()),
        }
        Ok(())
    }
}

fn load(sources: &Sources) -> Result<(Config, Values), Failure> {
    Config::load(sources).map_err(|problems| Failure::No(problems.to_string()))
}

/// What was looked at: a file that lies here is not read unless it is named.
fn checked(file: Option<&Path>) -> String {
    match file {
        Some(file) => format!("checked: {} and the environment", file.display()),
        None if Path::new(USUAL).exists() => format!(
            "checked: defaults and the environment; no file (./{USUAL} is here but is not read: pass \
             --config {USUAL})"
        ),
        None => "checked: defaults and the environment; no file".to_owned(),
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
    say(&format!("wrote {0}; start with: {1} --config {0}", path.display(), program::name()));
    Ok(())
}
