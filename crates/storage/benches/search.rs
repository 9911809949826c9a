//! What the index of trigrams costs a send, and what a search takes. Sends go to two databases in
//! turns, one with the index and one without, because other work on the machine must weigh on both
//! alike: it is the ratio that counts. PostgreSQL from `CHINWAG_TEST_POSTGRES_URL` (see `append.rs`).
//! `cargo bench -p chinwag-storage --bench search -- postgres` measures one database alone, `-- tune`
//! the ways in which PostgreSQL can keep the index.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chinwag_domain::{ConversationId, Limit, SearchQuery, ports::MessageLog};
use chinwag_storage::{Database, DatabaseOptions, MessageLogOptions, SeaMessageLog};
use chinwag_testkit::user_id;
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use support::{
    Fixture,
    room::{Process, says},
};

const MEASURED: Duration = Duration::from_secs(2);
const ROUNDS: usize = 5;
const ROOMS: u128 = 25;
/// For the search: conversations of one person, and messages in them.
const MANY_ROOMS: u128 = 2_000;
const MANY_MESSAGES: u64 = 200_000;

static NUMBERS: AtomicU64 = AtomicU64::new(1);

#[tokio::main]
async fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if wanted.first().is_some_and(|word| word == "tune") {
        return tune().await;
    }
    for name in ["sqlite", "postgres"] {
        if wanted.first().is_none_or(|wanted| wanted == name) {
            cost(name, &[("with the index", ""), ("without", without(name))]).await;
            find(name).await;
        }
    }
}

/// What takes the index away.
fn without(name: &str) -> &'static str {
    if name == "postgres" {
        "DROP INDEX messages_search"
    } else {
        "DROP TRIGGER messages_search_added; DROP TRIGGER messages_search_changed;
         DROP TRIGGER messages_search_removed"
    }
}

async fn tune() {
    let variants = [
        ("pending list of 512 kB", ""),
        ("pending list of 4 MB", "ALTER INDEX messages_search SET (gin_pending_list_limit = 4096)"),
        ("no pending list", "ALTER INDEX messages_search SET (fastupdate = off)"),
        ("no index", without("postgres")),
    ];
    cost("postgres", &variants).await;
}

async fn open(name: &str, change: &str, rooms: u128) -> (Fixture, Process) {
    let fixture =
        if name == "sqlite" { Fixture::sqlite().await } else { Fixture::postgres().await };
    for room in 1..=rooms {
        fixture.group_of(ConversationId::from_u128(room), &["ann", "bob"]).await;
    }
    run(&fixture, change).await;
    let database = Database::connect(&DatabaseOptions::new(&fixture.url)).await.unwrap();
    let process = Process::on(database, MessageLogOptions::default());
    (fixture, process)
}

async fn run(fixture: &Fixture, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    if fixture.url.starts_with("sqlite:") {
        let pool = SqlitePool::connect(&fixture.url).await.unwrap();
        sqlx::raw_sql(sql).execute(&pool).await.unwrap();
    } else {
        let pool = PgPool::connect(&fixture.url).await.unwrap();
        sqlx::raw_sql(sql).execute(&pool).await.unwrap();
    }
}

async fn cost(name: &str, variants: &[(&str, &str)]) {
    let mut opened = Vec::new();
    for (_, change) in variants {
        opened.push(open(name, change, ROOMS).await);
    }
    for senders in [1, 50] {
        let mut speeds = vec![Vec::new(); variants.len()];
        let mut waits = vec![Vec::new(); variants.len()];
        for _ in 0..ROUNDS {
            for (at, (_, process)) in opened.iter().enumerate() {
                let (speed, mut waited) = send(&process.log, senders).await;
                speeds[at].push(speed);
                waits[at].append(&mut waited);
            }
        }
        for (at, (label, _)) in variants.iter().enumerate() {
            speeds[at].sort_by(f64::total_cmp);
            waits[at].sort_unstable();
            println!(
                "{name}: {senders} senders, {label}: {:.0} messages/s (median of {ROUNDS}), p50 {:?}, p99 {:?}, longest {:?}",
                speeds[at][ROUNDS / 2],
                waits[at][waits[at].len() / 2],
                waits[at][waits[at].len() * 99 / 100],
                waits[at].last().unwrap(),
            );
        }
    }
}

/// Messages a second, and how long each waited.
async fn send(log: &Arc<SeaMessageLog>, senders: u128) -> (f64, Vec<Duration>) {
    let stop = Arc::new(AtomicBool::new(false));
    let (before, started) = (log.stats().messages, Instant::now());
    let mut sending = tokio::task::JoinSet::new();
    for sender in 0..senders {
        let (log, stop) = (log.clone(), stop.clone());
        sending.spawn(async move {
            let mut waits = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let asked = Instant::now();
                log.append(talk(1 + sender % ROOMS)).await.unwrap();
                waits.push(asked.elapsed());
            }
            waits
        });
    }
    tokio::time::sleep(MEASURED).await;
    stop.store(true, Ordering::Relaxed);
    let waits = sending.join_all().await.into_iter().flatten().collect();
    ((log.stats().messages - before) as f64 / started.elapsed().as_secs_f64(), waits)
}

/// A message of eight words, common ones more often than rare ones, about as long as people's.
fn talk(room: u128) -> chinwag_domain::NewMessage {
    const SYLLABLES: [&str; 16] = [
        "ba", "con", "di", "er", "fo", "gan", "hi", "in", "ka", "lo", "men", "no", "ra", "ste",
        "ti", "vu",
    ];
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut word = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The logarithm of the rank is even: the more common, the likelier.
        let rank = (state >> 40) >> ((state >> 33) % 13 + 11);
        let letters = [rank % 16, rank / 16 % 16, rank / 256 % 16];
        letters.map(|at| SYLLABLES[usize::try_from(at).unwrap()]).concat()
    };
    let words: Vec<String> = (0..8).map(|_| word()).collect();
    let mut message =
        says(if number.is_multiple_of(2) { "ann" } else { "bob" }, u128::from(number));
    message.conversation_id = ConversationId::from_u128(room);
    message.body.content = Some(words.join(" "));
    message
}

/// Searches of somebody with many conversations.
async fn find(name: &str) {
    let (fixture, process) = open(name, "", MANY_ROOMS).await;
    let mut sending = tokio::task::JoinSet::new();
    for sender in 0..200 {
        let log = process.log.clone();
        sending.spawn(async move {
            for number in 0..MANY_MESSAGES / 200 {
                let room = 1 + (u128::from(number) * 200 + sender) % MANY_ROOMS;
                log.append(talk(room)).await.unwrap();
            }
        });
    }
    sending.join_all().await;
    let mut rare = says("bob", u128::from(u64::MAX));
    rare.body.content = Some("the one quixotic 世界 among all".to_owned());
    process.log.append(rare).await.unwrap();
    run(&fixture, "ANALYZE").await;
    let size = if name == "postgres" {
        let pool = PgPool::connect(&fixture.url).await.unwrap();
        let sql = "SELECT pg_relation_size('messages_search'), pg_total_relation_size('messages')";
        sqlx::query_as::<_, (i64, i64)>(sql).fetch_one(&pool).await.unwrap()
    } else {
        let pool = SqlitePool::connect(&fixture.url).await.unwrap();
        let sql = "SELECT (SELECT SUM(LENGTH(block)) FROM messages_search_data),
            (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size)";
        sqlx::query_as::<_, (i64, i64)>(sql).fetch_one(&pool).await.unwrap()
    };
    println!("{name}: {MANY_MESSAGES} messages: the index takes {} bytes of {}", size.0, size.1);
    for text in ["quixotic", "babaer", "baba", "ba", "世界", "世", "zzz", "zz"] {
        let query = SearchQuery {
            text: text.to_owned(),
            conversation_id: None,
            from: None,
            to: None,
            sender_id: None,
            kind: None,
        };
        let (mut times, mut found) = (Vec::new(), 0);
        for _ in 0..7 {
            let asked = Instant::now();
            let page = process.log.search(&user_id("ann"), &query, None, Limit::LIST).await;
            found = page.unwrap().items.len();
            times.push(asked.elapsed());
        }
        times.sort_unstable();
        println!(
            "{name}: {text:?} over {MANY_ROOMS} conversations: {found} found, median {:?}, longest {:?}",
            times[3], times[6]
        );
    }
}
