//! c5: what receivers do to the server, and where it sends nothing.

use crate::webhooks::{LOCAL, register, root};
use chinwag_tests::{Receiver, Reply, World, expect_problem, expect_status, on_both_databases};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

on_both_databases!(with LOCAL;
    c5_a_test_says_what_came_back,
    c5_a_redirect_is_not_followed,
    c5_receivers_that_do_not_end_are_bounded,
    c5_a_silent_receiver_holds_up_no_other,
    c5_a_receiver_silent_in_many_conversations_leaves_places_for_others,
);
on_both_databases!(c5_private_addresses_are_refused);

/// Tries a webhook out.
async fn ping(world: &World, id: &str) -> Value {
    expect_status(root(world).await.post(&format!("/webhooks/{id}/test"), json!({})).await, 200)
}

async fn c5_a_test_says_what_came_back(world: World) {
    let receiver = Receiver::start().await;
    let (id, secret) = register(&root(&world).await, json!({"url": receiver.url()})).await;
    let told = ping(&world, &id).await;
    assert_eq!(
        (&told["delivered"], &told["status"], &told["error"]),
        (&json!(true), &json!(204), &Value::Null)
    );
    assert!(told["duration_ms"].is_u64());
    let heard = receiver.heard();
    assert_eq!((heard.len(), heard[0].header("x-chinwag-event")), (1, "ping"));
    assert_eq!(
        (&heard[0].body["type"], &heard[0].body["data"]["webhook_id"]),
        (&json!("ping"), &json!(id))
    );
    assert!(heard[0].is_signed_with(&secret));

    receiver.answers(|_| Reply::Status(404));
    let told = ping(&world, &id).await;
    assert_eq!((&told["delivered"], &told["status"]), (&json!(false), &json!(404)));
    for reply in [Reply::Garbage, Reply::HangUp] {
        receiver.answers(move |_| reply.clone());
        let told = ping(&world, &id).await;
        assert_eq!((&told["delivered"], &told["status"]), (&json!(false), &Value::Null), "{told}");
        assert!(told["error"].is_string());
    }
    drop(receiver);
    assert_eq!(ping(&world, &id).await["delivered"], json!(false));
    assert_eq!(world.database.count("jobs").await, 0, "a test is tried once");
    let path = format!("/webhooks/{id}/test");
    let answer = root(&world).await.post(&path, json!({"wrong": 1})).await;
    expect_problem(&answer, 422, "validation_failed");
}

async fn c5_a_redirect_is_not_followed(world: World) {
    let (receiver, target) = (Receiver::start().await, Receiver::start().await);
    let to = target.url();
    receiver.answers(move |_| Reply::Redirect(to.clone()));
    let (id, _) = register(&root(&world).await, json!({"url": receiver.url()})).await;
    let told = ping(&world, &id).await;
    assert_eq!((&told["delivered"], &told["status"]), (&json!(false), &json!(307)));
    let alice = world.person("alice").await;
    alice.group_with("Team", &[]).await;
    receiver.until("two attempts more", |it| it.len() >= 3).await;
    assert!(target.heard().is_empty());
}

async fn c5_receivers_that_do_not_end_are_bounded(world: World) {
    let [flood, silence, trickle] =
        [Receiver::start().await, Receiver::start().await, Receiver::start().await];
    flood.answers(|_| Reply::Flood);
    silence.answers(|_| Reply::Silence);
    trickle.answers(|_| Reply::Trickle);
    let root = root(&world).await;
    let (flooding, _) = register(&root, json!({"url": flood.url()})).await;
    let (silent, _) = register(&root, json!({"url": silence.url()})).await;
    let (trickling, _) = register(&root, json!({"url": trickle.url()})).await;

    // What it says counts; what else it sends is not read to the end.
    let told = ping(&world, &flooding).await;
    assert_eq!((&told["delivered"], &told["status"]), (&json!(true), &json!(200)));
    assert!(flood.sent() < 64 * 1024 * 1024, "{}", flood.sent());
    let begun = Instant::now();
    let (first, second) = tokio::join!(ping(&world, &silent), ping(&world, &trickling));
    assert!(begun.elapsed() >= Duration::from_secs(5), "they had time to answer");
    for told in [first, second] {
        assert_eq!((&told["delivered"], &told["status"]), (&json!(false), &Value::Null), "{told}");
        let took = told["duration_ms"].as_u64().unwrap();
        assert!(took < 20_000, "{took} ms");
    }
}

async fn c5_a_silent_receiver_holds_up_no_other(world: World) {
    let (silent, good) = (Receiver::start().await, Receiver::start().await);
    silent.answers(|_| Reply::Silence);
    let root = root(&world).await;
    register(&root, json!({"url": silent.url()})).await;
    register(&root, json!({"url": good.url()})).await;
    let alice = world.person("alice").await;
    let group = alice.group_with("Team", &[]).await;
    silent.until("that it is asked", |it| !it.is_empty()).await;
    for number in 0..20 {
        alice.say(group.id, &format!("{number}")).await;
    }
    good.until("all of them", |it| it.len() >= 21).await;
    // The silent one still holds the first.
    assert_eq!(silent.heard().len(), 1);
}

async fn c5_a_receiver_silent_in_many_conversations_leaves_places_for_others(world: World) {
    const ROOMS: usize = 50;
    let (silent, good) = (Receiver::start().await, Receiver::start().await);
    silent.answers(|_| Reply::Silence);
    let root = root(&world).await;
    register(&root, json!({"url": silent.url()})).await;
    let alice = world.person("alice").await;
    for number in 0..ROOMS {
        alice.group_with(&format!("{number}"), &[]).await;
    }
    silent.until("as many as it may have", |it| it.len() >= 4).await;
    register(&root, json!({"url": good.url()})).await;
    for number in 0..ROOMS {
        alice.group_with(&format!("more {number}"), &[]).await;
    }
    good.until("all of them", |it| it.len() >= ROOMS).await;
    // Four; one that was given up may still be seen open when the next comes.
    assert!(silent.most_held() <= 2 * 4, "{} at once", silent.most_held());
}

async fn c5_private_addresses_are_refused(world: World) {
    let receiver = Receiver::start().await;
    let root = root(&world).await;
    let port = receiver.url().rsplit(':').next().unwrap().to_owned();
    for host in [
        "127.0.0.1",
        "localhost",
        "LocalHost.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "2130706433",
        "0x7f.1",
        "017700000001",
        "0.0.0.0",
        "169.254.169.254",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "[fd00::1]",
        "[fe80::1]",
        "224.0.0.1",
    ] {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}:{port}");
            let answer = root.post("/webhooks", json!({"url": url})).await;
            let problem = expect_problem(&answer, 422, "validation_failed");
            assert_eq!(problem.errors[0].pointer, "/url", "{url}");
        }
    }
    assert_eq!(world.database.count("webhooks").await, 0);
    assert!(receiver.heard().is_empty());
}
