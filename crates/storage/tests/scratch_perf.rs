mod support;
use chinwag_domain::{ports::*, *};
use chinwag_storage::*;
use sqlx::Connection;
use std::time::Instant;
use support::Fixture;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    let f = Fixture::postgres().await;
    let mut c = sqlx::PgConnection::connect(&f.url).await.unwrap();
    for s in SEED.split(";;") {
        let s = s
            .replace("{UUID}", "md5(i::text)::uuid")
            .replace("{MID}", "md5(i::text || 'm' || j::text)::uuid")
            .replace("{SERIES_I}", "generate_series(1,2000) i")
            .replace("{SERIES_J}", "generate_series(1,400) j")
            .replace("{SERIES_U}", "generate_series(0,999) u");
        sqlx::raw_sql(sqlx::AssertSqlSafe(s)).execute(&mut c).await.unwrap();
    }
    sqlx::raw_sql("ANALYZE").execute(&mut c).await.unwrap();
    run(&f).await;
    println!("after analyze done");
    sqlx::raw_sql("LOAD 'auto_explain'").execute(&mut c).await.unwrap();
    sqlx::raw_sql("ALTER SYSTEM SET session_preload_libraries='auto_explain'")
        .execute(&mut c)
        .await
        .unwrap();
    sqlx::raw_sql("ALTER SYSTEM SET auto_explain.log_min_duration=0")
        .execute(&mut c)
        .await
        .unwrap();
    sqlx::raw_sql("ALTER SYSTEM SET auto_explain.log_analyze=on").execute(&mut c).await.unwrap();
    sqlx::raw_sql("ALTER SYSTEM SET log_min_messages='log'").execute(&mut c).await.unwrap();
    sqlx::raw_sql("SELECT pg_reload_conf()").execute(&mut c).await.unwrap();
    let db = Database::connect(&DatabaseOptions::new(&f.url)).await.unwrap();
    let f2 = Fixture { database: db, url: f.url.clone(), keep: Box::new(()) };
    run(&f2).await;
}
async fn run(f: &Fixture) {
    let conv = SeaConversations::new(f.database.clone());
    let users = SeaUsers::new(f.database.clone());
    let me: UserId = "u1".parse().unwrap();
    let filter = ConversationFilter {
        search: None,
        kind: None,
        hidden: false,
        limit: Limit::LIST,
        position: Position::First,
    };
    for _ in 0..3 {
        let t = Instant::now();
        let p = conv.list(&me, &filter).await.unwrap();
        println!("list {} {:?}", p.items.len(), t.elapsed());
        let t = Instant::now();
        let p = conv
            .list(&me, &ConversationFilter { search: Some("erson 5".into()), ..filter.clone() })
            .await
            .unwrap();
        println!("search {} {:?}", p.items.len(), t.elapsed());
        let t = Instant::now();
        let p = conv
            .list(
                &me,
                &ConversationFilter {
                    position: Position::Page(PageNumber::new(2).unwrap()),
                    ..filter.clone()
                },
            )
            .await
            .unwrap();
        println!("page {:?} {:?}", p.total, t.elapsed());
        let t = Instant::now();
        let p = conv.unread(&me).await.unwrap();
        println!("unread {} {} {:?}", p.total, p.conversations.len(), t.elapsed());
        let t = Instant::now();
        let p = conv.memberships(&me).await.unwrap();
        println!("memberships {} {:?}", p.len(), t.elapsed());
        let others: Vec<UserId> = (0..500).map(|i| format!("u{i}").parse().unwrap()).collect();
        let t = Instant::now();
        let p = conv.sharing(&me, &others).await.unwrap();
        println!("sharing {} {:?}", p.len(), t.elapsed());
        let t = Instant::now();
        let p = users.directory(None, Some(&me), None, Limit::LIST).await.unwrap();
        println!("directory {} {:?}", p.items.len(), t.elapsed());
        let id = ConversationId::new(
            conv.memberships(&me).await.unwrap()[0].head.conversation_id.uuid(),
        );
        let t = Instant::now();
        conv.membership(id, &me).await.unwrap();
        println!("membership {:?}", t.elapsed());
    }
}
const SEED: &str = "
INSERT INTO users(id,username,name,role,created_at,updated_at,search_text) SELECT 'u'||u, 'u'||u, 'Person '||u, 'member', 0, 0, 'u'||u||chr(10)||'person '||u FROM {SERIES_U}
;;
INSERT INTO conversations(id,type,direct_key,name,permissions,history,created_by,last_seq,revision,members_revision,participant_count,last_message_at,created_at,updated_at)
SELECT {UUID}, CASE WHEN i % 2 = 0 THEN 'direct' ELSE 'group' END, CASE WHEN i%2=0 THEN 'k'||i END, NULL, '{}', 'all', 'u0', 400, 401, 1, 2, i, 0, 0 FROM {SERIES_I}
;;
INSERT INTO participants(conversation_id,user_id,role,joined_at,joined_revision,history_from_seq,read_seq,delivered_seq,cleared_seq,revision)
SELECT {UUID}, 'u'||((i*7+k*13) % 1000), 'member', 0, 1, 1, CASE WHEN i%3=0 THEN 400 ELSE 300 END, 400, 0, 1 FROM {SERIES_I}, generate_series(0,1) k
;;
INSERT INTO participants(conversation_id,user_id,role,joined_at,joined_revision,history_from_seq,read_seq,delivered_seq,cleared_seq,revision)
SELECT {UUID}, 'u'||((i*7+k*13) % 1000), 'member', 0, 1, 1, 300, 400, 0, 1 FROM {SERIES_I}, generate_series(2,20) k WHERE i%2=1
;;
INSERT INTO participants(conversation_id,user_id,role,joined_at,joined_revision,history_from_seq,read_seq,delivered_seq,cleared_seq,revision)
SELECT {UUID}, 'u1', 'member', 0, 1, 1, 300, 400, 0, 1 FROM {SERIES_I} WHERE i%8=1 ON CONFLICT DO NOTHING
;;
INSERT INTO messages(conversation_id,seq,id,sender_id,request_hash,kind,content,created_at,revision,counted,search_text)
SELECT {UUID}, j, {MID}, 'u'||((i*7+(j%20)*13) % 1000), '\\x00', 'text', 'hello '||j, j, j+1, j%50<>0, 'hello '||j FROM {SERIES_I}, {SERIES_J}
";
