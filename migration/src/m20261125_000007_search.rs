//! Finding parts of words without reading every message: the place of a message among all that
//! were stored, and an index of the trigrams of what they say.
//!
//! PostgreSQL keeps the index (GIN, by its extension `pg_trgm`) in step by itself. In SQLite it is
//! a table of FTS5, which triggers keep in step, so that whoever changes a text changes the index
//! in the same transaction. That table names messages by their rowid, which therefore becomes a
//! column: the hidden rowid of a table without one is not kept by `VACUUM`.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            make_extension(manager).await?;
            return run(manager, POSTGRES_UP).await;
        }
        rebuild(manager, WITHOUT_POSITION, WITH_POSITION).await?;
        run(manager, SQLITE_UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            return run(manager, POSTGRES_DOWN).await;
        }
        run(manager, SQLITE_DOWN).await?;
        rebuild(manager, WITH_POSITION, WITHOUT_POSITION).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The messages that are there get their places by the time at which their conversation had
/// come so far, and within a conversation always by seq. The index takes new messages into its
/// pending list and merges them when that has grown to half a megabyte: a send then never waits for long.
const POSTGRES_UP: &[&str] = &[
    "ALTER TABLE messages ADD COLUMN position bigint",
    "UPDATE messages m SET position = n.position FROM (
       SELECT conversation_id, seq, ROW_NUMBER() OVER (ORDER BY at, conversation_id, seq) AS position
       FROM (SELECT conversation_id, seq,
               MAX(created_at) OVER (PARTITION BY conversation_id ORDER BY seq) AS at
             FROM messages) t) n
     WHERE m.conversation_id = n.conversation_id AND m.seq = n.seq",
    "CREATE SEQUENCE messages_position AS bigint OWNED BY messages.position",
    "SELECT setval('messages_position', COALESCE((SELECT MAX(position) FROM messages), 0) + 1, false)",
    "ALTER TABLE messages ALTER COLUMN position SET DEFAULT nextval('messages_position'),
       ALTER COLUMN position SET NOT NULL",
    "CREATE INDEX messages_search ON messages USING gin (search_text gin_trgm_ops)
       WITH (gin_pending_list_limit = 512)",
];

const POSTGRES_DOWN: &[&str] =
    &["DROP INDEX messages_search", "ALTER TABLE messages DROP COLUMN position"];

/// Trigrams alone (`detail=none`, no sizes): what is found is compared with the text itself
/// anyway. What leaves the index leaves the file (`secure-delete`).
const SQLITE_UP: &[&str] = &[
    "CREATE VIEW messages_said AS
       SELECT position, search_text FROM messages WHERE search_text IS NOT NULL",
    "CREATE VIRTUAL TABLE messages_search USING fts5(search_text,
       content = 'messages_said', content_rowid = 'position',
       tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0)",
    "INSERT INTO messages_search (messages_search) VALUES ('rebuild')",
    "INSERT INTO messages_search (messages_search, rank) VALUES ('secure-delete', 1)",
    "CREATE TRIGGER messages_search_added AFTER INSERT ON messages
       WHEN NEW.search_text IS NOT NULL BEGIN
       INSERT INTO messages_search (rowid, search_text) VALUES (NEW.position, NEW.search_text);
     END",
    "CREATE TRIGGER messages_search_changed AFTER UPDATE OF search_text ON messages
       WHEN OLD.search_text IS NOT NEW.search_text BEGIN
       INSERT INTO messages_search (messages_search, rowid, search_text)
         SELECT 'delete', OLD.position, OLD.search_text WHERE OLD.search_text IS NOT NULL;
       INSERT INTO messages_search (rowid, search_text)
         SELECT NEW.position, NEW.search_text WHERE NEW.search_text IS NOT NULL;
     END",
    "CREATE TRIGGER messages_search_removed AFTER DELETE ON messages
       WHEN OLD.search_text IS NOT NULL BEGIN
       INSERT INTO messages_search (messages_search, rowid, search_text)
         VALUES ('delete', OLD.position, OLD.search_text);
     END",
];

const SQLITE_DOWN: &[&str] = &[
    "DROP TRIGGER messages_search_added",
    "DROP TRIGGER messages_search_changed",
    "DROP TRIGGER messages_search_removed",
    "DROP TABLE messages_search",
    "DROP VIEW messages_said",
];

/// How the table begins, and its key.
type Form = (&'static str, &'static str);
const WITHOUT_POSITION: Form =
    ("CREATE TABLE \"messages\" ( ", "PRIMARY KEY (\"conversation_id\", \"seq\")");
const WITH_POSITION: Form = (
    "CREATE TABLE \"messages\" ( \"position\" integer PRIMARY KEY, ",
    "UNIQUE (\"conversation_id\", \"seq\")",
);

async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

async fn make_extension(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let made =
        manager.get_connection().execute_unprepared("CREATE EXTENSION IF NOT EXISTS pg_trgm");
    made.await.map(drop).map_err(|error| {
        DbErr::Custom(format!(
            "the search needs the extension pg_trgm of PostgreSQL, and it could not be made ({error}). \
             It comes with PostgreSQL itself, on some systems in a package postgresql-contrib. Let the \
             owner of the database or a superuser run in this database: CREATE EXTENSION pg_trgm; \
             and start again"
        ))
    })
}

/// SQLite cannot change a key: makes the table anew, with all columns, indexes and triggers that
/// it has by now, and puts the messages into it in the order of their places.
async fn rebuild(manager: &SchemaManager<'_>, from: Form, to: Form) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let made = texts(
        connection,
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'messages'",
    )
    .await?;
    let made = made.first().map_or("", String::as_str);
    if !made.starts_with(from.0) || !made.contains(from.1) {
        return Err(DbErr::Custom(format!("the table of messages has an unknown form: {made}")));
    }
    let made = made.replacen(from.0, to.0, 1).replacen(from.1, to.1, 1);
    let beside = texts(
        connection,
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'messages' AND type IN ('index', 'trigger')
         AND sql IS NOT NULL ORDER BY type, name",
    )
    .await?;
    let columns = texts(
        connection,
        "SELECT '\"' || name || '\"' AS sql FROM pragma_table_info('messages')
         WHERE name <> 'position' ORDER BY cid",
    )
    .await?
    .join(", ");
    let copy = format!(
        "INSERT INTO messages ({columns}) SELECT {columns} FROM (
           SELECT *, MAX(created_at) OVER (PARTITION BY conversation_id ORDER BY seq) AS reached
           FROM messages_before) ORDER BY reached, conversation_id, seq"
    );
    let aside = "CREATE TABLE messages_before AS SELECT * FROM messages";
    let steps = [aside, "DROP TABLE messages", &made, &copy, "DROP TABLE messages_before"];
    run(manager, &steps).await?;
    let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
    run(manager, &beside).await
}

/// The column `sql` of what a statement finds.
async fn texts(connection: &impl ConnectionTrait, sql: &str) -> Result<Vec<String>, DbErr> {
    let statement = Statement::from_string(DbBackend::Sqlite, sql);
    let rows = connection.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get("", "sql")).collect()
}
