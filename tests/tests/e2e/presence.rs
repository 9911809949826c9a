//! Who is here.

use chinwag_client::Presence;
use chinwag_tests::{IsJson, World, expect_event, expect_status, on_both_databases};
use serde_json::{Value, json};

on_both_databases!(
    d8_online_with_several_sockets_and_last_seen_after_the_last,
    d8_presence_is_only_for_people_who_share_a_conversation,
    e5_presence_is_asked_subscribed_and_told,
);

async fn d8_online_with_several_sockets_and_last_seen_after_the_last(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    alice.direct_with(&bob).await;
    let watching = alice.socket().await;
    let subscribe = json!({"user_ids": ["bob"]});
    let now = watching.request("presence.subscribe", subscribe).await.unwrap();
    assert_eq!(now["items"][0]["online"], false);

    let first = bob.socket().await;
    let event = expect_event(&watching, "presence.changed").await;
    assert_eq!((&event.data["user_id"], &event.data["online"]), (&json!("bob"), &json!(true)));
    let second = bob.socket().await;
    drop(first);
    second.request("ping", json!({})).await.unwrap();
    drop(second);
    // One event for both sockets: the next says that the last is gone.
    let event = expect_event(&watching, "presence.changed").await;
    assert_eq!((&event.data["user_id"], &event.data["online"]), (&json!("bob"), &json!(false)));
    assert!(event.data["last_seen_at"].is_time());
    let presence = alice.client.presence(&["bob"]).await.unwrap();
    assert!(presence[0].last_seen_at.is_some());
}

async fn d8_presence_is_only_for_people_who_share_a_conversation(world: World) {
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    alice.direct_with(&bob).await;
    let bobs = bob.socket().await;
    let mallorys = mallory.socket().await;

    let asked = mallory.client.presence(&["bob", "nobody"]).await.unwrap();
    let offline =
        |user_id: &str| Presence { user_id: user_id.to_owned(), online: false, last_seen_at: None };
    assert_eq!(asked, [offline("bob"), offline("nobody")]);
    let subscribe = json!({"user_ids": ["bob"]});
    let now = mallorys.request("presence.subscribe", subscribe).await.unwrap();
    assert_eq!(now["items"][0]["online"], false);

    // When bob goes, alice hears of it and mallory does not.
    let alices = alice.socket().await;
    alices.request("presence.subscribe", json!({"user_ids": ["bob"]})).await.unwrap();
    drop(bobs);
    expect_event(&alices, "presence.changed").await;
    mallory.group_with("sentinel", &[]).await;
    let next = mallorys.next_event().await.unwrap();
    assert_eq!(next.kind, "conversation.created", "{next:?}");
}

async fn e5_presence_is_asked_subscribed_and_told(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    alice.group_with("Team", &[&bob, &carol]).await;
    let bobs = bob.socket().await;
    let alices = alice.socket().await;

    let both = json!({"user_ids": ["bob", "carol"]});
    let online = |answer: &Value| -> Vec<(String, bool)> {
        answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (it["user_id"].as_str().unwrap().to_owned(), it["online"].as_bool().unwrap()))
            .collect()
    };
    let expected = [("bob".to_owned(), true), ("carol".to_owned(), false)];
    let asked = alices.request("presence.query", both.clone()).await.unwrap();
    assert_eq!(online(&asked), expected);
    let asked = expect_status(alice.get("/presence?user_ids=bob,carol").await, 200);
    assert_eq!(online(&asked), expected);
    let subscribed = alices.request("presence.subscribe", both).await.unwrap();
    assert_eq!(online(&subscribed), expected);

    let carols = carol.socket().await;
    let event = expect_event(&alices, "presence.changed").await;
    let keys = ["user_id", "online", "last_seen_at"];
    assert!(event.data.has_only_keys(&keys), "{}", event.data);
    assert_eq!((&event.data["user_id"], &event.data["online"]), (&json!("carol"), &json!(true)));
    assert!(event.at.is_some());

    let no_more = json!({"user_ids": ["carol"]});
    alices.request("presence.unsubscribe", no_more).await.unwrap();
    drop(carols);
    drop(bobs);
    // Of the two who go, only the one still subscribed to is told.
    let event = expect_event(&alices, "presence.changed").await;
    assert_eq!((&event.data["user_id"], &event.data["online"]), (&json!("bob"), &json!(false)));
}
