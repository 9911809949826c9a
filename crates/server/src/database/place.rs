//! Where the database is, in words that hold no credentials.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use chinwag_storage::DatabaseOptions;
use secrecy::ExposeSecret as _;
use url::Url;

use crate::config::{DatabaseConfig, sections::Engine};

/// What PostgreSQL listens on.
const POSTGRES_PORT: u16 = 5432;

/// Where the database is.
#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    /// A file of SQLite.
    File {
        /// As the address names it.
        path: PathBuf,
        /// Whether opening makes it.
        made_if_missing: bool,
    },
    /// SQLite without a file.
    Memory,
    /// PostgreSQL on the network.
    Server {
        /// Name or address.
        host: String,
        /// Its port.
        port: u16,
    },
    /// PostgreSQL by other ways, such as a socket of this machine.
    Elsewhere,
}

impl Place {
    /// Of that database.
    pub fn of(config: &DatabaseConfig) -> Self {
        let url = config.url.expose_secret();
        match (config.engine(), DatabaseOptions::new(url).sqlite_file()) {
            (Engine::Sqlite, Some(path)) => {
                let query = url.split_once('?').map_or("", |(_, query)| query);
                let made_if_missing = query.split('&').any(|pair| pair == "mode=rwc");
                Self::File { path, made_if_missing }
            }
            (Engine::Sqlite, None) => Self::Memory,
            (Engine::Postgres, _) => server(url).unwrap_or(Self::Elsewhere),
        }
    }

    /// Whether it is a file that is not there yet.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::File { path, .. } if !path.exists())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, .. } => absolute(path).display().fmt(f),
            Self::Memory => f.write_str("in memory, gone when the server stops"),
            Self::Server { host, port } => write!(f, "PostgreSQL at {host}:{port}"),
            Self::Elsewhere => f.write_str("PostgreSQL"),
        }
    }
}

/// From the root, without `.` in between.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The host of the address, where its query names no other.
fn server(url: &str) -> Option<Place> {
    let url = Url::parse(url).ok()?;
    if url.query_pairs().any(|(name, _)| matches!(&*name, "host" | "hostaddr" | "port")) {
        return None;
    }
    let host = url.host_str().filter(|host| !host.is_empty() && !host.contains('%'))?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Some(Place::Server { host, port: url.port().unwrap_or(POSTGRES_PORT) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    fn shown(url: &str) -> String {
        let flags = vec![("database.url", "--database-url", url.to_owned())];
        let (config, _) = Config::load(&Sources { flags, ..Sources::default() }).unwrap();
        Place::of(&config.database).to_string()
    }

    #[test]
    fn it_is_told_without_credentials() {
        for (url, told) in [
            ("sqlite:///srv/chat.db?mode=rwc", "/srv/chat.db"),
            ("sqlite:///srv/a%20b.db", "/srv/a b.db"),
            ("sqlite::memory:", "in memory, gone when the server stops"),
            ("postgres://ann:hidden@db/chat", "PostgreSQL at db:5432"),
            ("postgresql://ann:hidden@[::1]:6000/chat", "PostgreSQL at ::1:6000"),
            ("postgres://%2Frun%2Fpostgresql/chat", "PostgreSQL"),
            ("postgres:///chat?host=/run/postgresql&password=hidden", "PostgreSQL"),
        ] {
            assert_eq!(shown(url), told);
        }
        let folder = std::env::current_dir().unwrap();
        let told = shown("sqlite://./data/chinwag.db?mode=rwc");
        assert_eq!(told, folder.join("data/chinwag.db").display().to_string());
    }
}
