//! Live places on the map.

use chinwag_tests::{World, expect_event, expect_problem, expect_status, on_both_databases};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases!(
    a8_a_live_location_moves_until_it_is_stopped,
    a8_what_a_location_request_must_look_like,
);

async fn send(by: &chinwag_tests::Person, conversation: Uuid, live: bool) -> Value {
    let location = json!({"latitude": 1.5, "longitude": -2.25, "live": live});
    let body = json!({"kind": "location", "location": location});
    expect_status(by.post(&format!("/conversations/{conversation}/messages"), body).await, 201)
}

fn path(message: &Value) -> String {
    format!("/messages/{}/location", message["id"].as_str().unwrap())
}

async fn a8_a_live_location_moves_until_it_is_stopped(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = send(&alice, direct.id, true).await;
    let bobs = bob.socket().await;
    let path = path(&message);

    let there = json!({"latitude": 48.858_370_1, "longitude": 2.294_481});
    let moved = expect_status(alice.patch(&path, there.clone()).await, 200);
    let expected = json!({"latitude": 48.858_370_1, "longitude": 2.294_481, "live": true});
    assert_eq!(moved["location"], expected);
    assert_eq!(moved["revision"], json!(message["revision"].as_u64().unwrap() + 1));
    assert!(moved["edited_at"].is_null(), "a place that moves is no edit");
    let event = expect_event(&bobs, "message.updated").await;
    assert_eq!((&event.data["location"], event.revision), (&expected, moved["revision"].as_u64()));
    // Standing still raises nothing.
    let same = expect_status(alice.patch(&path, there).await, 200);
    assert_eq!(same["revision"], moved["revision"]);

    expect_problem(&bob.patch(&path, json!({"latitude": 0})).await, 403, "forbidden");
    let stopped = expect_status(alice.patch(&path, json!({"live": false})).await, 200);
    assert_eq!(stopped["location"]["live"], false);
    for body in
        [json!({"live": true}), json!({"latitude": 0}), json!({"live": true, "latitude": 0})]
    {
        expect_problem(&alice.patch(&path, body).await, 409, "conflict");
    }
    // Stopping again is no change.
    let again = expect_status(alice.patch(&path, json!({"live": false})).await, 200);
    assert_eq!(again["revision"], stopped["revision"]);
    let fixed = send(&alice, direct.id, false).await;
    expect_problem(
        &alice.patch(&self::path(&fixed), json!({"latitude": 0})).await,
        409,
        "conflict",
    );
}

async fn a8_what_a_location_request_must_look_like(world: World) {
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = send(&alice, direct.id, true).await;
    let path = path(&message);
    for (body, pointer) in [
        (json!({}), ""),
        (json!({"latitude": 90.5}), "/latitude"),
        (json!({"longitude": -181}), "/longitude"),
        (json!({"latitude": "1"}), "/latitude"),
        (json!({"live": 1}), "/live"),
        (json!({"speed": 3}), "/speed"),
    ] {
        let problem =
            expect_problem(&alice.patch(&path, body.clone()).await, 422, "validation_failed");
        assert_eq!(problem.errors[0].pointer, pointer, "{body}");
        // Who may not move it hears that first.
        expect_problem(&bob.patch(&path, body.clone()).await, 403, "forbidden");
        expect_problem(&mallory.patch(&path, body).await, 404, "not_found");
    }
    let text = alice.say(direct.id, "words").await;
    let there = json!({"latitude": 0});
    let other = format!("/messages/{}/location", text.id);
    expect_problem(&alice.patch(&other, there.clone()).await, 403, "forbidden");
    alice.client.delete(message["id"].as_str().unwrap().parse().unwrap()).await.unwrap();
    expect_problem(&alice.patch(&path, there).await, 403, "forbidden");
}
