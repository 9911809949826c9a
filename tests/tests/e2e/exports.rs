//! What is handed out as a file begins as an answer only when there is something to hand out.

use chinwag_client::Method;
use chinwag_tests::{World, expect_problem, expect_status, on_both_databases};
use serde_json::json;

use super::webhooks::root;

on_both_databases!(c1_an_export_that_cannot_begin_is_a_problem);

/// A store that fails before the first piece is no file that breaks off at its first byte.
async fn c1_an_export_that_cannot_begin_is_a_problem(world: World) {
    let root = root(&world).await;
    let mia = world.person("mia").await;
    let device = json!({"provider": "fcm", "token": "a-token-of-the-phone-0123456789"});
    let put = mia.request(Method::PUT, "/users/me/devices/phone", Some(&device)).await;
    expect_status(put, 201);
    expect_status(mia.get("/users/me/export").await, 200);
    expect_status(root.get("/users/export").await, 200);

    world.database.execute("UPDATE devices SET provider = 'pigeon'").await;
    expect_problem(&mia.get("/users/me/export").await, 500, "internal");
    world.database.execute("UPDATE users SET role = 'nobody' WHERE id = 'mia'").await;
    expect_problem(&root.get("/users/export").await, 500, "internal");
}
