//! History, changes and sync.

use chinwag_application::{
    Actor, Error,
    request::{ChangesQuery, HistoryQuery},
};
use chinwag_domain::{ConversationId, Limit, Order, PageNumber, Revision, Seq};
use serde_json::{Value, json};

use crate::world::{World, message_id, wire};

async fn seqs(world: &World, actor: &Actor, id: ConversationId, query: HistoryQuery) -> Vec<i64> {
    let page = wire(&world.chat.history.execute(actor, id, query).await.unwrap());
    numbers(&page["items"], "seq")
}

fn numbers(items: &Value, field: &str) -> Vec<i64> {
    items.as_array().unwrap().iter().map(|item| item[field].as_i64().unwrap()).collect()
}

#[allow(clippy::unnecessary_wraps)] // as queries have it
fn limit(count: i64) -> Option<Limit> {
    Some(Limit::new(count).unwrap())
}

async fn ten(world: &World) -> (Actor, Actor, ConversationId) {
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.group(&ann, &[&bob]).await;
    for number in 1..=10 {
        world.send(&ann, id, &format!("number {number}")).await;
    }
    (ann, bob, id)
}

#[tokio::test]
async fn every_position_in_history() {
    let world = World::new();
    let (ann, _, id) = ten(&world).await;
    let query = || HistoryQuery { limit: limit(3), ..HistoryQuery::default() };
    let get = |query| seqs(&world, &ann, id, query);
    let seq = |number| Some(Seq::new(number));
    let (asc, page) = (Some(Order::Ascending), |number| Some(PageNumber::new(number).unwrap()));

    assert_eq!(get(query()).await, [10, 9, 8]);
    assert_eq!(get(HistoryQuery { order: asc, ..query() }).await, [1, 2, 3]);
    assert_eq!(get(HistoryQuery { before: seq(5), ..query() }).await, [4, 3, 2]);
    assert_eq!(get(HistoryQuery { after: seq(5), ..query() }).await, [10, 9, 8]);
    assert_eq!(get(HistoryQuery { after: seq(5), order: asc, ..query() }).await, [6, 7, 8]);
    assert_eq!(get(HistoryQuery { page: page(2), ..query() }).await, [7, 6, 5]);
    assert_eq!(get(HistoryQuery { page: page(4), order: asc, ..query() }).await, [10]);
    assert_eq!(get(HistoryQuery { page: page(99), ..query() }).await, [0; 0]);
    assert_eq!(get(HistoryQuery { around: seq(5), ..query() }).await, [6, 5, 4]);
    assert_eq!(get(HistoryQuery { around: seq(1), ..query() }).await, [3, 2, 1]);
    assert_eq!(get(HistoryQuery { around: seq(10), ..query() }).await, [10, 9, 8]);
    assert_eq!(get(HistoryQuery { around: seq(5), order: asc, ..query() }).await, [4, 5, 6]);
    let search = Some("NUMBER 1".to_owned());
    assert_eq!(get(HistoryQuery { search: search.clone(), ..query() }).await, [10, 1]);

    let query = HistoryQuery { search, page: page(2), limit: limit(1), ..HistoryQuery::default() };
    let found = wire(&world.chat.history.execute(&ann, id, query).await.unwrap());
    assert_eq!(
        (&found["page"], &found["total"], &found["total_pages"]),
        (&json!(2), &json!(2), &json!(2))
    );
    assert_eq!(found["items"][0]["seq"], 1);
}

#[tokio::test]
async fn a_cursor_walks_through_all_and_ends() {
    let world = World::new();
    let (ann, _, id) = ten(&world).await;
    for order in [Order::Ascending, Order::Descending] {
        let mut query = HistoryQuery { limit: limit(4), order: Some(order), ..Default::default() };
        let mut seen = Vec::new();
        loop {
            let page = world.chat.history.execute(&ann, id, query.clone()).await.unwrap();
            seen.extend(numbers(&wire(&page)["items"], "seq"));
            let Some(cursor) = page.next_cursor else { break };
            query.cursor = Some(cursor);
        }
        if order == Order::Descending {
            seen.reverse();
        }
        assert_eq!(seen, (1..=10).collect::<Vec<i64>>());
    }
    let query = HistoryQuery { cursor: Some("c12".into()), ..Default::default() };
    assert!(matches!(world.chat.history.execute(&ann, id, query).await, Err(Error::Invalid(_))));
}

async fn changes(
    world: &World,
    actor: &Actor,
    id: ConversationId,
    since: i64,
    count: i64,
) -> Value {
    let query = ChangesQuery { since: Revision::new(since), limit: limit(count) };
    wire(&world.chat.changes.execute(actor, id, &query).await.unwrap())
}

#[tokio::test]
async fn changes_come_in_pieces_in_revision_order_without_a_hole() {
    let world = World::new();
    let (ann, bob, id) = ten(&world).await;
    world.person("cem").await;
    let cem = br#"{"user_ids":["cem"]}"#;
    world.chat.add_participants.execute(&ann, id, cem).await.unwrap();
    let first = message_id(&world.history(&ann, id).await.pop().unwrap());
    world.chat.edit_message.execute(&ann, first, br#"{"content":"edited"}"#).await.unwrap();

    // Revisions: created 1, messages 2-11, joined 12, system 13, edit 14.
    let mut since = 2;
    let mut seen = Vec::new();
    loop {
        let piece = changes(&world, &bob, id, since, 3).await;
        seen.extend(numbers(&piece["messages"], "revision"));
        since = piece["revision"].as_i64().unwrap();
        if piece["has_more"] == false {
            assert_eq!(piece["reset"], false);
            break;
        }
    }
    assert_eq!(since, 14);
    assert_eq!(
        seen,
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14],
        "the edited one comes once, at its edit"
    );
}

#[tokio::test]
async fn pointers_come_along_since_receipts_raise_no_revision() {
    let world = World::new();
    let (ann, bob, id) = ten(&world).await;
    world.chat.mark_read.execute(&bob, id, br#"{"seq":7}"#).await.unwrap();
    let now = changes(&world, &ann, id, 11, 10).await;
    assert_eq!(now["messages"], json!([]));
    let bobs = now["participants"].as_array().unwrap().iter();
    let bobs = bobs.filter(|one| one["user"]["id"] == "bob").collect::<Vec<_>>();
    assert_eq!(bobs[0]["read_seq"], 7);
}

#[tokio::test]
async fn from_before_the_joining_or_from_the_future_is_a_reset() {
    let world = World::new();
    let (ann, bob, id) = ten(&world).await;
    assert_eq!(changes(&world, &bob, id, 0, 100).await["reset"], true);
    assert_eq!(changes(&world, &bob, id, 1, 100).await["reset"], false);
    assert_eq!(changes(&world, &bob, id, 999, 100).await["reset"], true);
    world.chat.remove_participant.execute(&ann, id, bob.id()).await.unwrap();
    world.chat.add_participants.execute(&ann, id, br#"{"user_ids":["bob"]}"#).await.unwrap();
    assert_eq!(changes(&world, &bob, id, 11, 100).await["reset"], true);
}

#[tokio::test]
async fn sync_tells_what_changed_what_is_new_and_what_is_gone() {
    let world = World::new();
    let (ann, bob, changed) = ten(&world).await;
    let same = world.group(&ann, &[&bob]).await;
    let gone = world.group(&ann, &[&bob]).await;
    let new = world.group(&ann, &[&bob]).await;
    world.chat.remove_participant.execute(&ann, gone, bob.id()).await.unwrap();
    let known = json!({"conversations": {
        changed.to_string(): 9, same.to_string(): 1, gone.to_string(): 1,
    }});
    let sync = &world.chat.sync;
    let answer = wire(&sync.execute(&bob, known.to_string().as_bytes()).await.unwrap());
    assert_eq!(answer["removed"], json!([gone.to_string()]));
    assert_eq!(answer["next_cursor"], json!(null));
    let told = answer["conversations"].as_array().unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!((&told[0]["id"], &told[0]["reset"]), (&json!(changed.to_string()), &json!(false)));
    assert_eq!(numbers(&told[0]["messages"], "seq"), [9, 10]);
    assert_eq!((&told[1]["id"], &told[1]["reset"]), (&json!(new.to_string()), &json!(true)));
    assert_eq!(told[1]["conversation"]["membership"]["role"], "member");
}

#[tokio::test]
async fn a_large_sync_comes_in_answers_that_fit_and_none_is_left_out() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let mut known = serde_json::Map::new();
    for _ in 0..130 {
        let id = world.group(&ann, &[&bob]).await;
        for _ in 0..3 {
            world.send(&ann, id, &"long ".repeat(400)).await;
        }
        known.insert(id.to_string(), json!(1));
    }
    let mut received = 0;
    let mut cursor = Value::Null;
    for _ in 0..200 {
        let body = json!({ "conversations": known, "cursor": cursor }).to_string();
        let answer = wire(&world.chat.sync.execute(&bob, body.as_bytes()).await.unwrap());
        assert!(answer.to_string().len() <= 320 * 1024);
        for entry in answer["conversations"].as_array().unwrap() {
            received += entry["messages"].as_array().unwrap().len();
            known.insert(entry["id"].as_str().unwrap().into(), entry["revision"].clone());
        }
        cursor = answer["next_cursor"].clone();
        let more =
            answer["conversations"].as_array().unwrap().iter().any(|one| one["has_more"] == true);
        if cursor.is_null() && !more {
            break;
        }
    }
    assert_eq!(received, 390);
}

#[tokio::test]
async fn what_a_client_is_no_longer_in_counts_towards_the_size_of_an_answer() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let mut known = serde_json::Map::new();
    for _ in 0..70 {
        let id = world.group(&ann, &[&bob]).await;
        for _ in 0..2 {
            world.send(&ann, id, &"long ".repeat(400)).await;
        }
        known.insert(id.to_string(), json!(1));
    }
    for gone in 0..4_000 {
        known.insert(ConversationId::from_u128(1 << 100 | gone).to_string(), json!(1));
    }
    let (mut received, mut removed, mut cursor) = (0, 0, Value::Null);
    for _ in 0..10 {
        let body = json!({ "conversations": known, "cursor": cursor }).to_string();
        let answer = wire(&world.chat.sync.execute(&bob, body.as_bytes()).await.unwrap());
        let size = answer.to_string().len();
        assert!(size <= 257 * 1024, "{size}");
        for gone in answer["removed"].as_array().unwrap() {
            removed += usize::from(known.remove(gone.as_str().unwrap()).is_some());
        }
        for entry in answer["conversations"].as_array().unwrap() {
            received += entry["messages"].as_array().unwrap().len();
            known.insert(entry["id"].as_str().unwrap().into(), entry["revision"].clone());
        }
        cursor = answer["next_cursor"].clone();
        if cursor.is_null() && received == 140 {
            break;
        }
    }
    assert_eq!((received, removed), (140, 4_000));
}

#[tokio::test]
async fn pieces_of_a_large_group_begin_after_its_founding() {
    let world = World::new();
    let ann = world.person("ann").await;
    let mut people = Vec::new();
    for number in 0..320 {
        people.push(world.person(&format!("p{number}")).await);
    }
    let id = world.group(&ann, &people.iter().collect::<Vec<_>>()).await;
    world.send(&ann, id, "one").await;
    // All founders have one revision: a piece that held some would leave out the others for ever.
    let piece = changes(&world, &ann, id, 0, 100).await;
    assert_eq!((&piece["reset"], &piece["has_more"]), (&json!(true), &json!(false)));
    assert_eq!((&piece["revision"], numbers(&piece["messages"], "seq")), (&json!(2), vec![1]));
}

#[tokio::test]
async fn people_who_fit_no_answer_are_to_be_read_anew() {
    let world = World::new();
    let ann = world.person("ann").await;
    let picture = format!("https://example.org/{}", "x".repeat(2_000));
    let picture = json!({ "avatar_url": picture }).to_string();
    let mut people = Vec::new();
    for number in 0..299 {
        let person = world.person(&format!("p{number}")).await;
        world.chat.people.update_me(&person, picture.as_bytes()).await.unwrap();
        people.push(person);
    }
    let id = world.group(&ann, &people.iter().collect::<Vec<_>>()).await;
    world.send(&ann, id, "one").await;
    let body = json!({"conversations": {id.to_string(): 1}}).to_string();
    let answer = wire(&world.chat.sync.execute(&ann, body.as_bytes()).await.unwrap());
    assert!(answer.to_string().len() <= 256 * 1024);
    let entry = &answer["conversations"][0];
    assert_eq!((&entry["revision"], &entry["reset"]), (&json!(2), &json!(true)));
}
