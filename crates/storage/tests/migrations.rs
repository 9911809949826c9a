//! Opening databases and bringing them up to date.
#![allow(clippy::unwrap_used, clippy::panic)] // a panic is how a test fails

mod support;

use chinwag_domain::{
    AuditId, AuditSeal, NewAuditEntry, SessionId,
    ports::{AuditLog, MessageLog},
};
use chinwag_storage::{
    ConnectError, Database, DatabaseOptions, MigrateError, Refusal, SeaAuditLog,
};
use chinwag_testkit::user_id;
use futures_util::future::join_all;
use sqlx::Executor as _;
use support::{
    Fixture,
    room::{ROOM, assert_no_gaps, history, now, says},
};

on_both! {
    the_schema_goes_up_and_down_and_up_again,
    of_several_that_migrate_at_once_one_does_it,
    what_the_first_schema_held_is_there_after_the_upgrade,
    a_newer_schema_is_refused,
    the_chain_of_the_audit_log_goes_on_after_a_step_back,
}

async fn open(fixture: &Fixture) -> Database {
    Database::connect(&DatabaseOptions::new(&fixture.url)).await.unwrap()
}

/// How many changes this program knows.
async fn known(database: &Database) -> usize {
    database.migration_status().await.unwrap().len()
}

async fn applied(database: &Database) -> usize {
    let states = database.migration_status().await.unwrap();
    states.iter().filter(|state| state.applied).count()
}

async fn the_schema_goes_up_and_down_and_up_again(fixture: Fixture) {
    let database = &fixture.database;
    let all = database.migration_status().await.unwrap().len();
    assert_eq!(applied(database).await, all);
    database.migrate_down(1).await.unwrap();
    assert_eq!(applied(database).await, all - 1);
    database.migrate_up().await.unwrap();
    assert_eq!(applied(database).await, all);
    database.migrate_down(u32::try_from(all).unwrap()).await.unwrap();
    assert_eq!(applied(database).await, 0);
    database.migrate_up().await.unwrap();
    database.migrate_up().await.unwrap();
    assert_eq!(applied(database).await, all);
    // The tables are those that the adapters expect.
    fixture.group_of(ROOM, &["ann", "bob"]).await;
}

async fn of_several_that_migrate_at_once_one_does_it(fixture: Fixture) {
    let all = u32::try_from(fixture.database.migration_status().await.unwrap().len()).unwrap();
    fixture.database.migrate_down(all).await.unwrap();
    let processes = join_all((0..4).map(|_| open(&fixture))).await;
    for outcome in join_all(processes.iter().map(Database::migrate_up)).await {
        outcome.unwrap();
    }
    assert_eq!(applied(&fixture.database).await, all as usize);
}

/// A database as the first servers left it, brought through all changes since: messages, their
/// numbers and what makes a repeated send harmless.
async fn what_the_first_schema_held_is_there_after_the_upgrade(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let process = fixture.process().await;
    for number in 1..=30 {
        process.log.append(says("ann", number)).await.unwrap();
    }
    let before = history(&process.log, ROOM).await;
    drop(process);

    let database = &fixture.database;
    let states = database.migration_status().await.unwrap();
    let first = states.iter().position(|state| state.name.ends_with("reactions_and_receipts"));
    let since = states.len() - 1 - first.unwrap();
    assert!(since >= 12, "{since} changes since the first schema");
    database.migrate_down(u32::try_from(since).unwrap()).await.unwrap();
    database.migrate_up().await.unwrap();

    let process = fixture.process().await;
    assert_eq!(before.len(), 30);
    assert_eq!(history(&process.log, ROOM).await, before);
    let again = process.log.append(says("ann", 7)).await.unwrap();
    assert_eq!((again.duplicate, &again.message), (true, &before[6]));
    process.log.append(says("bob", 31)).await.unwrap();
    let after = history(&process.log, ROOM).await;
    assert_eq!(after.len(), 31);
    assert_no_gaps(&after);
}

/// The head of the chain is made anew by a change that is undone and done again; the entries keep
/// their places meanwhile.
async fn the_chain_of_the_audit_log_goes_on_after_a_step_back(fixture: Fixture) {
    let database = &fixture.database;
    let log = SeaAuditLog::new(database.clone());
    let entry = |number: u128| {
        let (user, session) = (user_id("ann"), SessionId::from_u128(number));
        NewAuditEntry::session_reused(AuditId::from_u128(number), now(), &user, session, None)
    };
    let seal = |number: i64| AuditSeal {
        id: AuditId::from_u128(u128::try_from(number).unwrap()),
        number,
        previous_hash: [u8::try_from(number - 1).unwrap(); 32],
        hash: [u8::try_from(number).unwrap(); 32],
    };
    for number in [1, 2] {
        log.record(&entry(u128::try_from(number).unwrap())).await.unwrap();
        let before = log.head().await.unwrap();
        assert!(log.seal(&before, &[seal(number)]).await.unwrap());
    }
    let head = log.head().await.unwrap();

    let states = database.migration_status().await.unwrap();
    let at = states.iter().position(|state| state.name.ends_with("audit_chain")).unwrap();
    database.migrate_down(u32::try_from(states.len() - at).unwrap()).await.unwrap();
    database.migrate_up().await.unwrap();
    assert_eq!((head.number, log.head().await.unwrap()), (2, head));
    log.record(&entry(3)).await.unwrap();
    assert!(log.seal(&head, &[seal(3)]).await.unwrap());
}

async fn a_newer_schema_is_refused(fixture: Fixture) {
    let run = async |sql: &'static str| {
        if fixture.url.starts_with("sqlite:") {
            sqlx::SqlitePool::connect(&fixture.url).await.unwrap().execute(sql).await.unwrap();
        } else {
            sqlx::PgPool::connect(&fixture.url).await.unwrap().execute(sql).await.unwrap();
        }
    };
    run("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m2999_tomorrow', 0)").await;
    for outcome in [
        fixture.database.migrate_up().await,
        fixture.database.migrate_down(1).await,
        // What a server asks that leaves migrating to others.
        fixture.database.migration_status().await.map(drop),
    ] {
        let error = outcome.unwrap_err();
        assert!(matches!(&error, MigrateError::TooNew(name) if name == "m2999_tomorrow"));
        assert!(error.to_string().contains("m2999_tomorrow"), "{error}");
    }
    run("DELETE FROM seaql_migrations WHERE version = 'm2999_tomorrow'").await;
    let known = known(&fixture.database).await;
    assert_eq!(applied(&fixture.database).await, known, "nothing was undone");
}

#[tokio::test]
async fn a_server_that_lets_nobody_in_says_why() {
    let fixture = Fixture::postgres().await;
    let (server, _) = fixture.url.rsplit_once('/').unwrap();
    let nowhere = DatabaseOptions::new(format!("{server}/there_is_no_such_database"));
    let error = Database::connect(&nowhere).await.unwrap_err();
    assert_eq!(error.refusal(), Some(Refusal::NoDatabase));
    let (_, host) = fixture.url.split_once("://").unwrap();
    let host = host.split_once('@').map_or(host, |(_, host)| host);
    let nobody = format!("postgres://there_is_no_such_user:hidden@{host}");
    let error = Database::connect(&DatabaseOptions::new(nobody)).await.unwrap_err();
    assert_eq!(error.refusal(), Some(Refusal::NotThisUser));
    let role = format!("chinwag_crowded_{}", std::process::id());
    let run = async |sql: String| {
        let pool = sqlx::PgPool::connect(&fixture.url).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    };
    run(format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 0")).await;
    let (_, database) = fixture.url.rsplit_once('@').unwrap();
    let mut crowded = DatabaseOptions::new(format!("postgres://{role}@{database}"));
    crowded.acquire_timeout = std::time::Duration::from_millis(500);
    let error = Database::connect(&crowded).await.unwrap_err();
    run(format!("DROP ROLE {role}")).await;
    assert_eq!(error.refusal(), Some(Refusal::Full), "{error:?}");
    let odd = DatabaseOptions::new("postgres://ann:sharp#word@localhost/chat");
    assert_eq!(Database::connect(&odd).await.unwrap_err().refusal(), None);
}

#[tokio::test]
async fn the_folder_of_the_file_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new").join("deeper").join("chinwag.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    // Two at once: the second finds the file in the making.
    let options = DatabaseOptions::new(url);
    let (one, other) = tokio::join!(Database::connect(&options), Database::connect(&options));
    let (one, other) = (one.unwrap(), other.unwrap());
    let (first, second) = tokio::join!(one.migrate_up(), other.migrate_up());
    first.unwrap();
    second.unwrap();
    assert!(file.exists());
}

#[tokio::test]
async fn a_database_in_memory_is_one_database() {
    let database = Database::connect(&DatabaseOptions::new("sqlite::memory:")).await.unwrap();
    database.migrate_up().await.unwrap();
    assert_eq!(applied(&database).await, known(&database).await);
}

#[tokio::test]
async fn what_cannot_be_opened_is_said_without_its_password() {
    let cases = [
        "mysql://root:secret@localhost/x",
        "postgres://chinwag:secret@127.0.0.1:notaport/x",
        "postgres://chinwag:secret@127.0.0.1:1/x",
    ];
    for url in cases {
        let mut options = DatabaseOptions::new(url);
        options.acquire_timeout = std::time::Duration::from_millis(200);
        let error = Database::connect(&options).await.unwrap_err();
        let told = format!("{error} {error:?} {options:?}");
        assert!(!told.contains("secret"), "{told}");
    }
    let unknown = Database::connect(&DatabaseOptions::new("file.db")).await.unwrap_err();
    assert!(matches!(unknown, ConnectError::UnknownScheme));
}
