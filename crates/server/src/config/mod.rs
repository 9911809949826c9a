//! What an operator decides: read in layers, checked once, then only handed on.
//!
//! Defaults (`config/default.toml`, compiled in) < a file < the environment < flags. `keys` lists
//! what can be set, `layers` reads each layer, `values` knows where every value came from,
//! `sections` turn values into typed settings. Nothing here opens a connection or starts a server;
//! the only file written is the development secret of `first_run`.

pub mod first_run;
mod keys;
mod layers;
mod problem;
#[cfg(test)]
mod reference;
pub mod sections;
mod show;
mod unquoted;
mod values;

use std::path::PathBuf;

pub use keys::nearest;
pub use problem::{Problem, Problems};
pub use sections::{
    AdminConfig, AuthConfig, AuthMode, BusConfig, CorsConfig, DatabaseConfig, GroupsConfig,
    JobsConfig, LimitsConfig, LogConfig, MediaConfig, MetricsConfig, PushConfig, ServerConfig,
    UsersConfig, WebhooksConfig,
};
pub use show::{show, without_password};
pub use values::{Origin, Values};

use crate::program;
use sections::Reader;

/// The commented default configuration, as `config init` prints it.
pub const DEFAULTS: &str = include_str!("../../../../config/default.toml");

/// Where settings may come from.
#[derive(Debug, Default, Clone)]
pub struct Sources {
    /// The file of `--config`.
    pub file: Option<PathBuf>,
    /// The environment, as names and values.
    pub environment: Vec<(String, String)>,
    /// Flags: key, name of the flag, value.
    pub flags: Vec<(&'static str, &'static str, String)>,
    /// Whether a host program verifies tokens by itself: `[auth]` then needs no keys.
    pub host_verifies: bool,
}

/// All settings, each within its limits.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where and how to listen.
    pub server: ServerConfig,
    /// Where chats are kept.
    pub database: DatabaseConfig,
    /// Who may come in.
    pub auth: AuthConfig,
    /// How servers tell each other.
    pub bus: BusConfig,
    /// Where files are kept.
    pub media: MediaConfig,
    /// How much is too much.
    pub limits: LimitsConfig,
    /// How patiently work that follows from changes is tried again.
    pub jobs: JobsConfig,
    /// Where webhooks may lead.
    pub webhooks: WebhooksConfig,
    /// Notifications for people who are away.
    pub push: PushConfig,
    /// Who may found groups.
    pub groups: GroupsConfig,
    /// Who sees whom.
    pub users: UsersConfig,
    /// Which other origins may use this server.
    pub cors: CorsConfig,
    /// What there is for application admins.
    pub admin: AdminConfig,
    /// Who may read the metrics.
    pub metrics: MetricsConfig,
    /// What is logged, and how.
    pub log: LogConfig,
}

impl Config {
    /// Reads and checks everything; the values come along for `config show`.
    ///
    /// # Errors
    /// Everything that is wrong, not just the first thing.
    pub fn load(sources: &Sources) -> Result<(Self, Values), Problems> {
        let (values, problems) = read(sources);
        let mut reader = Reader::new(&values, problems);
        if sources.host_verifies {
            reader = reader.without_keys();
        }
        let config = Self {
            server: ServerConfig::read(&mut reader),
            database: DatabaseConfig::read(&mut reader),
            auth: AuthConfig::read(&mut reader),
            bus: BusConfig::read(&mut reader),
            media: MediaConfig::read(&mut reader),
            limits: LimitsConfig::read(&mut reader),
            jobs: JobsConfig::read(&mut reader),
            webhooks: WebhooksConfig::read(&mut reader),
            push: PushConfig::read(&mut reader),
            groups: GroupsConfig::read(&mut reader),
            users: UsersConfig::read(&mut reader),
            cors: CorsConfig::read(&mut reader),
            admin: AdminConfig::read(&mut reader),
            metrics: MetricsConfig::read(&mut reader),
            log: LogConfig::read(&mut reader),
        };
        config.refuse_open_doors(&mut reader);
        match reader.finish() {
            problems if problems.is_empty() => Ok((config, values)),
            problems => Err(Problems::of(problems)),
        }
    }

    /// What `[server]` says, for commands that ask a running server: they need neither its secrets nor
    /// whatever else only serving needs.
    ///
    /// # Errors
    /// What is wrong with it, or with the file.
    pub fn server_alone(sources: &Sources) -> Result<ServerConfig, Problems> {
        let mut sources = sources.clone();
        sources.environment.retain(|(name, _)| name.starts_with("CHINWAG_SERVER__"));
        let (values, problems) = read(&sources);
        let mut reader = Reader::new(&values, problems);
        let server = ServerConfig::read(&mut reader);
        match reader.finish() {
            problems if problems.is_empty() => Ok(server),
            problems => Err(Problems::of(problems)),
        }
    }

    /// Whether this is a first try on one's own machine: local accounts, no secret, and nobody else
    /// can reach it.
    pub fn development(&self) -> bool {
        self.auth.mode == AuthMode::Local
            && self.auth.secret.is_none()
            && self.server.only_for_this_machine()
    }

    /// Whether people may sign in with a name alone.
    pub fn guests(&self) -> bool {
        self.auth.guests.unwrap_or_else(|| self.development())
    }

    /// Whether a proxy may stand in front of this server, so that whoever asks from this machine may ask
    /// for somebody else.
    pub fn behind_a_proxy(&self) -> bool {
        self.server.public_url.is_some() || !self.server.trusted_proxies.is_empty()
    }

    /// Origins whose pages may use this server: those of `cors.origins`, and the one that people type
    /// where a proxy stands in front.
    pub fn allowed_origins(&self) -> Vec<String> {
        let public = self.server.public_url.as_ref().map(|url| url.origin().ascii_serialization());
        self.cors.origins.iter().cloned().chain(public).collect()
    }

    /// A server that others can reach has a secret that its operator chose.
    fn refuse_open_doors(&self, reader: &mut Reader<'_>) {
        let local = self.auth.mode == AuthMode::Local;
        if local && self.auth.secret.is_none() && !self.server.only_for_this_machine() {
            let key = if self.server.is_loopback() { "server.public_url" } else { "server.host" };
            let message = format!(
                "lets others reach this server, which then signs tokens with a secret, but {}. \
                 Make one, keep it, and start again:\n\n    \
                 export CHINWAG_AUTH__SECRET=\"$({} config secret)\"\n",
                reader.absence("auth.secret"),
                program::name()
            );
            reader.refuse(key, &message);
        }
    }
}

/// All layers, one over the other, and what is wrong with them.
fn read(sources: &Sources) -> (Values, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut values = Values::default();
    layers::defaults(&mut values, &mut problems);
    if let Some(path) = &sources.file {
        layers::file(path, &mut values, &mut problems);
    }
    layers::environment(&sources.environment, &mut values, &mut problems);
    layers::flags(&sources.flags, &mut values, &mut problems);
    (values, problems)
}

#[cfg(test)]
mod tests;
