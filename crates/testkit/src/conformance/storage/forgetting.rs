//! Forgetting a person: what they sign in with and on, devices, files, blocks, and what jobs say of
//! them. Nobody else's goes with it.

use chinwag_domain::{
    DEVICES_PER_PERSON, Device, ERASED_NAME, FileName, FileType, Job, Lane, Media, MediaState,
    NewJob, PushProvider, Session, SessionId, SessionState, User, UserId,
    ports::{IdGenerator, NewAccount, Rotation},
};
use serde_json::{Value, json};

use crate::{builders::user, conformance::Stage};

/// Somebody with an account, signed in.
async fn somebody(stage: &Stage, id: &str) -> (User, Session) {
    let (person, now) = (user(id), stage.tick());
    let session = Session {
        id: stage.ids.session(),
        user_id: person.summary.id.clone(),
        refresh_hash: format!("token of {id}").into_bytes(),
        user_agent: Some(format!("Browser of {id}")),
        created_at: now,
        refreshed_at: now,
        expires_at: now.plus_millis(1_000_000),
        revoked_at: None,
    };
    let credential = Some((id.to_owned(), "$argon2id$".to_owned()));
    let account = NewAccount { user: person.clone(), credential, session: session.clone() };
    assert!(stage.store.accounts.register(account, &[]).await.unwrap());
    (person, session)
}

/// One that tells somebody of what that person said.
fn job(stage: &Stage, by: &User) -> NewJob {
    let now = stage.tick();
    NewJob {
        id: stage.ids.job(),
        kind: "test.tell".to_owned(),
        lane: Some(Lane { name: by.summary.id.to_string(), position: 1, receiver: None }),
        payload: json!({"webhook_id": "w", "body": {"data": {
            "id": "m", "sender": by.summary, "content": "secret",
            "attachments": [{"name": "secret.pdf"}], "metadata": {"note": "secret"},
        }}}),
        due_at: now,
        created_at: now,
    }
}

async fn payload(stage: &Stage, job: &NewJob) -> Value {
    let jobs = stage.store.jobs.list(None, None, 100).await.unwrap();
    jobs.into_iter().find(|stored| stored.id() == job.id).expect("the job stays").work.payload
}

async fn file(stage: &Stage, of: &User) -> Media {
    let id = stage.ids.media();
    let name = FileName::tidied(&format!("{} at home.png", of.summary.name));
    let key = format!("ab/{id}");
    let mut media = Media::beginning(id, of.summary.id.clone(), name, key, stage.tick());
    stage.store.media.insert(&media).await.unwrap();
    media.arrived(FileType::unknown(), 7, [9; 32], stage.tick());
    assert!(stage.store.media.arrived(&media).await.unwrap());
    media
}

async fn device(stage: &Stage, of: &User) -> Device {
    let device = Device {
        user_id: of.summary.id.clone(),
        device_id: "phone".parse().unwrap(),
        provider: PushProvider::Fcm,
        address: format!("address-of-{}", of.summary.id).parse().unwrap(),
        updated_at: stage.tick(),
    };
    stage.store.devices.put(&device, DEVICES_PER_PERSON).await.unwrap();
    device
}

async fn forget(stage: &Stage, who: &User) {
    let mut unit = stage.begin().await;
    unit.forget_person(&who.summary.id).await.unwrap();
    unit.commit().await.unwrap();
}

/// What they sign in with is gone, with every token of every sign-in; others are signed in still.
pub async fn nothing_is_left_to_sign_in_with(stage: Stage) {
    let (ann, of_ann) = somebody(&stage, "ann").await;
    let (bob, of_bob) = somebody(&stage, "bob").await;
    let accounts = &stage.store.accounts;
    let later = stage.tick().plus_millis(1_000_000);
    let on_reuse = |_: &UserId, _: SessionId| unreachable!("no token is used twice");
    let exchange = async |from: &[u8], to: &[u8]| {
        accounts.rotate(from, to, stage.tick(), later, &on_reuse).await.unwrap()
    };
    let rotated = exchange(&of_ann.refresh_hash, b"next").await;
    assert!(matches!(rotated, Rotation::Rotated(..)));
    for _ in 0..2 {
        forget(&stage, &ann).await;
        assert_eq!(accounts.credential("ann").await.unwrap(), None);
        assert_eq!(accounts.session_state(of_ann.id).await.unwrap(), None);
        assert_eq!(accounts.sessions(&ann.summary.id, stage.tick()).await.unwrap(), []);
        // The used one too: it would end a sign-in that is not there.
        for token in [&of_ann.refresh_hash[..], b"next"] {
            assert_eq!(exchange(token, b"other").await, Rotation::Unknown);
        }
    }
    assert!(accounts.credential("bob").await.unwrap().is_some());
    let state = accounts.session_state(of_bob.id).await.unwrap();
    assert_eq!(state, Some(SessionState::Active));
    let standing = accounts.sessions(&bob.summary.id, stage.tick()).await.unwrap();
    assert_eq!(standing, std::slice::from_ref(&of_bob));
    assert!(matches!(exchange(&of_bob.refresh_hash, b"bobs").await, Rotation::Rotated(..)));
    // The row of the person stays: it is for others to say what is in it.
    assert_eq!(stage.store.users.find(&ann.summary.id).await.unwrap(), Some(ann));
}

/// Devices and blocks, whoever made them, are gone; files are doomed and have no name of theirs.
pub async fn devices_blocks_and_files_go(stage: Stage) {
    let [ann, bob, carol] = stage.people(["ann", "bob", "carol"]).await;
    let (phone, other_phone) = (device(&stage, &ann).await, device(&stage, &bob).await);
    let (picture, other_picture) = (file(&stage, &ann).await, file(&stage, &bob).await);
    stage.block(&ann, &bob).await;
    stage.block(&carol, &ann).await;
    stage.block(&bob, &carol).await;
    for _ in 0..2 {
        forget(&stage, &ann).await;
        let devices = &stage.store.devices;
        assert_eq!(devices.find(&phone.user_id, &phone.device_id).await.unwrap(), None);
        assert_eq!(devices.of(&bob.summary.id).await.unwrap(), std::slice::from_ref(&other_phone));
        let found = stage.store.media.find(picture.id).await.unwrap().unwrap();
        assert_eq!((found.state, &found.name), (MediaState::Doomed, &FileName::erased()));
        let found = stage.store.media.find(other_picture.id).await.unwrap().unwrap();
        assert_eq!((found.state, &found.name), (MediaState::Ready, &other_picture.name));
        let all = [&ann, &bob, &carol].map(|person| person.summary.id.clone());
        let blocks = &stage.store.blocks;
        assert!(blocks.between(&ann.summary.id, &all).await.unwrap().is_empty());
        assert_eq!(blocks.between(&bob.summary.id, &all).await.unwrap(), [all[2].clone()].into());
    }
}

/// Jobs stay, so that whoever waits is told, and say nothing of the person; however many there are.
pub async fn jobs_stay_and_say_nothing_of_the_person(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let jobs: Vec<NewJob> = (0..1_100).map(|_| job(&stage, &ann)).collect();
    let other = job(&stage, &bob);
    let mut unit = stage.begin().await;
    unit.enqueue(&jobs).await.unwrap();
    unit.enqueue(std::slice::from_ref(&other)).await.unwrap();
    unit.commit().await.unwrap();
    for _ in 0..2 {
        forget(&stage, &ann).await;
        for job in [&jobs[0], &jobs[99]] {
            let said = payload(&stage, job).await;
            let data = &said["body"]["data"];
            assert_eq!((&said["webhook_id"], &data["id"]), (&json!("w"), &json!("m")));
            assert_eq!(data["sender"]["id"], "ann");
            assert_eq!(data["sender"]["name"], ERASED_NAME);
            assert!(!said.to_string().contains("secret"), "{said}");
        }
        let all = stage.store.jobs.list(None, None, 2_000).await.unwrap();
        assert_eq!(all.len(), jobs.len() + 1);
        let tells = |job: &&Job| job.work.payload.to_string().contains("secret");
        let telling: Vec<_> = all.iter().filter(tells).map(|job| job.work.clone()).collect();
        assert_eq!(telling, std::slice::from_ref(&other));
    }
}

/// All of it becomes true with the unit, or not at all.
pub async fn a_person_is_forgotten_with_the_unit(stage: Stage) {
    let (ann, session) = somebody(&stage, "ann").await;
    let bob = stage.people(["bob"]).await.into_iter().next().unwrap();
    let (phone, picture) = (device(&stage, &ann).await, file(&stage, &ann).await);
    stage.block(&bob, &ann).await;
    let job = job(&stage, &ann);
    let mut unit = stage.begin().await;
    unit.enqueue(std::slice::from_ref(&job)).await.unwrap();
    unit.commit().await.unwrap();

    let mut unit = stage.begin().await;
    unit.forget_person(&ann.summary.id).await.unwrap();
    drop(unit);
    let store = &stage.store;
    assert!(store.accounts.credential("ann").await.unwrap().is_some());
    let sessions = store.accounts.sessions(&ann.summary.id, stage.tick()).await.unwrap();
    assert_eq!(sessions, [session]);
    assert_eq!(store.devices.of(&ann.summary.id).await.unwrap(), [phone]);
    assert_eq!(store.media.find(picture.id).await.unwrap(), Some(picture));
    let blocked = store.blocks.between(&ann.summary.id, std::slice::from_ref(&bob.summary.id));
    assert_eq!(blocked.await.unwrap().len(), 1);
    assert_eq!(payload(&stage, &job).await, job.payload);
}
