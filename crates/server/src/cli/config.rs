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

/// Permissions of what anybody may read, and of what nobody else may.
const FOR_ALL: u32 = 0o666;
/// See there.
const FOR_ITS_OWNER: u32 = 0o600;

const EXAMPLES: &str = "\
Examples:
  chinwag config init --output chinwag.toml    Every setting, commented, with its default
  chinwag config check chinwag.toml            Typos and bad values, with file, line and cure
  chinwag --config chinwag.toml config show    What is in force, and where it comes from
  chinwag config secret --output secret.txt    For CHINWAG_AUTH__SECRET_FILE=secret.txt";

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
    Secret {
        /// Write it to this file instead, for its owner alone; an existing one is kept
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

impl ConfigCommand {
    pub async fn execute(&self, sources: Sources) -> Result<(), Failure> {
        match self {
            Self::Init { output: None } => say(DEFAULTS.trim_end()),
            Self::Init { output: Some(path) } => {
                write(path, DEFAULTS, FOR_ALL)?;
                let path = path.display();
                say(&format!("wrote {path}; start with: {} --config {path}", program::name()));
            }
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
                for warning in values.warnings() {
                    say(&format!("warning: {warning}"));
                }
                if config.development() {
                    say("DEVELOPMENT: without auth.secret, for this machine only");
                }
            }
            Self::Show => {
                let (_, values) = load(&sources)?;
                say(show(&values).trim_end());
            }
            Self::Secret { output: None } => say(&random_secret()),
            Self::Secret { output: Some(path) } => {
                write(path, &format!("{}\n", random_secret()), FOR_ITS_OWNER)?;
                let path = path.display();
                say(&format!("wrote {path}; for CHINWAG_AUTH__SECRET_FILE={path}"));
            }
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

/// A new file with these permissions, less what the umask takes.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), Failure> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::Failed(format!("{} exists and is kept; name another file", path.display()))
        }
        _ => Failure::because(&format!("{} cannot be written", path.display()), &error),
    })
}
