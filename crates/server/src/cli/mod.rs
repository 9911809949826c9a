//! The command line: what can be said, and which file does it. Each command is one file; none of them
//! knows another.

mod audit;
mod chat;
mod completions;
mod config;
mod demo;
mod export;
mod healthcheck;
mod help;
mod import;
mod migrate;
mod operator;
mod progress;
mod reach;
mod token;

use std::path::PathBuf;

use clap::{Args, FromArgMatches as _, Parser, Subcommand};

use crate::{
    config::{Config, Problems, Sources, Values},
    console::say,
    contract,
    failure::Failure,
    log, serve,
};

const EXAMPLES: &str = "\
Examples:
  chinwag                                     Try it: open the printed address in two tabs
  chinwag --port 0                            The same on any free port
  chinwag config init --output chinwag.toml   Write every setting, commented, with its default
  chinwag --config chinwag.toml config check  Find typos and bad values, with file and line
  chinwag --config chinwag.toml               Serve with it
  chinwag chat --user ann                     Chat in this terminal; in another: --user bob --to ann
  chinwag token --user ann --ttl 1h           A token to paste into curl

Settings are read from defaults, then --config, then the environment (server.port is
CHINWAG_SERVER__PORT), then flags; each overrules the one before. Secrets can be read from files:
CHINWAG_AUTH__SECRET_FILE=/run/secrets/chinwag.

Exit codes: 0 done, 1 failed, 2 not begun (usage, or a configuration that does not fit or is not safe).";

const OPENAPI_EXAMPLES: &str = "\
Examples:
  chinwag openapi > openapi.json

A running server has the same at /api/v1/openapi.json, and shows it at /docs.";

const ASYNCAPI_EXAMPLES: &str = "\
Examples:
  chinwag asyncapi > asyncapi.json

A running server has the same at /api/v1/asyncapi.json, and shows it at /docs.";

const SERVE_EXAMPLES: &str = "\
Examples:
  chinwag serve
  chinwag serve --port 9000 --database-url postgres://chinwag@localhost/chinwag
  chinwag serve --config /etc/chinwag/chinwag.toml

It brings the schema up to date first, unless database.auto_migrate is off. SIGTERM or Ctrl-C ends it
softly: requests and sockets are finished within server.shutdown_grace_seconds; a second one at once.";

/// A chat server: conversations, messages, presence, over REST and WebSocket.
#[derive(Debug, Parser)]
#[command(name = "chinwag", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What stands above them in the help of a command, so that its own options are seen first.
const OF_THE_SERVER: &str = "Settings of the server";

#[derive(Debug, Args)]
struct Settings {
    /// Configuration file (TOML)
    #[arg(long, global = true, help_heading = OF_THE_SERVER, value_name = "FILE", env = "CHINWAG_CONFIG")]
    config: Option<PathBuf>,
    /// Address to listen on [server.host]
    #[arg(long, global = true, help_heading = OF_THE_SERVER, value_name = "ADDRESS")]
    host: Option<String>,
    /// Port to listen on; 0 takes a free one [server.port]
    #[arg(long, global = true, help_heading = OF_THE_SERVER, value_name = "PORT")]
    port: Option<u16>,
    /// sqlite://<path>?mode=rwc or postgres://… [database.url]
    #[arg(long, global = true, help_heading = OF_THE_SERVER, value_name = "URL")]
    database_url: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, the sockets and the page (what happens without a command)
    #[command(after_help = SERVE_EXAMPLES)]
    Serve,
    /// Bring the database schema up to date, take steps back, or show where it stands
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// Chat in the terminal
    #[command(after_help = chat::EXAMPLES)]
    Chat(chat::Chat),
    /// Sign a token with the configured secret and print it
    #[command(after_help = token::EXAMPLES)]
    Token(token::Token),
    /// Write, check or show the configuration
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Make the people of a host application known, from a file
    #[command(after_help = import::EXAMPLES)]
    Import(import::Import),
    /// Write all people down, as import takes them
    #[command(after_help = export::EXAMPLES)]
    Export(export::Export),
    /// Find out whether the audit log is as it was written
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Fill the database with sample people and conversations
    #[command(after_help = demo::EXAMPLES)]
    Demo(demo::Demo),
    /// Print the contract of the REST side (OpenAPI 3.1)
    #[command(after_help = OPENAPI_EXAMPLES)]
    Openapi,
    /// Print the contract of the socket (AsyncAPI 3.0)
    #[command(after_help = ASYNCAPI_EXAMPLES)]
    Asyncapi,
    /// Ask the server of this configuration whether it is ready: exit code 0 or 1
    #[command(after_help = healthcheck::EXAMPLES)]
    Healthcheck,
    /// Print what a shell needs to complete commands at the Tab key
    #[command(after_help = completions::EXAMPLES)]
    Completions(completions::Completions),
    /// Print the manual page, or write those of all commands
    #[command(after_help = completions::MAN_EXAMPLES)]
    Man(completions::Man),
}

impl Settings {
    fn sources(&self) -> Sources {
        let flags = [
            ("server.host", "--host", self.host.clone()),
            ("server.port", "--port", self.port.map(|port| port.to_string())),
            ("database.url", "--database-url", self.database_url.clone()),
        ];
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("CHINWAG_"))
            .collect();
        Sources {
            file: self.config.clone(),
            environment,
            flags: flags.into_iter().filter_map(|(k, f, v)| Some((k, f, v?))).collect(),
            host_verifies: false,
        }
    }

    fn load(&self) -> Result<(Config, Values), Problems> {
        Config::load(&self.sources())
    }
}

/// What was typed. Ends the program where it makes no sense, or asks for help.
pub fn parse() -> Arguments {
    let matches = help::command().get_matches();
    Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// Does what was asked.
///
/// # Errors
/// Why it was not done.
pub fn execute(arguments: Arguments) -> Result<(), Failure> {
    let settings = arguments.settings;
    // Commands that open the database log as a server does.
    let logged = || {
        let (config, values) = settings.load()?;
        log::start(&config.log);
        Ok::<_, Failure>((config, values))
    };
    match arguments.command {
        None | Some(Command::Serve) => {
            let (config, values) = logged()?;
            wait(serve::serve(&config, &values))
        }
        Some(Command::Migrate(command)) => wait(command.execute(&logged()?.0)),
        Some(Command::Audit(command)) => wait(command.execute(&logged()?.0)),
        Some(Command::Demo(command)) => wait(command.execute(&logged()?.0)),
        Some(Command::Token(command)) => {
            let (config, values) = settings.load()?;
            wait(command.execute(&config, &values))
        }
        Some(Command::Chat(command)) => {
            let (config, values) = settings.load()?;
            wait(command.execute(&config, &values))
        }
        Some(Command::Import(command)) => {
            let (config, values) = settings.load()?;
            wait(command.execute(&config, &values))
        }
        Some(Command::Export(command)) => {
            let (config, values) = settings.load()?;
            wait(command.execute(&config, &values))
        }
        Some(Command::Config(command)) => wait(command.execute(settings.sources())),
        Some(Command::Openapi) => {
            say(contract::openapi().trim_end());
            Ok(())
        }
        Some(Command::Asyncapi) => {
            say(contract::asyncapi().trim_end());
            Ok(())
        }
        Some(Command::Healthcheck) => {
            wait(healthcheck::execute(&Config::server_alone(&settings.sources())?))
        }
        Some(Command::Completions(command)) => {
            command.execute();
            Ok(())
        }
        Some(Command::Man(command)) => command.execute(),
    }
}

/// Runs to the end on a runtime of several threads; what still runs then is left behind.
fn wait<F: Future<Output = Result<(), Failure>>>(work: F) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::because("the runtime cannot be started", &error))?;
    let outcome = runtime.block_on(work);
    runtime.shutdown_background();
    outcome
}
