//! One's own settings of a conversation.

use chinwag_tests::{World, expect_event, expect_problem, expect_status, on_both_databases};
use serde_json::{Value, json};

on_both_databases!(
    a12_a_muted_conversation_does_not_notify,
    a12_muted_until_a_time,
    a12_own_settings_reach_the_own_other_devices_alone,
);

async fn a12_a_muted_conversation_does_not_notify(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob, &carol]).await;
    let path = format!("/conversations/{}/membership", group.id);
    let muted = expect_status(bob.patch(&path, json!({"muted": true})).await, 200);
    assert_eq!((&muted["muted"], &muted["muted_until"]), (&json!(true), &Value::Null));
    let (bobs, carols) = (bob.socket().await, carol.socket().await);

    alice.say(group.id, "hello").await;
    assert_eq!(expect_event(&bobs, "message.created").await.notify, Some(false));
    assert_eq!(expect_event(&carols, "message.created").await.notify, Some(true));
    // Muted is not read: it is still counted.
    assert_eq!(bob.client.unread().await.unwrap().total, 1);
    let list = bob.client.conversations(&[]).await.unwrap();
    assert!(list.items[0].membership.as_ref().unwrap().muted);

    let loud = expect_status(bob.patch(&path, json!({"muted": false})).await, 200);
    assert_eq!(loud["muted"], false);
    alice.say(group.id, "hello again").await;
    assert_eq!(expect_event(&bobs, "message.created").await.notify, Some(true));
}

async fn a12_muted_until_a_time(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/membership", direct.id);

    let later = json!({"muted_until": "2999-01-01T00:00:00Z"});
    let muted = expect_status(bob.patch(&path, later).await, 200);
    assert_eq!(muted["muted"], true);
    assert_eq!(muted["muted_until"], "2999-01-01T00:00:00.000Z");
    let over = json!({"muted_until": "2001-01-01T00:00:00Z"});
    let muted = expect_status(bob.patch(&path, over).await, 200);
    assert_eq!(muted["muted"], false);

    for wrong in [
        json!({"muted": "yes"}),
        json!({"muted_until": "tomorrow"}),
        json!({"hidden": null, "muted": 1}),
        json!({"read_seq": 1}),
        json!({"role": "admin"}),
    ] {
        expect_problem(&bob.patch(&path, wrong).await, 422, "validation_failed");
    }
}

async fn a12_own_settings_reach_the_own_other_devices_alone(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let (alices, bobs) = (alice.socket().await, bob.socket().await);

    bob.client.update_membership(direct.id, &json!({"muted": true})).await.unwrap();
    let event = expect_event(&bobs, "membership.updated").await;
    assert_eq!(event.conversation_id, Some(direct.id));
    assert_eq!(event.revision, None);
    bob.say(direct.id, "sentinel").await;
    let first = alices.next_event().await.unwrap();
    assert_eq!(first.kind, "message.created", "{first:?}");
    assert_eq!(first.revision, Some(direct.revision + 1));
}
