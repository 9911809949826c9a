//! What the conformance suite cannot see of searching: that the index answers, that it is kept in
//! step and forgets, what it does to what was there before, and how many statements a search takes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // a panic is how a test fails

mod support;

use std::time::Duration;

use chinwag_domain::{
    ConversationId, Limit, Order, SearchQuery, Seq, Window,
    ports::{MessageLog, NoFollowUps, UnitsOfWork},
};
use chinwag_storage::{Database, DatabaseOptions, SeaMessageLog, SeaUnitsOfWork};
use chinwag_testkit::{memory::MemoryBus, user_id};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use support::{
    Fixture, Statements,
    room::{ROOM, now, says},
};

on_both! {
    a_part_of_three_letters_is_looked_up_in_the_index,
    what_everybody_says_is_found_from_the_newest_down,
    a_search_takes_as_many_statements_in_many_conversations,
    messages_from_before_the_index_are_found,
}

/// Messages that a big table has besides.
const MANY: u32 = 30_000;

fn query(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.to_owned(),
        conversation_id: None,
        from: None,
        to: None,
        sender_id: None,
        kind: None,
    }
}

/// The seqs of what Ann finds over all her conversations.
async fn everywhere(log: &SeaMessageLog, text: &str) -> Vec<i64> {
    let page = log.search(&user_id("ann"), &query(text), None, Limit::MAX).await.unwrap();
    page.items.iter().map(|found| found.message.seq.get()).collect()
}

/// The same in the one conversation, newest first.
async fn in_room(log: &SeaMessageLog, text: &str) -> Vec<i64> {
    let (above, order) = (Seq::ZERO, Order::Descending);
    let window = Window { above, below: None, order, limit: 100, skip: 0 };
    let found = log.range(ROOM, window, Some(text), &user_id("ann")).await.unwrap();
    found.iter().map(|message| message.seq.get()).collect()
}

impl Fixture {
    fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    async fn run(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        if self.is_sqlite() {
            let pool = SqlitePool::connect(&self.url).await.unwrap();
            sqlx::raw_sql(sql).execute(&pool).await.unwrap();
            pool.close().await;
        } else {
            let pool = PgPool::connect(&self.url).await.unwrap();
            sqlx::raw_sql(sql).execute(&pool).await.unwrap();
            pool.close().await;
        }
    }

    async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        if self.is_sqlite() {
            let pool = SqlitePool::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap()
        } else {
            let pool = PgPool::connect(&self.url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap()
        }
    }

    /// Fills the room with messages that all say something else and "common".
    async fn fill(&self) {
        let room = ROOM.uuid();
        let (room, id, series, hash) = if self.is_sqlite() {
            let series = format!(
                "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {MANY})"
            );
            (format!("x'{}'", room.simple()), "randomblob(16)", series, "zeroblob(32)")
        } else {
            let series = format!("WITH s(n) AS (SELECT generate_series(1, {MANY}))");
            (format!("'{room}'::uuid"), "gen_random_uuid()", series, "decode('00', 'hex')")
        };
        self.run(&format!(
            "{series} INSERT INTO messages (conversation_id, seq, id, sender_id, request_hash, kind,
               content, created_at, revision, counted, search_text)
             SELECT {room}, n, {id}, 'bob', {hash}, 'text', 'x', 1700000000000 + n, n + 1, true,
               'common words, number ' || (n * 7919) FROM s"
        ))
        .await;
        self.run(&format!("UPDATE conversations SET last_seq = {MANY}, revision = {MANY} + 1"))
            .await;
        self.run("ANALYZE").await;
    }
}

/// How often PostgreSQL has read the index, once its sessions have told.
async fn index_scans(fixture: &Fixture) -> i64 {
    fixture
        .number("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'messages_search'")
        .await
}

async fn a_part_of_three_letters_is_looked_up_in_the_index(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    fixture.fill().await;
    let process = fixture.process().await;
    process.log.append(says("ann", 77)).await.unwrap();
    let seq = i64::from(MANY) + 1;
    let mut other = says("ann", 78);
    other.body.content = Some("Ein Wörtchen, 好世界".to_owned());
    process.log.append(other).await.unwrap();

    for (text, expected) in [("WÖRTCHEN", seq + 1), ("örtch", seq + 1), ("好世界", seq + 1)] {
        assert_eq!(everywhere(&process.log, text).await, [expected], "{text}");
        assert_eq!(in_room(&process.log, text).await, [expected], "{text}");
        assert_eq!(process.log.count_matches(ROOM, Seq::ZERO, text).await.unwrap(), 1, "{text}");
    }
    if fixture.is_sqlite() {
        // What is not in the index is not found: nothing else was asked.
        let empty = "INSERT INTO messages_search (messages_search) VALUES ('delete-all')";
        fixture.run(empty).await;
        assert_eq!(everywhere(&process.log, "wörtchen").await, [0_i64; 0]);
        assert_eq!(in_room(&process.log, "wörtchen").await, [0_i64; 0]);
        assert_eq!(everywhere(&process.log, "wö").await, [seq + 1], "too short for an index");
    } else {
        // Sessions tell what they did when they end.
        process.database.close().await;
        for _ in 0..200 {
            if index_scans(&fixture).await >= 9 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nine searches, {} looks at the index", index_scans(&fixture).await);
    }
}

async fn what_everybody_says_is_found_from_the_newest_down(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    fixture.fill().await;
    let process = fixture.process().await;
    let newest: Vec<i64> = (0..100).map(|back| i64::from(MANY) - back).collect();
    for text in ["common", "co", "o"] {
        assert_eq!(everywhere(&process.log, text).await, newest, "{text}");
        assert_eq!(in_room(&process.log, text).await, newest, "{text}");
    }
    let all = process.log.count_matches(ROOM, Seq::ZERO, "common").await.unwrap();
    assert_eq!(all, u64::from(MANY));
}

async fn a_search_takes_as_many_statements_in_many_conversations(fixture: Fixture) {
    let process = fixture.process().await;
    for room in 1..=30 {
        let id = ConversationId::from_u128(room);
        fixture.group_of(id, &["ann", "bob"]).await;
        let mut message = says("ann", room);
        message.conversation_id = id;
        process.log.append(message).await.unwrap();
    }
    let log = SeaMessageLog::new(
        fixture.database.clone(),
        process.bus.clone(),
        std::sync::Arc::new(NoFollowUps),
        chinwag_storage::MessageLogOptions::default(),
    );
    let ann = user_id("ann");
    for (text, limit) in [("number", 100), ("number", 2), ("nu", 100), ("nu", 2)] {
        let (limit, wanted) = (Limit::new(limit).unwrap(), query(text));
        let (page, count) = Statements::of(log.search(&ann, &wanted, None, limit)).await;
        assert_eq!(page.unwrap().items.len(), usize::from(limit.get()).min(30), "{text}");
        // The places, the messages, their reactions, how far others are; for a long part whether it is rare.
        assert_eq!(count, 4 + u32::from(text.len() > 2), "{text}");
    }
}

/// Undoes the change that made the index, and those after it.
async fn before_the_index(database: &Database) {
    let states = database.migration_status().await.unwrap();
    let at = states.iter().position(|state| state.name.ends_with("_search")).unwrap();
    database.migrate_down(u32::try_from(states.len() - at).unwrap()).await.unwrap();
}

async fn messages_from_before_the_index_are_found(fixture: Fixture) {
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    before_the_index(&fixture.database).await;
    let columns = if fixture.is_sqlite() {
        "SELECT COUNT(*) FROM pragma_table_info('messages') WHERE name = 'position'"
    } else {
        "SELECT COUNT(*) FROM information_schema.columns WHERE column_name = 'position'
         AND table_name = 'messages'"
    };
    assert_eq!(fixture.number(columns).await, 0);
    fixture.fill().await;
    // PostgreSQL moves a changed row to the end of the table, SQLite's rows may be anywhere.
    fixture.run("UPDATE messages SET edited_at = 1 WHERE seq < 10").await;
    fixture.database.migrate_up().await.unwrap();

    let process = Database::connect(&DatabaseOptions::new(&fixture.url)).await.unwrap();
    let process =
        support::room::Process::on(process, chinwag_storage::MessageLogOptions::default());
    process.log.append(says("ann", 1)).await.unwrap();
    let newest = i64::from(MANY) + 1;
    assert_eq!(everywhere(&process.log, "number 1").await.first(), Some(&newest));
    let first = (7919_u64 * 5).to_string();
    assert!(everywhere(&process.log, &first).await.contains(&5));
    let all = "SELECT COUNT(*) FROM messages a JOIN messages b
        ON b.conversation_id = a.conversation_id AND b.seq = a.seq + 1 AND b.position <= a.position";
    assert_eq!(fixture.number(all).await, 0, "places grow with the seq");
}

/// The words of the messages, as nobody may find them any more.
async fn terms(fixture: &Fixture) -> i64 {
    fixture
        .run("CREATE VIRTUAL TABLE IF NOT EXISTS terms USING fts5vocab(messages_search, row)")
        .await;
    fixture.number("SELECT COUNT(*) FROM terms WHERE term LIKE '%쀍%'").await
}

/// Of a text that is taken back nothing is left in SQLite's index, not even in its own tables; and
/// the index holds what the messages say, whatever was changed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_index_of_sqlite_forgets_what_was_deleted() {
    let fixture = Fixture::sqlite().await;
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let process = fixture.process().await;
    let mut messages = Vec::new();
    for number in 1..=6 {
        let mut message = says("ann", number);
        message.body.content = Some(format!("aa쀍{number}bb"));
        messages.push(process.log.append(message).await.unwrap().message);
    }
    assert!(terms(&fixture).await > 0);

    let units = SeaUnitsOfWork::new(
        fixture.database.clone(),
        std::sync::Arc::new(MemoryBus::new()),
        std::sync::Arc::new(NoFollowUps),
    );
    for message in messages {
        let mut unit = units.begin().await.unwrap();
        let mut conversation = unit.lock_conversation(ROOM).await.unwrap().unwrap();
        let mut message = unit.message(message.id, &message.sender.id).await.unwrap().unwrap();
        if message.seq.get() % 2 == 0 {
            message.delete(user_id("ann"), conversation.next_revision(now()), now());
            unit.save_message(&message, None).await.unwrap();
        } else {
            let text = format!("now {}", message.seq);
            let edit = message.edit(text, conversation.next_revision(now()), now());
            unit.save_message(&message, Some(&edit)).await.unwrap();
        }
        unit.save_conversation(&conversation).await.unwrap();
        unit.commit().await.unwrap();
    }
    assert_eq!(everywhere(&process.log, "now").await, [5, 3, 1]);
    assert_eq!(terms(&fixture).await, 0);
    let trace = "SELECT COUNT(*) FROM messages_search_data WHERE instr(block, x'ec808d') > 0";
    assert_eq!(fixture.number(trace).await, 0, "not a byte of it");
    fixture.run("DELETE FROM messages WHERE seq = 6").await;
    // Compares the index with the texts, letter by letter.
    fixture
        .run("INSERT INTO messages_search (messages_search, rank) VALUES ('integrity-check', 1)")
        .await;
}

/// `VACUUM` renumbers rows that have no number of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_index_of_sqlite_survives_a_vacuum() {
    let fixture = Fixture::sqlite().await;
    fixture.group_of(ROOM, &["ann", "bob"]).await;
    let process = fixture.process().await;
    for number in 1..=5 {
        process.log.append(says("ann", number)).await.unwrap();
    }
    fixture.run("DELETE FROM messages WHERE seq < 4").await;
    fixture.run("VACUUM").await;
    process.log.append(says("ann", 6)).await.unwrap();
    assert_eq!(everywhere(&process.log, "number").await, [6, 5, 4]);
    assert_eq!(everywhere(&process.log, "number 5").await, [5]);
}

/// Who may not make the extension hears what to do; once it is there, nobody needs that right.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_extension_of_postgres_the_cure_is_told() {
    let fixture = Fixture::postgres().await;
    before_the_index(&fixture.database).await;
    let role = format!("chinwag_plain_{}", std::process::id());
    fixture
        .run(&format!(
            "DROP EXTENSION pg_trgm; DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN;
             ALTER SCHEMA public OWNER TO {role};
             DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables
               WHERE schemaname = 'public' LOOP EXECUTE 'ALTER TABLE ' || t || ' OWNER TO {role}';
             END LOOP; END $$"
        ))
        .await;
    let (_, rest) = fixture.url.split_once('@').expect("a name in the address");
    let options = DatabaseOptions::new(format!("postgres://{role}@{rest}"));
    let database = Database::connect(&options).await.unwrap();
    let error = database.migrate_up().await.unwrap_err();
    let told = format!("{:?}", std::error::Error::source(&error).map(ToString::to_string));
    assert!(told.contains("CREATE EXTENSION pg_trgm") && told.contains("contrib"), "{told}");
    fixture.run("CREATE EXTENSION pg_trgm").await;
    database.migrate_up().await.unwrap();
    database.close().await;
    fixture.run(&format!("REASSIGN OWNED BY {role} TO CURRENT_USER; DROP OWNED BY {role}")).await;
    fixture.run(&format!("DROP ROLE {role}")).await;
}
