//! Uploads of people who are shut out before they end.

use chinwag_tests::{Form, World, expect_status, noise, on_both_databases, soon};
use serde_json::json;

use super::hosted_people::{admin, put};

on_both_databases!(who_is_deactivated_meanwhile_brings_nothing_in);
on_both_databases!(
    with &[("auth.mode", "local")];
    who_signs_out_meanwhile_brings_nothing_in,
);

async fn begun(world: &World, count: i64) {
    soon("the uploads are begun", || async {
        (world.database.count("media").await == count).then_some(())
    })
    .await;
}

async fn who_is_deactivated_meanwhile_brings_nothing_in(world: World) {
    let root = admin(&world).await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let to_bob = format!("/conversations/{}/messages", direct.id);
    // The first of them is whole before.
    let files = |form: Form| form.file("a.bin", &noise(100)).file("b.bin", &noise(300_000));
    let to_person = Form::message(&json!({"recipient_id": "bob"}));
    let uploads = [
        world.begin_form(&alice, "/media", files(Form::default())),
        world.begin_form(&alice, &to_bob, files(Form::message(&json!({})))),
        world.begin_form(&alice, "/messages", files(to_person)),
    ];
    let bobs = world.begin_form(&bob, "/media", files(Form::default()));
    begun(&world, 8).await;
    expect_status(put(&root, "alice", json!({"active": false})).await, 200);
    for upload in uploads {
        assert_eq!(upload.finish().await.problem(403), "account_deactivated");
    }
    assert_eq!(world.database.count("messages").await, 0);
    assert_eq!(world.database.count("media").await, 2, "only what bob brings");
    assert_eq!(bobs.finish().await.status, 201);
}

async fn who_signs_out_meanwhile_brings_nothing_in(world: World) {
    let client = world.nobody();
    let signed_in = client.register("alice", "correct horse battery staple").await.unwrap();
    let url = world.server.url();
    let alice = chinwag_tests::Person::with_signed_token(&url, signed_in.access_token).await;
    let upload = world.begin_form(&alice, "/media", Form::default().file("a", &noise(300_000)));
    begun(&world, 1).await;
    alice.client.logout().await.unwrap();
    assert_eq!(upload.finish().await.problem(401), "session_revoked");
    assert_eq!(world.database.count("media").await, 0);
}
