//! The database of the configuration: opening it, and what a person is told when that fails. What is
//! kept in it is not known here, nor is any command.

mod lock;
mod place;

use std::time::Duration;

use chinwag_storage::{ConnectError, Database, DatabaseOptions, MigrateError, Refusal};
use secrecy::ExposeSecret as _;
use tokio::net::TcpStream;

pub use lock::Lock;
pub use place::{Place, absolute};

use crate::{config::Config, failure::Failure, program};

/// How long a server that did not answer is asked once more, to learn why.
const PATIENCE: Duration = Duration::from_secs(3);

/// Opens it.
///
/// # Errors
/// Where it is, why it cannot be opened, and what to do; never with credentials.
pub async fn open(config: &Config) -> Result<Database, Failure> {
    let place = Place::of(&config.database);
    there(&place)?;
    let mut options = DatabaseOptions::new(config.database.url.expose_secret());
    options.max_connections = config.database.max_connections;
    match Database::connect(&options).await {
        Ok(database) => Ok(database),
        Err(error) => Err(explain(&place, &error).await),
    }
}

/// What [`open`] would say without opening anything: whether the address can be read, and whether a file
/// that has to be there is.
///
/// # Errors
/// As [`open`].
pub fn check(config: &Config) -> Result<(), Failure> {
    let place = Place::of(&config.database);
    let options = DatabaseOptions::new(config.database.url.expose_secret());
    options.check().map_err(|error| refused(&place, &error))?;
    there(&place)
}

fn there(place: &Place) -> Result<(), Failure> {
    if let (Place::File { made_if_missing: false, .. }, true) = (place, place.is_missing()) {
        return Err(Failure::Failed(format!(
            "the database cannot be opened: there is no {place}; add ?mode=rwc to database.url to \
             create it"
        )));
    }
    Ok(())
}

/// Up to date and writable, or told what to do.
///
/// # Errors
/// When it is not and cannot be made so.
pub async fn prepare(config: &Config, database: &Database) -> Result<(), Failure> {
    let place = Place::of(&config.database);
    if config.database.auto_migrate {
        let failed = format!("the schema of {place} cannot be brought up to date");
        let migrated = database.migrate_up().await;
        migrated.map_err(|error| not_migrated(&failed, &error))?;
    } else {
        let changes = database.migration_status().await;
        let changes = changes.map_err(|error| not_migrated("the schema is unknown", &error))?;
        let missing = changes.iter().filter(|change| !change.applied).count();
        if missing > 0 {
            return Err(Failure::Refused(format!(
                "the database lacks {missing} of this version's changes, and database.auto_migrate \
                 is off. Run: {} migrate up",
                program::name()
            )));
        }
    }
    let failed = format!("the database {place} cannot be written");
    let writable = database.check_writable().await;
    writable.map_err(|error| Failure::refused_because(&failed, &error))
}

/// Why the schema is not as it should be. Whoever starts a program anew when it failed must not do so for
/// ever after a step back to an older version.
pub fn not_migrated(what: &str, error: &MigrateError) -> Failure {
    match error {
        MigrateError::TooNew(_) => Failure::refused_because(what, error),
        _ => Failure::because(what, error),
    }
}

async fn explain(place: &Place, error: &ConnectError) -> Failure {
    if let (Place::Server { host, port }, ConnectError::Unreachable(_)) = (place, error)
        && let Some(why) = unreachable(host, *port).await
    {
        return Failure::Failed(format!(
            "the database cannot be opened: {why}. Does PostgreSQL run there? (database.url)"
        ));
    }
    refused(place, error)
}

fn refused(place: &Place, error: &ConnectError) -> Failure {
    let failure = Failure::because(&format!("the database {place} cannot be opened"), error);
    match (failure, cure(error)) {
        (Failure::Failed(text), Some(cure)) => Failure::Failed(format!("{text}\n{cure}")),
        (failure, _) => failure,
    }
}

/// What to do about it, where that is known.
fn cure(error: &ConnectError) -> Option<&'static str> {
    match (error.refusal(), error) {
        (Some(refusal), _) => Some(at_the_server(refusal)),
        (None, ConnectError::BadUrl(_)) => Some(
            "write it like postgres://user:password@host:5432/name; in a password, write / as %2F, # as \
             %23, ? as %3F, @ as %40, : as %3A and % as %25",
        ),
        (None, ConnectError::Folder(_)) => Some("make the folder writable or set database.url"),
        _ => None,
    }
}

fn at_the_server(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NoDatabase => {
            "make it on the server, for example: createdb --owner=USER NAME, with the user and the name \
             of database.url"
        }
        Refusal::NotThisUser => {
            "see to the user and the password in database.url; PostgreSQL makes a user by: createuser \
             --pwprompt USER"
        }
        Refusal::Full => "lower database.max_connections, or raise max_connections of PostgreSQL",
    }
}

/// Why nobody can be reached there; `None` if somebody can. A pool that waits for its server only says
/// that it has waited.
async fn unreachable(host: &str, port: u16) -> Option<String> {
    match tokio::time::timeout(PATIENCE, TcpStream::connect((host, port))).await {
        Ok(Ok(_)) => None,
        Err(_) => Some(format!("{host}:{port} timed out")),
        Ok(Err(error)) => Some(match error.kind() {
            std::io::ErrorKind::ConnectionRefused => {
                format!("{host}:{port} refused the connection")
            }
            std::io::ErrorKind::TimedOut => format!("{host}:{port} timed out"),
            _ => format!("{host}:{port} cannot be reached: {error}"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    #[tokio::test]
    async fn a_password_that_breaks_the_address_is_told_with_the_cure() {
        let url = "postgres://ann:hidden#word@127.0.0.1/chat".to_owned();
        let flags = vec![("database.url", "--database-url", url)];
        let (config, _) = Config::load(&Sources { flags, ..Sources::default() }).unwrap();
        let told = open(&config).await.unwrap_err().to_string();
        assert!(told.contains("# as %23") && !told.contains("hidden"), "{told}");
    }

    #[test]
    fn what_a_server_refuses_is_mended_there() {
        for (refusal, cure) in [
            (Refusal::NoDatabase, "createdb"),
            (Refusal::NotThisUser, "createuser"),
            (Refusal::Full, "lower database.max_connections"),
        ] {
            assert!(at_the_server(refusal).contains(cure), "{refusal:?}");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_named() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(unreachable("127.0.0.1", port).await, None);
        drop(listener);
        let why = unreachable("127.0.0.1", port).await.unwrap();
        assert_eq!(why, format!("127.0.0.1:{port} refused the connection"));
        let why = unreachable("nowhere.invalid", 5432).await.unwrap();
        assert!(why.starts_with("nowhere.invalid:5432 "), "{why}");
    }
}
