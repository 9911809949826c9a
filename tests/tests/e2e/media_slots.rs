//! Slots: promised over a socket, filled over HTTP, once.

use chinwag_tests::{World, expect_event, expect_refusal, noise, on_both_databases, png};
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases!(
    d9_a_slot_is_filled_and_its_owner_told,
    d9_a_slot_takes_one_file_of_the_size_announced,
    d9_a_slot_is_asked_for_with_sense,
    d9_of_many_uploads_into_a_slot_one_is_taken,
);

async fn slot(socket: &chinwag_client::Socket, size: usize) -> Value {
    let ask = json!({"name": "a.png", "mime_type": "image/png", "size": size});
    socket.request("media.request_upload", ask).await.unwrap()
}

async fn put(world: &World, url: &Value, bytes: &[u8]) -> chinwag_tests::Bytes {
    world.http(Method::PUT, url.as_str().unwrap(), &[], bytes.to_vec()).await
}

async fn d9_a_slot_is_filled_and_its_owner_told(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let (socket, other, bobs) = (alice.socket().await, alice.socket().await, bob.socket().await);
    let picture = png(31, 17);
    let slot = slot(&socket, picture.len()).await;
    let url = slot["url"].as_str().unwrap();
    let id = slot["media_id"].as_str().unwrap();
    assert!(url.starts_with(&format!("/api/v1/media/{id}/content?token=")), "{url}");

    // Not there before it is filled, nor to be sent.
    assert_eq!(alice.get(&format!("/media/{id}")).await.status, 404);
    let send =
        json!({"conversation_id": direct.id, "kind": "image", "attachments": [{"media_id": id}]});
    expect_refusal(socket.request("message.send", send.clone()).await, "validation_failed");

    let filled = put(&world, &slot["url"], &picture).await.json(200);
    assert_eq!((&filled["id"], &filled["width"]), (&json!(id), &json!(31)));
    for socket in [&socket, &other] {
        let event = expect_event(socket, "media.ready").await;
        assert_eq!(event.data, json!({ "attachment": filled }));
    }
    let sent = socket.request("message.send", send).await.unwrap();
    assert_eq!(sent["attachments"][0], filled);
    // To the other person nothing came before the message.
    let event = bobs.next_event().await.unwrap();
    assert_eq!(event.kind, "message.created");
    assert_eq!(world.file(&bob, &filled["url"], &[]).await.bytes, picture);

    // No token of it is written down anywhere.
    let token = url.split_once("token=").unwrap().1;
    assert!(!world.server.log().contains(token));
    assert_eq!(put(&world, &slot["url"], &picture).await.problem(404), "not_found");
    assert_eq!(world.file(&bob, &filled["url"], &[]).await.bytes, picture);
}

async fn d9_a_slot_takes_one_file_of_the_size_announced(world: World) {
    let alice = world.person("alice").await;
    let socket = alice.socket().await;
    for (length, status, code) in [
        (101, 413, "payload_too_large"),
        (99, 422, "validation_failed"),
        (0, 422, "validation_failed"),
    ] {
        let slot = slot(&socket, 100).await;
        let refused = put(&world, &slot["url"], &noise(200)[..length]).await;
        assert_eq!(refused.problem(status), code, "{length}");
        assert_eq!(put(&world, &slot["url"], &noise(100)).await.problem(404), "not_found");
    }
    // The type is what the bytes say, not what was announced.
    let page = b"<!DOCTYPE html><script>alert(1)</script>";
    let slot = slot(&socket, page.len()).await;
    let filled = put(&world, &slot["url"], page).await.json(200);
    assert_eq!((&filled["mime_type"], &filled["kind"]), (&json!("text/html"), &json!("document")));
    assert_eq!(world.database.count("media").await, 1, "nothing of what was refused");
}

async fn d9_a_slot_is_asked_for_with_sense(world: World) {
    let alice = world.person("alice").await;
    let socket = alice.socket().await;
    for (ask, code) in [
        (json!({"name": "a", "mime_type": "image/png", "size": 0}), "validation_failed"),
        (json!({"name": "a", "mime_type": "image/png", "size": -1}), "validation_failed"),
        (json!({"name": " ", "mime_type": "image/png", "size": 1}), "validation_failed"),
        (json!({"name": "a", "mime_type": "png", "size": 1}), "validation_failed"),
        (json!({"name": "a", "mime_type": "image/png"}), "validation_failed"),
        (json!({"name": "a", "mime_type": "image/png", "size": 1, "x": 1}), "validation_failed"),
        (json!({"name": "a", "mime_type": "image/png", "size": 10_485_761}), "payload_too_large"),
    ] {
        expect_refusal(socket.request("media.request_upload", ask).await, code);
    }
    let slot = slot(&socket, 3).await;
    let path = slot["url"].as_str().unwrap().split_once('?').unwrap().0;
    for (query, status) in [
        ("", 404),
        ("?token=", 404),
        ("?token=wrong", 404),
        ("?token=a&token=b", 404),
        ("?tokem=a", 422),
    ] {
        let refused =
            world.http(Method::PUT, &format!("{path}{query}"), &[], b"abc".to_vec()).await;
        assert_eq!(refused.status, status, "{query}");
    }
    // None of that has used it up.
    assert_eq!(put(&world, &slot["url"], b"abc").await.status, 200);
}

async fn d9_of_many_uploads_into_a_slot_one_is_taken(world: World) {
    let alice = world.person("alice").await;
    let socket = alice.socket().await;
    let bytes = noise(200_000);
    let slot = slot(&socket, bytes.len()).await;
    let puts = (0..6).map(|_| put(&world, &slot["url"], &bytes));
    let answers = futures_util::future::join_all(puts).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404, 404, 404, 404, 404]);
    let url = json!(format!("/api/v1/media/{}", slot["media_id"].as_str().unwrap()));
    assert!(world.file(&alice, &url, &[]).await.bytes == bytes);
}
