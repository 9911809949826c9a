//! Blocks: between the two nothing more arrives; groups are not touched.

use chinwag_tests::{
    Form, World, expect_event, expect_problem, expect_refusal, expect_status, on_both_databases,
};
use serde_json::{Value, json};

on_both_databases!(
    a13_who_is_blocked_reaches_nobody_directly,
    a13_a_block_hides_presence_typing_and_receipts,
    a13_groups_go_on_but_nobody_is_brought_into_one_by_whom_they_blocked,
    a13_a_block_holds_against_messages_under_way,
    a13_across_a_block_no_file_and_no_bad_request_comes_in,
    a13_what_a_block_request_must_look_like,
    a13_presence_is_not_told_across_a_block,
);

on_both_databases!(
    with &[("users.directory", "false")];
    a13_where_the_directory_is_closed_strangers_are_unknown,
);

async fn block(by: &chinwag_tests::Person, whom: &str) {
    expect_status(by.put(&format!("/users/me/blocks/{whom}")).await, 204);
}

async fn a13_who_is_blocked_reaches_nobody_directly(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let (bobs, alices) = (bob.say(direct.id, "hello").await, alice.say(direct.id, "yes?").await);
    let (alice_hears, socket) = (alice.socket().await, bob.socket().await);
    block(&alice, "bob").await;
    let hidden = expect_event(&alice_hears, "membership.updated").await;
    assert_eq!(hidden.data["hidden"], true);

    // Both directions, by every door.
    let to = |id: &str| json!({"recipient_id": id, "content": "again"});
    let here = format!("/conversations/{}/messages", direct.id);
    for (person, other, message) in [(&alice, "bob", &alices), (&bob, "alice", &bobs)] {
        let sent = person.post(&here, json!({"content": "again"})).await;
        expect_problem(&sent, 403, "blocked");
        expect_problem(&person.post(&here, json!({"content": " "})).await, 403, "blocked");
        expect_problem(&person.post("/messages", to(other)).await, 403, "blocked");
        let again = json!({"type": "direct", "participant_ids": [other]});
        expect_problem(&person.post("/conversations", again).await, 403, "blocked");
        let edit =
            person.patch(&format!("/messages/{}", message.id), json!({"content": "x"})).await;
        expect_problem(&edit, 403, "blocked");
        let react = person.put(&format!("/messages/{}/reactions/ok", bobs.id)).await;
        expect_problem(&react, 403, "blocked");
        let meet = person.patch(&format!("/messages/{}/meeting", bobs.id), json!({})).await;
        expect_problem(&meet, 403, "blocked");
        let shift = person.patch(&format!("/messages/{}/location", bobs.id), json!({})).await;
        expect_problem(&shift, 403, "blocked");
        // What was said can still be read.
        assert_eq!(person.client.history(direct.id, &[]).await.unwrap().items.len(), 2);
    }
    let frame = json!({"conversation_id": direct.id, "content": "again"});
    expect_refusal(socket.request("message.send", frame).await, "blocked");
    assert_eq!(world.database.count("messages").await, 2);
    // It stands in bob's list and not in alice's.
    assert_eq!(bob.client.conversations(&[]).await.unwrap().items.len(), 1);
    assert_eq!(alice.client.conversations(&[]).await.unwrap().items.len(), 0);
    // Taking back what one has said stays possible.
    bob.client.delete(bobs.id).await.unwrap();
    expect_event(&alice_hears, "message.deleted").await;

    expect_status(alice.delete("/users/me/blocks/bob").await, 204);
    bob.say(direct.id, "once more").await;
    assert_eq!(alice.client.conversations(&[]).await.unwrap().items.len(), 0, "still hidden");
}

async fn a13_a_block_hides_presence_typing_and_receipts(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = alice.say(direct.id, "hello").await;
    let sentinel = alice.group_with("sentinel", &[&bob]).await;
    let (alices, bobs) = (alice.socket().await, bob.socket().await);
    let online = async |person: &chinwag_tests::Person, other: &str| {
        person.client.presence(&[other]).await.unwrap()[0].online
    };
    assert!(online(&alice, "bob").await && online(&bob, "alice").await);
    block(&bob, "alice").await;
    assert!(!online(&alice, "bob").await && !online(&bob, "alice").await);

    let which = json!({"conversation_id": direct.id});
    for kind in ["typing.start", "conversation.open", "conversation.read", "conversation.close"] {
        bobs.request(kind, which.clone()).await.unwrap();
    }
    bob.say(sentinel.id, "sentinel").await;
    let passed =
        chinwag_tests::events_until(&alices, |event| event.kind == "message.created").await;
    let about: Vec<_> = passed
        .iter()
        .filter(|it| it.conversation_id == Some(direct.id))
        .map(|it| &it.kind)
        .collect();
    assert!(about.is_empty(), "{about:?}");

    // Bob's own pointer moved, and alice does not see it.
    let path = format!("/conversations/{}", direct.id);
    let own = expect_status(bob.get(&path).await, 200);
    assert_eq!(own["membership"]["read_seq"], 1);
    let seen = expect_status(alice.get(&path).await, 200);
    let other = |view: &Value| -> Value {
        let people = view["participants"].as_array().unwrap();
        people.iter().find(|it| it["user"]["id"] == "bob").unwrap().clone()
    };
    assert_eq!(other(&seen)["read_seq"], 0);
    assert_eq!(
        (&seen["participant"]["online"], &seen["last_message"]["status"]),
        (&json!(false), &json!("sent"))
    );
    assert_eq!(alice.client.receipts(message.id).await.unwrap().read.len(), 0);
    let read = expect_status(alice.get(&format!("/messages/{}", message.id)).await, 200);
    assert_eq!(read["status"], "sent");

    expect_status(bob.delete("/users/me/blocks/alice").await, 204);
    let seen = expect_status(alice.get(&path).await, 200);
    assert_eq!(
        (&other(&seen)["read_seq"], &seen["last_message"]["status"]),
        (&json!(1), &json!("read"))
    );
    assert!(online(&alice, "bob").await);
}

async fn a13_groups_go_on_but_nobody_is_brought_into_one_by_whom_they_blocked(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let shared = carol.group_with("Shared", &[&alice, &bob]).await;
    let bobs = bob.group_with("Bob's", &[&carol]).await;
    block(&alice, "bob").await;
    let alices = alice.socket().await;
    bob.say(shared.id, "in the group").await;
    assert_eq!(expect_event(&alices, "message.created").await.data["content"], "in the group");

    let participants = format!("/conversations/{}/participants", bobs.id);
    let add = json!({"user_ids": ["alice"]});
    expect_problem(&bob.post(&participants, add).await, 403, "blocked");
    let group = json!({"type": "group", "name": "New", "participant_ids": ["carol", "alice"]});
    expect_problem(&bob.post("/conversations", group).await, 403, "blocked");
    // Alice may add whom she blocked, and others may add both.
    alice.group_with("Alice's", &[&bob]).await;
    carol.group_with("Carol's", &[&alice, &bob]).await;
}

async fn a13_a_block_holds_against_messages_under_way(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    bob.say(direct.id, "first").await;
    let here = format!("/conversations/{}/messages", direct.id);
    let sending = futures_util::future::join_all(
        (0..100).map(|number| bob.post(&here, json!({"content": format!("number {number}")}))),
    );
    let blocking = async {
        block(&alice, "bob").await;
        // From the answer on, nothing more is stored.
        alice.client.conversation(direct.id).await.unwrap().last_seq
    };
    let (answers, last_seq) = tokio::join!(sending, blocking);
    let stored = answers.iter().filter(|answer| answer.status == 201).count();
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        expect_problem(refused, 403, "blocked");
    }
    assert_eq!(u64::try_from(stored).unwrap() + 1, last_seq);
    let now = alice.client.conversation(direct.id).await.unwrap();
    assert_eq!(now.last_seq, last_seq, "nothing came after the block");
}

async fn a13_across_a_block_no_file_and_no_bad_request_comes_in(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let direct = alice.direct_with(&bob).await;
    block(&alice, "bob").await;
    block(&carol, "bob").await;

    // Carol has no conversation with him, and none is made.
    let here = format!("/conversations/{}/messages", direct.id);
    for (path, message) in [
        (here.as_str(), json!({"content": "look"})),
        ("/messages", json!({"recipient_id": "alice", "content": "look"})),
        ("/messages", json!({"recipient_id": "carol", "content": "look"})),
    ] {
        let form = Form::message(&message).file("a.txt", b"words");
        let problem = world.post_form(&bob, path, form).await.json(403);
        assert_eq!(problem["code"], "blocked", "{path} {message}");
    }
    assert_eq!(world.database.count("media").await, 0, "a file came in");

    for recipient in ["alice", "carol"] {
        let bad = json!({"recipient_id": recipient, "content": " "});
        expect_problem(&bob.post("/messages", bad).await, 403, "blocked");
    }
    let bad = json!({"conversation_id": direct.id, "content": "again", "nonsense": 1});
    let socket = bob.socket().await;
    expect_refusal(socket.request("message.send", bad).await, "blocked");
    assert_eq!(world.database.count("conversations").await, 1);
}

async fn a13_what_a_block_request_must_look_like(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    expect_problem(&alice.put("/users/me/blocks/alice").await, 422, "validation_failed");
    expect_problem(&alice.put("/users/me/blocks/nobody").await, 404, "not_found");
    block(&alice, &bob.id).await;
    block(&alice, &bob.id).await;
    block(&alice, &carol.id).await;
    let first = expect_status(alice.get("/users/me/blocks?limit=1").await, 200);
    assert_eq!(first["items"][0]["user"]["id"], "bob");
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = expect_status(alice.get(&format!("/users/me/blocks?cursor={cursor}")).await, 200);
    assert_eq!(
        (&rest["items"][0]["user"]["id"], &rest["next_cursor"]),
        (&json!("carol"), &Value::Null)
    );
    let none = expect_status(bob.get("/users/me/blocks").await, 200);
    assert_eq!(none["items"], json!([]));
    // A conversation cannot be begun, and none is left behind.
    let begin = json!({"type": "direct", "participant_ids": ["alice"]});
    expect_problem(&bob.post("/conversations", begin).await, 403, "blocked");
    assert_eq!(world.database.count("conversations").await, 0);
    for _ in 0..2 {
        expect_status(alice.delete("/users/me/blocks/bob").await, 204);
    }
    alice.direct_with(&bob).await;
}

/// Who is blocked, and who has blocked, come and go unseen; who stands between them sees both.
async fn a13_presence_is_not_told_across_a_block(world: World) {
    let [alice, bob, carol, dan] = world.people(["alice", "bob", "carol", "dan"]).await;
    let group = carol.group_with("All", &[&alice, &bob, &dan]).await;
    block(&alice, "bob").await;
    block(&dan, "alice").await;
    let (alices, carols) = (alice.socket().await, carol.socket().await);
    // Alice first: she would be told before carol is.
    for socket in [&alices, &carols] {
        let both = json!({"user_ids": ["bob", "dan"]});
        socket.request("presence.subscribe", both).await.unwrap();
    }
    let flips = async |online: bool| {
        let mut left = 2;
        let told = chinwag_tests::events_until(&carols, |event| {
            left -= u32::from(event.kind == "presence.changed");
            left == 0
        });
        let told = told.await.into_iter().filter(|event| event.kind == "presence.changed");
        let mut told: Vec<_> = told
            .map(|event| (event.data["user_id"].clone(), event.data["online"].clone()))
            .collect();
        told.sort_by_key(|(user, _)| user.to_string());
        assert_eq!(told, ["bob", "dan"].map(|user| (json!(user), json!(online))));
    };
    let heard = async |sentinel: &str| {
        carol.say(group.id, sentinel).await;
        let passed =
            chinwag_tests::events_until(&alices, |event| event.data["content"] == sentinel);
        let passed = passed.await.into_iter().filter(|event| event.kind == "presence.changed");
        passed.map(|event| event.data["user_id"].clone()).collect::<Vec<_>>()
    };

    let sockets = [bob.socket().await, dan.socket().await];
    flips(true).await;
    assert_eq!(heard("they came").await, Vec::<Value>::new());

    expect_status(alice.delete("/users/me/blocks/bob").await, 204);
    drop(sockets);
    flips(false).await;
    assert_eq!(heard("they went").await, ["bob"]);
}

async fn a13_where_the_directory_is_closed_strangers_are_unknown(world: World) {
    let [alice, bob, carol, _dan] = world.people(["alice", "bob", "carol", "dan"]).await;
    let group = carol.group_with("Shared", &[&alice, &bob]).await;
    let unknown = async |id: &str| {
        let answer = alice.put(&format!("/users/me/blocks/{id}")).await;
        let problem = expect_problem(&answer, 404, "not_found");
        (problem.title, problem.detail)
    };
    assert_eq!(unknown("dan").await, unknown("nobody").await);
    let blocked = expect_status(alice.get("/users/me/blocks").await, 200);
    assert_eq!(blocked["items"], json!([]));
    assert_eq!(world.database.count("blocks").await, 0);

    block(&alice, "bob").await;
    carol.client.remove_participant(group.id, "bob").await.unwrap();
    // Whom she has blocked, she knows.
    block(&alice, "bob").await;
    expect_status(alice.delete("/users/me/blocks/bob").await, 204);
    assert_eq!(unknown("bob").await, unknown("nobody").await);
}
