//! Files between their being brought in and their being swept.

use chinwag_application::{Actor, Error, SignIn};
use chinwag_domain::{AppRole, Event, Media, MediaState, Signal, ports::MediaCatalogue as _};
use serde_json::{Value, json};

use crate::world::{World, wire};

const HOUR_MS: i64 = 3_600_000;

async fn upload(world: &World, by: &Actor, bytes: &'static [u8]) -> Media {
    let mut upload = world.chat.store_media.begin(by, "a.png", "/files/0".into()).await.unwrap();
    for piece in bytes.chunks(5) {
        upload.write(piece.into()).await.unwrap();
    }
    upload.finish().await.unwrap()
}

async fn send(
    world: &World,
    by: &Actor,
    to: chinwag_domain::ConversationId,
    body: &Value,
) -> Result<Value, Error> {
    let body = body.to_string();
    let sent = world.chat.send_message.to_conversation(by, to, body.as_bytes()).await?;
    Ok(wire(&sent))
}

async fn sweep(world: &World) -> usize {
    world.chat.sweep_media.execute().await.unwrap()
}

#[tokio::test]
async fn what_no_message_shows_is_swept_after_a_day() {
    let world = World::new();
    let [ann, bob] = [world.person("ann").await, world.person("bob").await];
    let group = world.group(&ann, &[&bob]).await;
    let (shown, unused) =
        (upload(&world, &ann, b"PNG shown").await, upload(&world, &ann, b"PNG unused").await);
    let body = json!({"kind": "image", "attachments": [{"media_id": shown.id}]});
    let sent = send(&world, &ann, group, &body).await.unwrap();
    world.clock.advance(24 * HOUR_MS);
    assert_eq!(sweep(&world).await, 0, "not before its time");
    world.clock.advance(1);
    assert_eq!(sweep(&world).await, 1);
    assert_eq!(world.store.find(unused.id).await.unwrap(), None);
    assert_eq!(world.blobs.keys(), std::slice::from_ref(&shown.storage_key));
    assert!(world.chat.get_media.execute(&bob, shown.id).await.is_ok());

    // With its message it goes too, a day later.
    let id = sent["id"].as_str().unwrap().parse().unwrap();
    world.chat.delete_message.execute(&ann, id).await.unwrap();
    assert_eq!(sweep(&world).await, 0);
    world.clock.advance(24 * HOUR_MS + 1);
    assert_eq!(sweep(&world).await, 1);
    assert!(world.blobs.keys().is_empty());
}

#[tokio::test]
async fn a_send_keeps_its_files_from_the_sweep() {
    let world = World::new();
    let [ann, bob] = [world.person("ann").await, world.person("bob").await];
    let group = world.group(&ann, &[&bob]).await;
    let media = upload(&world, &ann, b"PNG").await;
    world.clock.advance(30 * HOUR_MS);
    let body = json!({"kind": "image", "attachments": [{"media_id": media.id}]});
    send(&world, &ann, group, &body).await.unwrap();
    for _ in 0..3 {
        assert_eq!(sweep(&world).await, 0);
        world.clock.advance(30 * HOUR_MS);
    }
    assert!(world.chat.get_media.execute(&bob, media.id).await.is_ok());
}

#[tokio::test]
async fn a_repeated_send_outlives_its_files() {
    let world = World::new();
    let [ann, bob] = [world.person("ann").await, world.person("bob").await];
    let group = world.group(&ann, &[&bob]).await;
    let media = upload(&world, &ann, b"PNG").await;
    let body = json!({"kind": "image", "client_id": "c1", "attachments": [{"media_id": media.id}]});
    let sent = send(&world, &ann, group, &body).await.unwrap();
    world
        .chat
        .delete_message
        .execute(&ann, sent["id"].as_str().unwrap().parse().unwrap())
        .await
        .unwrap();
    world.clock.advance(30 * HOUR_MS);
    assert_eq!(sweep(&world).await, 1);

    let again = send(&world, &ann, group, &body).await.unwrap();
    assert_eq!((&again["id"], &again["duplicate"]), (&sent["id"], &json!(true)));
    assert!(again["deleted_at"].is_string());
    let other = json!({"kind": "file", "client_id": "c1", "attachments": [{"media_id": media.id}]});
    assert!(matches!(send(&world, &ann, group, &other).await, Err(Error::Conflict(_))));
    let new = json!({"kind": "image", "client_id": "c2", "attachments": [{"media_id": media.id}]});
    assert!(matches!(send(&world, &ann, group, &new).await, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn files_that_stay_keep_none_of_the_others() {
    let world = World::new();
    let ann = world.person("ann").await;
    // More than a sweep looks at together, and older than those that can go.
    let mut stuck = Vec::new();
    for _ in 0..150 {
        stuck.push(upload(&world, &ann, b"PNG stuck").await);
    }
    for media in &stuck {
        world.blobs.hold(&media.storage_key);
    }
    for _ in 0..150 {
        upload(&world, &ann, b"PNG").await;
    }
    world.clock.advance(24 * HOUR_MS + 1);
    assert_eq!(sweep(&world).await, 150);
    assert_eq!(world.blobs.keys().len(), 150);
    assert_eq!(sweep(&world).await, 0);
    for media in &stuck {
        let kept = world.store.find(media.id).await.unwrap();
        assert_eq!(kept.map(|media| media.state), Some(MediaState::Doomed), "it is known of");
    }
}

#[tokio::test]
async fn a_slot_and_a_link_run_out() {
    let world = World::new();
    let ann = world.person("ann").await;
    let ask = json!({"name": "a.png", "mime_type": "image/png", "size": 3}).to_string();
    let slot = world.chat.request_upload.execute(&ann, ask.as_bytes()).await.unwrap();
    let token = slot.url.split_once("token=").unwrap().1.to_owned();
    world.clock.set(slot.expires_at);
    let late = world.chat.fill_slot.enter(slot.media_id, &token, None).await;
    assert!(matches!(late.err(), Some(Error::NotFound)));
    assert_eq!(sweep(&world).await, 1, "nobody can fill it any more");

    let media = upload(&world, &ann, b"PNG").await;
    let link = world.chat.get_media.link(&ann, media.id).await.unwrap();
    let token = link.url.split_once("token=").unwrap().1.to_owned();
    world.clock.set(link.expires_at.plus_millis(-1));
    world.chat.get_media.by_link(media.id, &token).await.unwrap();
    world.clock.advance(1);
    let late = world.chat.get_media.by_link(media.id, &token).await;
    assert!(matches!(late, Err(Error::NotFound)));
}

#[tokio::test]
async fn an_upload_that_breaks_off_is_swept_and_one_given_up_is_gone() {
    let world = World::new();
    let ann = world.person("ann").await;
    let mut broken = world.chat.store_media.begin(&ann, "a", String::new()).await.unwrap();
    broken.write(b"PNG and".as_slice().into()).await.unwrap();
    drop(broken);
    let mut given_up = world.chat.store_media.begin(&ann, "b", String::new()).await.unwrap();
    given_up.write(b"PNG and".as_slice().into()).await.unwrap();
    given_up.abort().await;
    assert_eq!(sweep(&world).await, 0, "one may still be under way, the other is gone");
    world.clock.advance(24 * HOUR_MS);
    assert_eq!(sweep(&world).await, 1);
    let mut big = world.chat.store_media.begin(&ann, "c", "/files/3".into()).await.unwrap();
    let refused = big.write(b"BIG and more".as_slice().into()).await;
    let Err(Error::Invalid(errors)) = refused else { panic!("{refused:?}") };
    assert_eq!(errors[0].pointer, "/files/3");
}

#[tokio::test]
async fn who_is_shut_out_meanwhile_brings_nothing_in() {
    let world = World::new();
    let [ann, root] = [world.person("ann").await, world.person("root").await];
    let root = Actor { role: AppRole::Admin, ..root };
    let account = json!({"username": "bob", "password": "correct horse battery staple"});
    let account = account.to_string();
    let bob = world.chat.accounts.register(SignIn::default(), account.as_bytes()).await.unwrap();
    let token = wire(&bob)["access_token"].as_str().unwrap().to_owned();
    let bob = world.chat.authenticate.execute(&token, None).await.unwrap().actor;

    let begun = |by| world.chat.store_media.begin(by, "a.png", String::new());
    let (mut anns, mut bobs) = (begun(&ann).await.unwrap(), begun(&bob).await.unwrap());
    let ask = json!({"name": "a.png", "mime_type": "image/png", "size": 3}).to_string();
    let slot = world.chat.request_upload.execute(&ann, ask.as_bytes()).await.unwrap();
    let token = slot.url.split_once("token=").unwrap().1;
    let mut filling = world.chat.fill_slot.enter(slot.media_id, token, None).await.unwrap();
    for upload in [&mut anns, &mut bobs, &mut filling] {
        upload.write(b"PNG".as_slice().into()).await.unwrap();
    }
    world.chat.deactivate_user.execute(&root, ann.id()).await.unwrap();
    world.chat.accounts.logout(&bob).await.unwrap();
    assert!(matches!(anns.finish().await, Err(Error::Deactivated)));
    assert!(matches!(bobs.finish().await, Err(Error::SessionRevoked)));
    // Who fills a slot shows no token, and so is told no more than at its beginning.
    assert!(matches!(filling.finish().await, Err(Error::NotFound)));
    assert_eq!(world.store.uploads(), []);
    assert!(world.blobs.keys().is_empty());
}

#[tokio::test]
async fn a_slot_that_is_entered_late_has_its_whole_time() {
    let world = World::new();
    let ann = world.person("ann").await;
    let ask = json!({"name": "a.png", "mime_type": "image/png", "size": 3}).to_string();
    let slot = world.chat.request_upload.execute(&ann, ask.as_bytes()).await.unwrap();
    let token = slot.url.split_once("token=").unwrap().1;
    world.clock.set(slot.expires_at.plus_millis(-1));
    let mut filling = world.chat.fill_slot.enter(slot.media_id, token, Some(3)).await.unwrap();
    filling.write(b"PN".as_slice().into()).await.unwrap();
    // As long as one upload may take.
    world.clock.advance(6 * 60_000);
    assert_eq!(sweep(&world).await, 0, "it is under way");
    filling.write(b"G".as_slice().into()).await.unwrap();
    filling.finish().await.unwrap();
}

#[tokio::test]
async fn only_a_filled_slot_is_told_of() {
    let world = World::new();
    let ann = world.person("ann").await;
    upload(&world, &ann, b"PNG").await;
    let ask = json!({"name": "a.png", "mime_type": "image/png", "size": 3}).to_string();
    let slot = world.chat.request_upload.execute(&ann, ask.as_bytes()).await.unwrap();
    let token = slot.url.split_once("token=").unwrap().1;
    let mut filling = world.chat.fill_slot.enter(slot.media_id, token, Some(3)).await.unwrap();
    filling.write(b"GIF".as_slice().into()).await.unwrap();
    let media = filling.finish().await.unwrap();
    let told: Vec<_> = world
        .bus
        .recorded()
        .into_iter()
        .filter_map(|event| match event {
            Event::Signal(Signal::MediaReady { owner_id, attachment, .. }) => {
                Some((owner_id, attachment))
            }
            _ => None,
        })
        .collect();
    assert_eq!(told, [(ann.id().clone(), media.attachment("/api/v1"))]);
}
