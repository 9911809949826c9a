//! Devices of people (a17): who may register which, and what is told where nothing can be pushed.

use crate::{
    operation::run_with,
    push::{devices, put, register, settled, token, try_out, with_push},
};
use chinwag_client::Method;
use chinwag_tests::{World, expect_problem, expect_status, on_both_databases};
use serde_json::{Value, json};

on_both_databases!(
    a17_without_push_a_test_says_what_to_do,
    a17_devices_are_ones_own,
    a17_a_token_belongs_to_who_registered_it_last,
    a17_devices_that_do_not_fit_are_refused,
);

async fn a17_without_push_a_test_says_what_to_do(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    register(&bob, "phone").await;
    let told = try_out(&bob, "phone").await;
    assert_eq!((&told["delivered"], &told["error"]), (&json!(false), &json!("not_configured")));
    assert_eq!(told["provider_status"], Value::Null);
    assert!(told["detail"].as_str().unwrap().contains("push.fcm_credentials"), "{told}");
    alice.say(direct.id, "hello").await;
    assert_eq!(world.database.count("jobs").await, 0, "nothing is kept that nobody will do");
}

async fn a17_devices_are_ones_own(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let secret = register(&alice, "phone").await;
    let again = expect_status(put(&alice, "phone", &secret).await, 200);
    assert_eq!((&again["device_id"], &again["provider"]), (&json!("phone"), &json!("fcm")));
    assert_eq!(again["token_ending"], json!(&secret[secret.len() - 6..]));
    let listed = alice.get("/users/me/devices").await;
    assert!(!listed.text.contains("canary"), "{}", listed.text);
    assert_eq!(devices(&alice).await.len(), 1);
    assert!(devices(&bob).await.is_empty());

    // What bob removes is his.
    expect_status(bob.delete("/users/me/devices/phone").await, 204);
    assert_eq!(devices(&alice).await.len(), 1);
    for _ in 0..2 {
        expect_status(alice.delete("/users/me/devices/phone").await, 204);
    }
    assert!(devices(&alice).await.is_empty());
    let nobody = world.nobody();
    let asked = nobody.request(Method::GET, "/users/me/devices", None).await.unwrap();
    expect_problem(&asked, 401, "token_missing");
}

async fn a17_a_token_belongs_to_who_registered_it_last(world: World) {
    let fcm = with_push(&world, "0").await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let team = alice.group_with("Team", &[&bob, &carol]).await;
    let shared = token("shared");
    expect_status(put(&bob, "phone", &shared).await, 201);
    expect_status(put(&carol, "phone", &shared).await, 201);
    assert!(devices(&bob).await.is_empty());
    alice.say(team.id, "hello").await;
    settled(&world).await;
    assert_eq!(fcm.taken_for(&shared).len(), 1, "for carol alone");
}

async fn a17_devices_that_do_not_fit_are_refused(world: World) {
    let alice = world.person("alice").await;
    let send = async |device: &str, body: Value| {
        alice.request(Method::PUT, &format!("/users/me/devices/{device}"), Some(&body)).await
    };
    let fine = json!({"provider": "fcm", "token": token("x")});
    for (body, pointer) in [
        (json!({"provider": "fcm"}), "/token"),
        (json!({"token": token("x")}), "/provider"),
        (json!({"provider": "apns", "token": token("x")}), "/provider"),
        (json!({"provider": "fcm", "token": ""}), "/token"),
        (json!({"provider": "fcm", "token": "a b"}), "/token"),
        (json!({"provider": "fcm", "token": "x".repeat(2_049)}), "/token"),
        (json!({"provider": "fcm", "token": token("x"), "user_id": "bob"}), "/user_id"),
        (json!({"provider": 5, "token": token("x")}), "/provider"),
    ] {
        let problem = expect_problem(&send("phone", body).await, 422, "validation_failed");
        assert_eq!(problem.errors[0].pointer, pointer);
    }
    let long = "x".repeat(129);
    let problem = expect_problem(&send(&long, fine.clone()).await, 422, "validation_failed");
    assert_eq!(problem.errors[0].pointer, "device_id");
    expect_problem(&send("a%00b", fine.clone()).await, 422, "validation_failed");
    expect_status(send(&"x".repeat(128), fine).await, 201);

    for device in 1..20 {
        let token = token(&device.to_string());
        expect_status(put(&alice, &format!("d{device}"), &token).await, 201);
    }
    expect_problem(&put(&alice, "one-more", &token("more")).await, 409, "conflict");
    expect_status(put(&alice, "d1", &token("newer")).await, 200);
    assert_eq!(devices(&alice).await.len(), 20);
}

#[test]
fn a17_credentials_that_do_not_fit_are_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebase.json");
    let path = file.to_str().unwrap();
    let said = |contents: Option<&str>| {
        if let Some(contents) = contents {
            std::fs::write(&file, contents).unwrap();
        }
        let output = run_with(&[("CHINWAG_PUSH__FCM_CREDENTIALS", path)]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("push.fcm_credentials") && said.contains(path), "{said}");
        said
    };
    assert!(said(None).contains("cannot be read"));
    assert!(said(Some("{")).contains("not the JSON"));
    assert!(said(Some("{\"type\":\"authorized_user\"}")).contains("service_account"));
    let keyless = json!({"type": "service_account", "project_id": "my-app", "private_key": "c4n4ry",
        "client_email": "x@y", "token_uri": "https://oauth2.googleapis.com/token"});
    let told = said(Some(&keyless.to_string()));
    assert!(told.contains("private_key") && !told.contains("c4n4ry"), "{told}");
}
