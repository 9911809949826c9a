//! A fresh database per test, and counting what is in it.

use sqlx::{Connection, PgConnection, SqliteConnection};
use std::path::PathBuf;
use tempfile::TempDir;
use uuid::Uuid;

/// The environment variable that names a `PostgreSQL` in which databases may be created.
const POSTGRES_URL: &str = "CHINWAG_TEST_POSTGRES_URL";

/// On which database a test runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// One database, empty at first, gone when this is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    place: Place,
}

#[derive(Debug)]
enum Place {
    Sqlite { file: PathBuf, _folder: TempDir },
    Postgres { server: String, name: String },
}

impl TestDatabase {
    /// Makes an empty database.
    pub async fn create(engine: Engine) -> Self {
        let place = match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                Place::Sqlite { file: folder.path().join("chinwag.db"), _folder: folder }
            }
            Engine::Postgres => {
                let server = std::env::var(POSTGRES_URL).unwrap_or_else(|_| {
                    panic!("{POSTGRES_URL} is not set, and PostgreSQL is never skipped: run `make test`")
                });
                let name = format!("chinwag_{}", chinwag_client::random_id().replace('-', ""));
                execute(&server, &format!("CREATE DATABASE {name}")).await;
                Place::Postgres { server, name }
            }
        };
        Self { place }
    }

    /// The address as the server's configuration takes it.
    pub fn url(&self) -> String {
        match &self.place {
            Place::Sqlite { file, .. } => format!("sqlite://{}?mode=rwc", file.display()),
            Place::Postgres { server, name } => {
                let (start, _) = server.rsplit_once('/').expect("a database in the address");
                format!("{start}/{name}")
            }
        }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.place {
            Place::Sqlite { .. } => Engine::Sqlite,
            Place::Postgres { .. } => Engine::Postgres,
        }
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &'static str) -> i64 {
        self.number(&format!("SELECT count(*) FROM {table}")).await
    }

    /// How many messages of a conversation are stored, of all kinds.
    pub async fn count_messages(&self, conversation: Uuid) -> i64 {
        let condition = match self.place {
            Place::Sqlite { .. } => format!("x'{}'", conversation.simple()),
            Place::Postgres { .. } => format!("'{conversation}'"),
        };
        self.number(&format!("SELECT count(*) FROM messages WHERE conversation_id = {condition}"))
            .await
    }

    /// Does what only somebody with the whole database can.
    pub async fn execute(&self, statements: &str) {
        let sql = sqlx::AssertSqlSafe(statements.to_owned());
        match &self.place {
            Place::Sqlite { file, .. } => {
                let address = format!("sqlite://{}?mode=rw", file.display());
                let mut connection = SqliteConnection::connect(&address).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            }
            Place::Postgres { .. } => {
                let mut connection = PgConnection::connect(&self.url()).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            }
        }
    }

    /// The columns, of all that the catalogue of the database names, in which `text` stands in any case.
    pub async fn columns_with(&self, text: &str) -> Vec<String> {
        let columns = match &self.place {
            Place::Sqlite { .. } => {
                "SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c \
                 WHERE t.type = 'table' ORDER BY 1"
            }
            Place::Postgres { .. } => {
                "SELECT table_name || '.' || column_name FROM information_schema.columns \
                 WHERE table_schema = 'public' ORDER BY 1"
            }
        };
        let mut found = Vec::new();
        let needle = text.to_lowercase().replace('\'', "''");
        for column in self.texts(columns).await {
            let (table, name) = column.split_once('.').expect("a table and a column");
            let query = match &self.place {
                Place::Sqlite { .. } => format!(
                    "SELECT count(*) FROM \"{table}\" WHERE instr(LOWER(CAST(\"{name}\" AS TEXT)), '{needle}') > 0"
                ),
                Place::Postgres { .. } => format!(
                    "SELECT count(*) FROM \"{table}\" WHERE strpos(LOWER(\"{name}\"::text), '{needle}') > 0 \
                     OR strpos(\"{name}\"::text, encode('{needle}'::bytea, 'hex')) > 0"
                ),
            };
            if self.number(&query).await > 0 {
                found.push(column);
            }
        }
        found
    }

    async fn texts(&self, query: &str) -> Vec<String> {
        let query = sqlx::AssertSqlSafe(query.to_owned());
        match &self.place {
            Place::Sqlite { file, .. } => {
                let address = format!("sqlite://{}?mode=ro", file.display());
                let mut connection = SqliteConnection::connect(&address).await.unwrap();
                sqlx::query_scalar(query).fetch_all(&mut connection).await.unwrap()
            }
            Place::Postgres { .. } => {
                let mut connection = PgConnection::connect(&self.url()).await.unwrap();
                sqlx::query_scalar(query).fetch_all(&mut connection).await.unwrap()
            }
        }
    }

    async fn number(&self, query: &str) -> i64 {
        let query = sqlx::AssertSqlSafe(query.to_owned());
        match &self.place {
            Place::Sqlite { file, .. } => {
                let address = format!("sqlite://{}?mode=ro", file.display());
                let mut connection = SqliteConnection::connect(&address).await.unwrap();
                let number = sqlx::query_scalar(query);
                number.fetch_one(&mut connection).await.unwrap()
            }
            Place::Postgres { .. } => {
                let mut connection = PgConnection::connect(&self.url()).await.unwrap();
                let number = sqlx::query_scalar(query);
                number.fetch_one(&mut connection).await.unwrap()
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Place::Postgres { server, name } = &self.place else {
            return;
        };
        let (server, statement) =
            (server.clone(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        // A runtime of its own: the test's is in use while this is dropped.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(execute(&server, &statement));
        });
        if dropping.join().is_err() {
            eprintln!("a test database could not be dropped");
        }
    }
}

async fn execute(server: &str, statement: &str) {
    let mut connection = PgConnection::connect(server)
        .await
        .unwrap_or_else(|error| panic!("{POSTGRES_URL} names no usable server: {error}"));
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned()))
        .execute(&mut connection)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}
