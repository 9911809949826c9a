//! `[database]`: where chats are kept.

use secrecy::{ExposeSecret as _, SecretString};

use super::Reader;

/// Where chats are kept.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// `sqlite://…` or `postgres://…`, which may hold a password.
    pub url: SecretString,
    /// Whether `serve` brings the schema up to date.
    pub auto_migrate: bool,
    /// Connections at most.
    pub max_connections: u32,
    /// Messages that one transaction stores at most.
    pub max_batch: usize,
}

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file, or memory.
    Sqlite,
    /// A server.
    Postgres,
}

impl DatabaseConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let config = Self {
            url: reader.address("database.url"),
            auto_migrate: reader.switch("database.auto_migrate").unwrap_or(true),
            max_connections: reader.number("database.max_connections", 4..=1000),
            max_batch: reader.number("database.max_batch", 1..=1000),
        };
        let url = config.url.expose_secret();
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if !url.is_empty() && !known.iter().any(|scheme| url.starts_with(scheme)) {
            reader.refuse("database.url", "must begin with sqlite:// or postgres://");
        }
        config
    }

    /// Which database that is.
    pub fn engine(&self) -> Engine {
        if self.url.expose_secret().starts_with("sqlite:") {
            Engine::Sqlite
        } else {
            Engine::Postgres
        }
    }
}
