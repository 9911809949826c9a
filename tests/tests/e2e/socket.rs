//! Chatting over sockets: acknowledged sends, events to every device, in order.

use chinwag_client::Socket;
use chinwag_tests::{
    IsJson, Person, World, events_until, expect_event, expect_problem, expect_refusal,
    on_both_databases,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

on_both_databases!(
    a14_a_message_reaches_every_device_of_everybody,
    a14_events_come_in_revision_order_without_gaps,
    a14_errors_come_as_replies,
    a14_reading_tells_the_sender,
    b11_opening_is_told_to_the_others_and_silences_the_notification,
    e2_a_conversation_created_over_the_socket_is_told_to_all,
    e3_the_reply_has_the_clients_id_and_the_servers,
    messages_are_edited_reacted_to_and_deleted_over_the_socket,
);

async fn a14_a_message_reaches_every_device_of_everybody(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let sending = alice.socket().await;
    let other_device = alice.socket().await;
    let bobs = [bob.socket().await, bob.socket().await];

    let send = json!({"conversation_id": direct.id, "content": "hello", "client_id": "c-1"});
    let sent = sending.request("message.send", send).await.unwrap();
    for (socket, notify) in
        [(&sending, false), (&other_device, false), (&bobs[0], true), (&bobs[1], true)]
    {
        let event = expect_event(socket, "message.created").await;
        assert_eq!(event.conversation_id, Some(direct.id));
        assert_eq!(event.revision, Some(2));
        assert_eq!(event.notify, Some(notify));
        assert!(event.at.is_some_and(|at| Value::from(at).is_time()));
        assert_eq!((&event.data["id"], &event.data["content"]), (&sent["id"], &json!("hello")));
        assert_eq!(event.data["sender"]["id"], "alice");
        // Nothing that depends on who looks.
        for personal in ["status", "me", "unread_count"] {
            assert_eq!(event.data.get(personal), None, "{personal}");
        }
    }
}

async fn a14_events_come_in_revision_order_without_gaps(world: World) {
    let people = world.people(["alice", "bob", "carol"]).await;
    let [alice, bob, carol] = &people;
    let group = alice.group_with("Team", &[bob, carol]).await;
    let sockets = join_all(people.iter().map(Person::socket)).await;

    let sends = (0..60).map(|number| {
        let data = json!({"conversation_id": group.id, "content": number.to_string()});
        sockets[number % 3].request("message.send", data)
    });
    for reply in join_all(sends).await {
        reply.unwrap();
    }
    for socket in &sockets {
        let events = events_until(socket, |event| event.revision == Some(61)).await;
        let revisions: Vec<u64> = events.iter().filter_map(|event| event.revision).collect();
        assert_eq!(revisions, (2..=61).collect::<Vec<_>>());
    }
}

async fn a14_errors_come_as_replies(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let socket = alice.socket().await;

    let blank = json!({"conversation_id": direct.id, "content": " "});
    let problem = expect_refusal(socket.request("message.send", blank).await, "validation_failed");
    assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, "/content"));
    let nowhere = json!({"conversation_id": uuid::Uuid::nil(), "content": "x"});
    let problem = expect_refusal(socket.request("message.send", nowhere).await, "not_found");
    assert_eq!((problem.status, problem.temporary), (404, false));
    expect_refusal(
        socket.request("message.send", json!({"content": "x"})).await,
        "validation_failed",
    );
    expect_refusal(socket.request("message.shout", json!({})).await, "validation_failed");

    // The socket goes on.
    let fine = json!({"conversation_id": direct.id, "content": "x"});
    socket.request("message.send", fine).await.unwrap();
    assert_eq!(world.database.count("messages").await, 1);
}

async fn a14_reading_tells_the_sender(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    alice.say(direct.id, "one").await;
    alice.say(direct.id, "two").await;
    let (alices, bobs) = (alice.socket().await, bob.socket().await);

    let up_to = json!({"conversation_id": direct.id, "seq": 2});
    bobs.request("conversation.read", up_to).await.unwrap();
    let event = expect_event(&alices, "receipt.read").await;
    let keys = ["conversation_id", "user_id", "seq", "at"];
    assert!(event.data.has_only_keys(&keys), "{}", event.data);
    assert_eq!(event.data["conversation_id"], json!(direct.id));
    assert_eq!((&event.data["user_id"], &event.data["seq"]), (&json!("bob"), &json!(2)));
    assert!(event.data["at"].is_time());
    assert_eq!(event.revision, None);

    alice.say(direct.id, "three").await;
    let up_to = json!({"conversation_id": direct.id, "seq": 3});
    let mine = bobs.request("conversation.delivered", up_to).await.unwrap();
    assert_eq!((&mine["delivered_seq"], &mine["read_seq"]), (&json!(3), &json!(2)));
    let event = expect_event(&alices, "receipt.delivered").await;
    assert_eq!((&event.data["user_id"], &event.data["seq"]), (&json!("bob"), &json!(3)));

    let above = json!({"conversation_id": direct.id, "seq": 4});
    expect_refusal(bobs.request("conversation.read", above).await, "validation_failed");
    let delivered = json!({"conversation_id": direct.id, "seq": 9});
    expect_refusal(bobs.request("conversation.delivered", delivered).await, "validation_failed");
}

async fn b11_opening_is_told_to_the_others_and_silences_the_notification(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let alices = alice.socket().await;
    let (looking, elsewhere) = (bob.socket().await, bob.socket().await);
    let which = json!({"conversation_id": direct.id});

    looking.request("conversation.open", which.clone()).await.unwrap();
    let opened = expect_event(&alices, "participant.opened").await;
    assert_eq!(opened.conversation_id, Some(direct.id));
    assert!(opened.data.to_string().contains("\"bob\""), "{}", opened.data);
    alice.say(direct.id, "you see this").await;
    assert_eq!(expect_event(&looking, "message.created").await.notify, Some(false));
    assert_eq!(expect_event(&elsewhere, "message.created").await.notify, Some(true));

    looking.request("conversation.close", which).await.unwrap();
    expect_event(&alices, "participant.closed").await;
    alice.say(direct.id, "and not this").await;
    assert_eq!(expect_event(&looking, "message.created").await.notify, Some(true));

    // Who only disconnects has closed it too.
    looking.request("conversation.open", json!({"conversation_id": direct.id})).await.unwrap();
    expect_event(&alices, "participant.opened").await;
    drop(looking);
    expect_event(&alices, "participant.closed").await;
}

async fn e2_a_conversation_created_over_the_socket_is_told_to_all(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let sockets = [alice.socket().await, bob.socket().await, carol.socket().await];

    let new = json!({"type": "group", "name": "Team", "participant_ids": ["bob", "carol"]});
    let made = sockets[0].request("conversation.create", new).await.unwrap();
    for (socket, role) in sockets.iter().zip(["admin", "member", "member"]) {
        let event = expect_event(socket, "conversation.created").await;
        assert_eq!((&event.data["id"], &event.data["name"]), (&made["id"], &json!("Team")));
        assert_eq!(event.revision, Some(1));
        // Complete, and for the person it goes to.
        assert_eq!(event.data["membership"]["role"], role);
        assert_eq!(event.data["participants"].as_array().unwrap().len(), 3);
    }
    // What follows in it reaches them without joining anything.
    let send = json!({"conversation_id": made["id"], "content": "welcome"});
    sockets[2].request("message.send", send).await.unwrap();
    for socket in &sockets {
        assert_eq!(expect_event(socket, "message.created").await.revision, Some(2));
    }

    let direct = json!({"type": "direct", "participant_ids": ["bob"]});
    let first = sockets[0].request("conversation.create", direct.clone()).await.unwrap();
    let again = sockets[0].request("conversation.create", direct).await.unwrap();
    assert_eq!(first["id"], again["id"]);
    let event = expect_event(&sockets[1], "conversation.created").await;
    assert_eq!(event.data["participant"]["id"], "alice");
}

async fn e3_the_reply_has_the_clients_id_and_the_servers(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let socket = alice.socket().await;

    let send =
        json!({"conversation_id": direct.id, "content": "hello", "client_id": "temporary-17"});
    let reply = socket.request("message.send", send).await.unwrap();
    assert_eq!((&reply["client_id"], &reply["seq"]), (&json!("temporary-17"), &json!(1)));
    assert_eq!((&reply["duplicate"], &reply["status"]), (&json!(false), &json!("sent")));
    let id = reply["id"].as_str().unwrap().parse().unwrap();
    // Acknowledged means stored.
    assert_eq!(bob.client.message(id).await.unwrap().content.as_deref(), Some("hello"));

    let to_person = json!({"recipient_id": "bob", "content": "again"});
    let reply = socket.request("message.send", to_person).await.unwrap();
    assert_eq!((&reply["conversation_id"], &reply["seq"]), (&json!(direct.id), &json!(2)));
}

async fn messages_are_edited_reacted_to_and_deleted_over_the_socket(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = alice.say(direct.id, "helo").await;
    let (alices, bobs) = (alice.socket().await, bob.socket().await);
    let ask = async |socket: &Socket, kind: &str, mut data: Value| {
        data["message_id"] = json!(message.id);
        socket.request(kind, data).await
    };

    ask(&alices, "message.edit", json!({"content": "hello"})).await.unwrap();
    assert_eq!(expect_event(&bobs, "message.updated").await.data["content"], "hello");
    ask(&bobs, "message.react", json!({"emoji": "👍"})).await.unwrap();
    let reacted = expect_event(&alices, "message.updated").await;
    assert_eq!(reacted.revision, Some(3));
    let reacted = expect_event(&alices, "message.updated").await;
    assert_eq!(reacted.data["reactions"], json!([{"emoji": "👍", "count": 1}]));
    ask(&bobs, "message.unreact", json!({"emoji": "👍"})).await.unwrap();
    assert_eq!(expect_event(&alices, "message.updated").await.data["reactions"], json!([]));
    expect_refusal(ask(&bobs, "message.delete", json!({})).await, "forbidden");
    ask(&alices, "message.delete", json!({})).await.unwrap();
    assert_eq!(expect_event(&bobs, "message.deleted").await.data["deleted_by"], "alice");
    let edit = alice.patch(&format!("/messages/{}", message.id), json!({"content": "x"})).await;
    expect_problem(&edit, 403, "forbidden");
}
