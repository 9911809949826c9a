//! Coming back: what `changes` and `sync` tell of the time in between.

use chinwag_tests::{Person, World, expect_problem, expect_status, on_both_databases};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

on_both_databases!(
    changes_are_what_happened_after_a_revision,
    changes_come_in_parts,
    changes_after_a_rejoining_begin_anew,
    sync_brings_a_client_up_to_date,
    sync_comes_in_parts,
    sync_stays_within_its_size_and_leaves_nothing_out,
    sync_works_over_the_socket,
);

fn revisions(answer: &Value) -> Vec<u64> {
    let messages = answer["messages"].as_array().unwrap();
    messages.iter().map(|message| message["revision"].as_u64().unwrap()).collect()
}

async fn changes(person: &Person, conversation: Uuid, query: &str) -> Value {
    let path = format!("/conversations/{conversation}/changes?{query}");
    expect_status(person.get(&path).await, 200)
}

async fn changes_are_what_happened_after_a_revision(world: World) {
    let [alice, bob, _] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let first = alice.say(group.id, "one").await;
    alice.say(group.id, "two").await;
    alice.client.edit(first.id, "one, edited").await.unwrap();
    alice.client.add_participants(group.id, &["carol"]).await.unwrap();
    bob.client.mark_read(group.id, Some(2)).await.unwrap();

    let all = changes(&bob, group.id, "since=1").await;
    // The edited one comes once, in its newest state, at its newest revision; the joining is revision 5.
    assert_eq!(revisions(&all), [3, 4, 6]);
    assert_eq!(all["messages"][1]["content"], "one, edited");
    assert_eq!(
        (&all["revision"], &all["has_more"], &all["reset"]),
        (&json!(6), &json!(false), &json!(false))
    );
    let people = all["participants"].as_array().unwrap();
    assert!(people.iter().any(|it| it["user"]["id"] == "carol"), "{people:?}");
    let own = people.iter().find(|it| it["user"]["id"] == "bob").unwrap();
    assert_eq!(own["read_seq"], 2);

    assert_eq!(revisions(&changes(&bob, group.id, "since=4").await), [6]);
    let nothing = changes(&bob, group.id, "since=6").await;
    assert_eq!((revisions(&nothing), &nothing["revision"]), (vec![], &json!(6)));
    for query in ["", "?since=x", "?since=-1", "?since=1&limit=0", "?since=1&limit=101"] {
        let path = format!("/conversations/{}/changes{query}", group.id);
        expect_problem(&bob.get(&path).await, 422, "validation_failed");
    }
}

async fn changes_come_in_parts(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    for number in 0..25 {
        alice.say(direct.id, &number.to_string()).await;
    }
    let (mut since, mut seen, mut parts) = (1, Vec::new(), 0);
    loop {
        let part = changes(&bob, direct.id, &format!("since={since}&limit=10")).await;
        seen.extend(revisions(&part));
        since = part["revision"].as_u64().unwrap();
        parts += 1;
        if part["has_more"] == false {
            break;
        }
        assert_eq!(Some(&since), seen.last());
    }
    assert_eq!((seen, since, parts), ((2..=26).collect(), 26, 3));
}

async fn changes_after_a_rejoining_begin_anew(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let known = bob.client.conversation(group.id).await.unwrap().revision;
    alice.client.remove_participant(group.id, "bob").await.unwrap();
    alice.say(group.id, "while away").await;
    alice.client.add_participants(group.id, &["bob"]).await.unwrap();

    let answer = changes(&bob, group.id, &format!("since={known}")).await;
    assert_eq!(answer["reset"], true);
    let now = bob.client.conversation(group.id).await.unwrap().revision;
    assert_eq!(changes(&bob, group.id, &format!("since={now}")).await["reset"], false);
}

async fn sync_brings_a_client_up_to_date(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let quiet = alice.direct_with(&bob).await;
    let busy = alice.group_with("Busy", &[&bob]).await;
    let left = alice.group_with("Left", &[&bob]).await;
    let known = json!({"conversations": {
        quiet.id.to_string(): 1, busy.id.to_string(): 1, left.id.to_string(): 1,
    }});
    alice.say(busy.id, "one").await;
    alice.say(busy.id, "two").await;
    alice.client.remove_participant(left.id, "bob").await.unwrap();
    let new = carol.direct_with(&bob).await;
    carol.say(new.id, "hi").await;

    let answer = expect_status(bob.post("/sync", known).await, 200);
    assert_eq!(answer["removed"], json!([left.id]));
    assert_eq!(answer["next_cursor"], Value::Null);
    let conversations = answer["conversations"].as_array().unwrap();
    let of = |id: Uuid| conversations.iter().find(|it| it["id"] == json!(id));
    assert!(of(quiet.id).is_none(), "nothing changed there");
    let changed = of(busy.id).unwrap();
    assert_eq!((revisions(changed), &changed["revision"]), (vec![2, 3], &json!(3)));
    assert_eq!((&changed["reset"], &changed["has_more"]), (&json!(false), &json!(false)));
    let fresh = of(new.id).unwrap();
    assert_eq!((&fresh["reset"], &fresh["revision"]), (&json!(true), &json!(2)));
    assert_eq!(fresh["conversation"]["last_message"]["content"], "hi");
    assert_eq!(conversations.len(), 2);

    // What the caller is not in is told like what does not exist.
    let foreign = json!({"conversations": {busy.id.to_string(): 1, Uuid::nil().to_string(): 1}});
    let answer = expect_status(carol.post("/sync", foreign).await, 200);
    let mut removed: Vec<_> =
        answer["removed"].as_array().unwrap().iter().map(Value::to_string).collect();
    removed.sort();
    let mut expected = [json!(busy.id).to_string(), json!(Uuid::nil()).to_string()];
    expected.sort();
    assert_eq!(removed, expected);
}

async fn sync_comes_in_parts(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let mut expected = Vec::new();
    for number in 0..105 {
        expected.push(alice.group_with(&format!("Group {number}"), &[&bob]).await.id);
    }
    let (mut seen, mut cursor, mut parts) = (Vec::new(), None, 0);
    loop {
        let answer = bob.client.sync(&[], cursor.as_deref()).await.unwrap();
        assert!(answer.conversations.len() <= 100);
        seen.extend(answer.conversations.iter().map(|it| it.id));
        cursor = answer.next_cursor;
        parts += 1;
        if cursor.is_none() {
            break;
        }
    }
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
    assert_eq!(parts, 2);

    // A conversation with much to tell is cut off and says so.
    for number in 0..230 {
        alice.say(expected[0], &number.to_string()).await;
    }
    let known: Vec<_> = expected.iter().map(|id| (*id, 1)).collect();
    let answer = bob.client.sync(&known, None).await.unwrap();
    let long = answer.conversations.iter().find(|it| it.id == expected[0]).unwrap();
    assert!(long.changes.messages.len() <= 200);
    assert!(long.changes.has_more || long.changes.reset || answer.next_cursor.is_some());
}

async fn sync_stays_within_its_size_and_leaves_nothing_out(world: World) {
    const BYTES: usize = 256 * 1024;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let mut known = serde_json::Map::new();
    let long = "ü".repeat(8_000);
    for number in 0..4 {
        let group = alice.group_with(&format!("Group {number}"), &[&bob]).await;
        known.insert(group.id.to_string(), json!(1));
        for _ in 0..12 {
            alice.say(group.id, &long).await;
        }
    }
    let socket = bob.socket().await;

    let mut seen: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut cursor = Value::Null;
    loop {
        let mut ask = json!({"conversations": known});
        if !cursor.is_null() {
            ask["cursor"] = cursor;
        }
        let answer = expect_status(bob.post("/sync", ask.clone()).await, 200);
        assert!(answer.to_string().len() <= BYTES + 1_024, "{}", answer.to_string().len());
        assert_eq!(socket.request("sync", ask).await.unwrap(), answer);
        for part in answer["conversations"].as_array().unwrap() {
            let id = part["id"].as_str().unwrap();
            let messages = seen.entry(id.to_owned()).or_default();
            messages.extend(revisions(part));
            // Where it was cut off, the rest is asked for.
            let (mut more, mut since) = (part["has_more"] == true, part["revision"].clone());
            while more {
                let id = id.parse().unwrap();
                let rest = changes(&bob, id, &format!("since={since}&limit=5")).await;
                messages.extend(revisions(&rest));
                (more, since) = (rest["has_more"] == true, rest["revision"].clone());
            }
            assert_eq!(since, 13);
        }
        cursor = answer["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(seen.len(), 4);
    assert!(seen.values().all(|it| *it == (2..=13).collect::<Vec<_>>()), "{seen:?}");
}

async fn sync_works_over_the_socket(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    alice.say(direct.id, "one").await;
    let socket = bob.socket().await;
    let known = json!({"conversations": {direct.id.to_string(): 1}});
    let answer = socket.request("sync", known).await.unwrap();
    assert_eq!(revisions(&answer["conversations"][0]), [2]);
}
