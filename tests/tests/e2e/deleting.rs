//! Deleting: who may, and what stays.

use chinwag_tests::{
    IsJson, World, expect_event, expect_problem, expect_status, on_both_databases,
};
use serde_json::{Value, json};

on_both_databases!(
    a10_a_group_admin_deletes_and_a_tombstone_stays,
    a10_members_delete_by_permission,
    b8_a_sender_deletes_and_a_tombstone_stays,
    b8_nobody_deletes_the_other_persons_message,
);

async fn b8_a_sender_deletes_and_a_tombstone_stays(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let kept = alice.say(direct.id, "kept").await;
    let gone = alice.say(direct.id, "gone").await;
    let socket = bob.socket().await;

    let path = format!("/messages/{}", gone.id);
    expect_status(alice.delete(&path).await, 204);
    let event = expect_event(&socket, "message.deleted").await;
    assert_eq!(event.revision, Some(gone.revision + 1));
    let tombstone = expect_status(bob.get(&path).await, 200);
    for seen in [&event.data, &tombstone] {
        assert_eq!((&seen["id"], &seen["seq"]), (&json!(gone.id), &json!(gone.seq)));
        assert_eq!(seen["content"], Value::Null);
        assert_eq!(seen["sender"]["id"], "alice");
        assert_eq!(
            (&seen["deleted_by"], &seen["created_at"]),
            (&json!("alice"), &json!(gone.created_at))
        );
        assert!(seen["deleted_at"].is_time());
    }
    assert!(!serde_json::to_string(&tombstone).unwrap().contains("gone"));

    // It keeps its place but is no longer unread, and deleting it again changes nothing.
    let history = bob.client.history(direct.id, &[]).await.unwrap();
    assert_eq!((history.items[0].id, history.items[1].id), (gone.id, kept.id));
    assert_eq!(bob.client.unread().await.unwrap().total, 1);
    alice.delete(&path).await;
    assert_eq!(bob.client.conversation(direct.id).await.unwrap().revision, gone.revision + 1);
    assert_eq!(world.database.count("messages").await, 2);
}

async fn b8_nobody_deletes_the_other_persons_message(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = alice.say(direct.id, "mine").await;

    expect_problem(&bob.delete(&format!("/messages/{}", message.id)).await, 403, "forbidden");
    let read = bob.client.message(message.id).await.unwrap();
    assert_eq!((read.content.as_deref(), read.deleted_at), (Some("mine"), None));
}

async fn a10_a_group_admin_deletes_and_a_tombstone_stays(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let message = bob.say(group.id, "rude").await;

    expect_status(alice.delete(&format!("/messages/{}", message.id)).await, 204);
    let tombstone = bob.client.message(message.id).await.unwrap();
    assert_eq!((tombstone.content, tombstone.sender.id), (None, "bob".to_owned()));
    assert_eq!(tombstone.deleted_by.as_deref(), Some("alice"));
}

async fn a10_members_delete_by_permission(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob, &carol]).await;
    let message = format!("/messages/{}", bob.say(group.id, "rude").await.id);

    expect_problem(&carol.delete(&message).await, 403, "forbidden");
    let permissions = json!({"permissions": {
        "add_members": "admin", "remove_members": "admin", "edit": "admin", "delete_messages": "member"
    }});
    alice.client.update_conversation(group.id, &permissions).await.unwrap();
    expect_status(carol.delete(&message).await, 204);
    let tombstone = expect_status(bob.get(&message).await, 200);
    assert_eq!(tombstone["deleted_by"], "carol");
}
