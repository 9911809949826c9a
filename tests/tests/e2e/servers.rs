//! Several processes on one database, without a bus between them: the database is the truth, and each of them finds
//! out in time. (On SQLite, which is for one process, both ways lead to the same.)

use chinwag_client::{Event, Socket};
use chinwag_tests::{
    Person, World, events_until, expect_event, expect_problem, on_both_databases, soon,
};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases!(
    what_one_server_stores_the_other_shows,
    who_was_removed_at_one_server_hears_nothing_more_at_the_other,
    who_was_added_at_one_server_hears_of_it_at_the_other,
    a_deleted_group_is_gone_on_every_server,
);

/// Waits until a client at this socket knows `revision`, by its event or by being told to sync and syncing.
async fn learns(person: &Person, socket: &Socket, conversation: Uuid, revision: u64) -> Vec<Event> {
    let seen = events_until(socket, |event| {
        event.kind == "sync.required"
            || (event.conversation_id == Some(conversation) && event.revision == Some(revision))
    })
    .await;
    let synced = person.client.changes(conversation, 1).await.unwrap();
    assert!(synced.revision >= revision, "{synced:?}");
    seen
}

async fn what_one_server_stores_the_other_shows(world: World) {
    let other = world.second_server().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let bob = bob.at_other(other.as_ref());
    let direct = alice.direct_with(&bob).await;
    let socket = bob.socket().await;

    let sent = alice.say(direct.id, "hello over there").await;
    assert_eq!(bob.client.message(sent.id).await.unwrap().content, sent.content);
    learns(&bob, &socket, direct.id, sent.revision).await;
    // Numbers go on where the other stopped, and live events go on after the hole.
    let answer = bob.say(direct.id, "hello back").await;
    assert_eq!((answer.seq, answer.revision), (sent.seq + 1, sent.revision + 1));
    let event = expect_event(&socket, "message.created").await;
    let newest = if event.revision == Some(sent.revision) {
        expect_event(&socket, "message.created").await
    } else {
        event
    };
    assert_eq!(newest.revision, Some(answer.revision));
    alice.client.mark_read(direct.id, None).await.unwrap();
    assert_eq!(bob.client.message(answer.id).await.unwrap().status.as_deref(), Some("read"));
}

async fn who_was_removed_at_one_server_hears_nothing_more_at_the_other(world: World) {
    let other = world.second_server().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob, &carol]).await;
    let (bob, carol) = (bob.at_other(other.as_ref()), carol.at_other(other.as_ref()));
    let (bobs, carols) = (bob.socket().await, carol.socket().await);
    carol.say(group.id, "before").await;
    expect_event(&bobs, "message.created").await;

    alice.client.remove_participant(group.id, "bob").await.unwrap();
    // What is said at bob's own server after that does not reach him, however soon it comes.
    let secret = carol.say(group.id, "he must not hear this").await;
    let path = format!("/conversations/{}/messages", group.id);
    expect_problem(&bob.post(&path, json!({"content": "x"})).await, 404, "not_found");
    let said = events_until(&bobs, |event| event.kind == "conversation.removed").await;
    assert_eq!(said.last().unwrap().conversation_id, Some(group.id));
    assert!(said.iter().all(|event| event.data["id"] != json!(secret.id)), "{said:#?}");
    learns(&carol, &carols, group.id, secret.revision).await;

    let own = bob.group_with("Own", &[]).await;
    bob.say(own.id, "sentinel").await;
    let rest = events_until(&bobs, |event| event.kind == "message.created").await;
    assert!(rest.iter().all(|event| event.conversation_id != Some(group.id)), "{rest:#?}");
}

async fn who_was_added_at_one_server_hears_of_it_at_the_other(world: World) {
    let other = world.second_server().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&carol]).await;
    let (bob, carol) = (bob.at_other(other.as_ref()), carol.at_other(other.as_ref()));
    let bobs = bob.socket().await;
    let _carols = carol.socket().await;

    alice.client.add_participants(group.id, &["bob"]).await.unwrap();
    let said = carol.say(group.id, "welcome").await;
    let heard = events_until(&bobs, |event| {
        event.kind == "sync.required"
            || (event.conversation_id == Some(group.id) && event.revision == Some(said.revision))
    })
    .await;
    assert!(!heard.is_empty());
    let synced = bob.client.sync(&[], None).await.unwrap();
    assert_eq!(synced.conversations[0].id, group.id);
    // From then on he hears what is said there.
    let next = carol.say(group.id, "all well?").await;
    let is_next = |event: &Event| {
        event.conversation_id == Some(group.id) && event.revision == Some(next.revision)
    };
    events_until(&bobs, is_next).await;
}

async fn a_deleted_group_is_gone_on_every_server(world: World) {
    let other = world.second_server().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let bob = bob.at_other(other.as_ref());
    let socket = bob.socket().await;
    bob.say(group.id, "here").await;
    expect_event(&socket, "message.created").await;

    alice.client.delete_conversation(group.id).await.unwrap();
    let path = format!("/conversations/{}", group.id);
    expect_problem(&bob.get(&path).await, 404, "not_found");
    let send = json!({"conversation_id": group.id, "content": "still here?"});
    let refused = socket.request("message.send", send).await.unwrap_err();
    assert_eq!(refused.problem().map(|it| it.code.as_str()), Some("not_found"));
    soon("it is in no list", || async {
        let list: Value = bob.get("/conversations").await.json;
        (list["items"] == json!([])).then_some(())
    })
    .await;
}
