//! Files in a bucket of a server that speaks S3 (`s3s-fs`), over real HTTP: the same as in a folder.

use chinwag_tests::{
    Engine, Form, Person, World, expect_event, expect_status, noise, on_both_databases, png, soon,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::bucket::{Bucket, KEY, SECRET, objects};

on_both_databases!(
    a6_files_go_up_to_a_bucket_and_come_down_again,
    a6_what_nobody_uses_leaves_the_bucket,
);

/// Above the size from which on it goes to the bucket in parts.
const LARGE: usize = 6 * 1024 * 1024;
const HOUR_MS: i64 = 3_600_000;

/// Moves the server of a world to a new bucket, with credentials in its URL.
async fn with_bucket(world: &World) -> Bucket {
    let bucket = Bucket::start().await;
    world.server.restart_with(&[("media.url", bucket.url())]).await;
    bucket
}

async fn send(world: &World, by: &Person, to: uuid::Uuid, files: &[&[u8]]) -> Value {
    let form = files.iter().fold(Form::message(&json!({})), |form, it| form.file("f", it));
    world.post_form(by, &format!("/conversations/{to}/messages"), form).await.json(201)
}

async fn a6_files_go_up_to_a_bucket_and_come_down_again(world: World) {
    let bucket = with_bucket(&world).await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let (large, picture) = (noise(LARGE), png(31, 17));
    let sent = send(&world, &alice, direct.id, &[&large, &picture]).await;
    let [first, second] = [&sent["attachments"][0], &sent["attachments"][1]];
    assert_eq!((&first["size"], &second["width"]), (&json!(LARGE), &json!(31)));
    assert_eq!(objects(bucket.folder()), 2);

    // As after a crash: nothing of it was in the server.
    world.server.restart().await;
    let whole = world.file(&bob, &first["url"], &[]).await;
    assert!(whole.status == 200 && whole.bytes == large, "{} bytes", whole.bytes.len());
    assert_eq!(world.file(&bob, &second["url"], &[]).await.bytes, picture);
    let border = 5 * 1024 * 1024;
    for (range, part) in [
        ("bytes=0-0".to_owned(), 0..1),
        (format!("bytes={}-{}", border - 10, border + 9), border - 10..border + 10),
        ("bytes=-5".to_owned(), LARGE - 5..LARGE),
    ] {
        let file = world.file(&bob, &first["url"], &[("range", &range)]).await;
        assert!(file.status == 206 && file.bytes == large[part], "{range}");
    }
    let beyond = format!("bytes={LARGE}-");
    assert_eq!(world.file(&bob, &first["url"], &[("range", &beyond)]).await.status, 416);
    let link = bob.get(&format!("/media/{}/link", second["id"].as_str().unwrap())).await;
    let link = expect_status(link, 200)["url"].as_str().unwrap().to_owned();
    assert_eq!(world.http(Method::GET, &link, &[], Vec::new()).await.bytes, picture);

    let socket = alice.socket().await;
    let ask = json!({"name": "a.png", "mime_type": "image/png", "size": picture.len()});
    let slot = socket.request("media.request_upload", ask).await.unwrap();
    let url = slot["url"].as_str().unwrap();
    let filled = world.http(Method::PUT, url, &[], picture.clone()).await.json(200);
    assert_eq!(expect_event(&socket, "media.ready").await.data["attachment"], filled);
    assert_eq!(world.file(&alice, &filled["url"], &[]).await.bytes, picture);
    assert_eq!(objects(bucket.folder()), 3);
}

async fn a6_what_nobody_uses_leaves_the_bucket(world: World) {
    let bucket = with_bucket(&world).await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let kept = send(&world, &alice, direct.id, &[&noise(LARGE)]).await;
    let deleted = send(&world, &alice, direct.id, &[&noise(LARGE), &noise(9)]).await;
    world.upload(&alice, "never sent", &noise(7)).await;
    // Refused in its middle, when parts of it are there.
    let too_large = Form::default().file("x", &noise(11 * 1024 * 1024));
    assert_eq!(world.post_form(&alice, "/media", too_large).await.status, 413);
    assert_eq!(objects(bucket.folder()), 4);
    alice.delete(&format!("/messages/{}", deleted["id"].as_str().unwrap())).await;

    // A day later; a server sweeps when it comes up.
    let day = 25 * HOUR_MS;
    let turned = format!("UPDATE media SET unused_since = unused_since - {day}");
    world.database.execute(&turned).await;
    world.server.restart().await;
    soon("only what a message shows is left", || async {
        (objects(bucket.folder()) == 1 && world.database.count("media").await == 1).then_some(())
    })
    .await;
    let file = world.file(&bob, &kept["attachments"][0]["url"], &[]).await;
    assert!(file.bytes == noise(LARGE), "{}", file.status);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_for_a_bucket_come_from_the_environment() {
    let binary = env!("CARGO_BIN_EXE_chinwag-under-test");
    let world = World::start(Engine::Sqlite, binary, &[]).await;
    let bucket = Bucket::start().await;
    let (_, endpoint) =
        bucket.url().split_once('?').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let address = endpoint.trim_start_matches("endpoint=").split('&').next().unwrap().to_owned();
    let keys = |secret: &str| {
        [("AWS_ACCESS_KEY_ID", KEY.to_owned()), ("AWS_SECRET_ACCESS_KEY", secret.to_owned())]
    };
    let alice = world.person("alice").await;
    // Where the bucket is said beside it, and all by the environment.
    for (count, url, more) in [
        (1, format!("s3://media/prefix?{endpoint}"), Vec::new()),
        (
            2,
            "s3://media/prefix".to_owned(),
            vec![
                ("AWS_ENDPOINT_URL", address),
                ("AWS_ALLOW_HTTP", "true".to_owned()),
                ("AWS_REGION", "us-east-1".to_owned()),
            ],
        ),
    ] {
        let settings = [vec![("media.url", url)], keys(SECRET).to_vec(), more].concat();
        world.server.restart_with(&settings).await;
        let alice = alice.at(&world.server.url());
        let upload = world.upload(&alice, "x", &noise(100)).await;
        assert_eq!(world.file(&alice, &upload["url"], &[]).await.bytes, noise(100));
        assert_eq!(objects(bucket.folder()), count);
    }
    // Those that the bucket does not take: nothing is stored, and the sender may try again.
    world.server.restart_with(&keys("another")).await;
    let alice = alice.at(&world.server.url());
    let form = Form::default().file("x", &noise(100));
    let refused = world.post_form(&alice, "/media", form).await.json(503);
    assert_eq!(refused["temporary"], true);
    assert!(!world.server.log().contains(SECRET));
    assert_eq!(objects(bucket.folder()), 2);
}
