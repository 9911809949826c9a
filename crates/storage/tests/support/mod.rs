//! A fresh database per test, and counting statements. No cases here.
#![allow(dead_code)] // each test binary takes what it needs
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // a panic is how a test fails

pub mod room;

use std::{
    any::Any,
    cell::Cell,
    sync::{
        Once,
        atomic::{AtomicU32, Ordering},
    },
};

use chinwag_storage::{Database, DatabaseOptions};
use sqlx::{Connection, PgConnection};
use tracing::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record},
};

/// The environment variable that names a server in which databases may be created.
const POSTGRES_URL: &str = "CHINWAG_TEST_POSTGRES_URL";

/// Makes a test of each case, once per database.
#[macro_export]
macro_rules! on_both {
    ($($case:ident,)*) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$case($crate::support::Fixture::sqlite().await).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$case($crate::support::Fixture::postgres().await).await;
                }
            )*
        }
    };
}

/// An empty database with all tables; gone when it is dropped.
pub struct Fixture {
    /// Open.
    pub database: Database,
    /// Where it is.
    pub url: String,
    /// What must live as long as the database.
    pub keep: Box<dyn Any + Send + Sync>,
}

impl Fixture {
    /// A file in a folder of its own.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("chinwag.db").display());
        let database = Database::connect(&DatabaseOptions::new(&url)).await.unwrap();
        database.migrate_up().await.unwrap();
        Self { database, url, keep: Box::new(folder) }
    }

    /// A database of its own on the test server.
    pub async fn postgres() -> Self {
        let created = Created::new().await;
        let url = created.url();
        let database = Database::connect(&DatabaseOptions::new(&url)).await.unwrap();
        database.migrate_up().await.unwrap();
        Self { database, url, keep: Box::new(created) }
    }
}

/// A database that is dropped with this.
struct Created {
    server: String,
    name: String,
}

impl Created {
    async fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(POSTGRES_URL).unwrap_or_else(|_| {
            panic!("{POSTGRES_URL} is not set, and PostgreSQL is never skipped: run `make test`")
        });
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("chinwag_storage_{}_{number}", std::process::id());
        execute(&server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        execute(&server, format!("CREATE DATABASE {name}")).await;
        Self { server, name }
    }

    fn url(&self) -> String {
        let (start, _) = self.server.rsplit_once('/').expect("a database in the address");
        format!("{start}/{}", self.name)
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // A runtime of its own: the test's is in use while this is dropped.
        let dropping = std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            runtime.enable_all().build().unwrap().block_on(execute(&server, statement));
        });
        if dropping.join().is_err() {
            eprintln!("a test database could not be dropped");
        }
    }
}

async fn execute(server: &str, statement: String) {
    let mut connection = PgConnection::connect(server)
        .await
        .unwrap_or_else(|error| panic!("{POSTGRES_URL} names no usable server: {error}"));
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
}

thread_local! {
    /// How many statements the answering on this thread has taken; none while nobody counts.
    static COUNTED: Cell<Option<u32>> = const { Cell::new(None) };
}

/// Counts the statements that go to the database.
///
/// It subscribes for the whole process and counts by thread. A subscriber of one thread could be
/// passed over: what another thread meets first, with no subscriber of its own, `tracing` keeps as
/// of interest to nobody.
pub struct Statements;

impl Statements {
    /// How many it takes to answer that. A test's own future stays on its thread.
    pub async fn of<T>(answering: impl Future<Output = T>) -> (T, u32) {
        static SUBSCRIBED: Once = Once::new();
        SUBSCRIBED.call_once(|| tracing::subscriber::set_global_default(Self).unwrap());
        COUNTED.set(Some(0));
        let answer = answering.await;
        (answer, COUNTED.take().unwrap())
    }
}

impl Subscriber for Statements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span()
            && metadata.target().starts_with("sea_orm::database")
            && ["query_one_raw", "query_all_raw", "execute_raw"].contains(&metadata.name())
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        COUNTED.set(COUNTED.get().map(|count| count + 1));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
