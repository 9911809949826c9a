//! Devices: an address stands for one of them, and nobody has too many.

use std::collections::BTreeSet;

use chinwag_domain::{
    DEVICES_PER_PERSON, Device, DeviceAddress, DeviceId, PushProvider, User, ports::DevicePut,
};

use crate::{
    builders::{user, user_id},
    conformance::{Stage, stage::looks::at_once},
};

const MOST: u16 = DEVICES_PER_PERSON;

fn device_id(text: &str) -> DeviceId {
    text.parse().unwrap()
}

fn address(text: &str) -> DeviceAddress {
    text.parse().unwrap()
}

fn device(stage: &Stage, of: &User, id: &str, at: &str) -> Device {
    Device {
        user_id: of.summary.id.clone(),
        device_id: device_id(id),
        provider: PushProvider::Fcm,
        address: address(at),
        updated_at: stage.tick(),
    }
}

async fn put(stage: &Stage, of: &User, id: &str, at: &str) -> DevicePut {
    let device = device(stage, of, id, at);
    stage.store.devices.put(&device, MOST).await.unwrap()
}

/// Ids and addresses of a person's devices.
async fn devices(stage: &Stage, of: &User) -> Vec<(String, String)> {
    let devices = stage.store.devices.of(&of.summary.id).await.unwrap();
    let both = |it: Device| (it.device_id.to_string(), it.address.expose().to_owned());
    devices.into_iter().map(both).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(id, at)| ((*id).to_owned(), (*at).to_owned())).collect()
}

/// Every part of it, the longest address too.
pub async fn a_device_comes_back_as_it_was(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let long = "x".repeat(2_048);
    let phone = device(&stage, &ann, "Pixel 9 \"ü\" 'o'", &long);
    let store = &stage.store.devices;
    assert_eq!(store.put(&phone, MOST).await.unwrap(), DevicePut::New);
    assert_eq!(store.find(&phone.user_id, &phone.device_id).await.unwrap(), Some(phone.clone()));
    assert_eq!(store.of(&phone.user_id).await.unwrap(), [phone]);
    assert_eq!(store.find(&ann.summary.id, &device_id("other")).await.unwrap(), None);
}

/// The newer address counts, and the device is one.
pub async fn registered_again_it_is_replaced(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    assert_eq!(put(&stage, &ann, "phone", "first").await, DevicePut::New);
    assert_eq!(put(&stage, &ann, "phone", "second").await, DevicePut::Replaced);
    assert_eq!(put(&stage, &ann, "phone", "second").await, DevicePut::Replaced);
    assert_eq!(devices(&stage, &ann).await, pairs(&[("phone", "second")]));
}

/// Whoever registers an address takes it from who had it.
pub async fn an_address_stands_for_one_device(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    put(&stage, &ann, "phone", "shared").await;
    put(&stage, &ann, "tablet", "other").await;
    assert_eq!(put(&stage, &bob, "phone", "shared").await, DevicePut::New);
    assert_eq!(devices(&stage, &ann).await, pairs(&[("tablet", "other")]));
    assert_eq!(devices(&stage, &bob).await, pairs(&[("phone", "shared")]));
}

/// The same address under another id is the same device, also for who has as many as they may.
pub async fn an_address_moves_within_a_person(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    for (id, at) in [("one", "first"), ("two", "second")] {
        let device = device(&stage, &ann, id, at);
        stage.store.devices.put(&device, 2).await.unwrap();
    }
    let moved = device(&stage, &ann, "three", "second");
    assert_eq!(stage.store.devices.put(&moved, 2).await.unwrap(), DevicePut::New);
    assert_eq!(devices(&stage, &ann).await, pairs(&[("one", "first"), ("three", "second")]));
}

/// One too many changes nothing, not even whose the address is; another's devices do not count.
pub async fn nobody_has_more_than_they_may(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    for (id, at) in [("one", "first"), ("two", "second")] {
        let device = device(&stage, &ann, id, at);
        assert_eq!(stage.store.devices.put(&device, 2).await.unwrap(), DevicePut::New);
    }
    put(&stage, &bob, "phone", "bobs").await;
    let too_many = device(&stage, &ann, "three", "bobs");
    assert_eq!(stage.store.devices.put(&too_many, 2).await.unwrap(), DevicePut::TooMany);
    assert_eq!(devices(&stage, &ann).await, pairs(&[("one", "first"), ("two", "second")]));
    assert_eq!(devices(&stage, &bob).await, pairs(&[("phone", "bobs")]));
    let again = device(&stage, &ann, "two", "newer");
    assert_eq!(stage.store.devices.put(&again, 2).await.unwrap(), DevicePut::Replaced);
}

/// Of many at once as many as may be.
pub async fn of_registrations_at_once_none_exceeds(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let new: Vec<_> =
        (0..12).map(|n| device(&stage, &ann, &format!("d{n}"), &format!("a{n}"))).collect();
    let outcomes = at_once(new.into_iter().map(|device| {
        let store = stage.store.devices.clone();
        async move { store.put(&device, 5).await.unwrap() }
    }))
    .await;
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!((count(DevicePut::New), count(DevicePut::TooMany)), (5, 7));
    assert_eq!(devices(&stage, &ann).await.len(), 5);
}

/// Of several who register one address at once one has it in the end.
pub async fn of_registrations_of_an_address_at_once_one_keeps_it(stage: Stage) {
    let people = stage.people(["u0", "u1", "u2", "u3", "u4", "u5"]).await;
    let new: Vec<_> = people.iter().map(|it| device(&stage, it, "phone", "shared")).collect();
    let outcomes = at_once(new.into_iter().map(|device| {
        let store = stage.store.devices.clone();
        async move { store.put(&device, MOST).await.unwrap() }
    }))
    .await;
    assert!(outcomes.iter().all(|outcome| *outcome == DevicePut::New), "{outcomes:?}");
    let mut owners = 0;
    for person in &people {
        owners += devices(&stage, person).await.len();
    }
    assert_eq!(owners, 1);
}

/// Two who take each other's address at once do not fail by it.
pub async fn people_who_swap_addresses_at_once_both_succeed(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let mut at = ["first", "second"];
    put(&stage, &ann, "phone", at[0]).await;
    put(&stage, &bob, "phone", at[1]).await;
    for _ in 0..5 {
        at.reverse();
        let new = [device(&stage, &ann, "phone", at[0]), device(&stage, &bob, "phone", at[1])];
        at_once(new.into_iter().map(|device| {
            let store = stage.store.devices.clone();
            async move { store.put(&device, MOST).await.unwrap() }
        }))
        .await;
        let held: BTreeSet<_> = [devices(&stage, &ann).await, devices(&stage, &bob).await]
            .concat()
            .into_iter()
            .map(|(_, at)| at)
            .collect();
        assert!(!held.is_empty() && held.iter().all(|it| at.contains(&it.as_str())), "{held:?}");
    }
}

/// Once; another's stays.
pub async fn a_deleted_device_is_gone(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    put(&stage, &ann, "phone", "anns").await;
    put(&stage, &bob, "phone", "bobs").await;
    let (store, phone) = (&stage.store.devices, device_id("phone"));
    assert!(store.delete(&ann.summary.id, &phone).await.unwrap());
    assert!(!store.delete(&ann.summary.id, &phone).await.unwrap());
    assert_eq!(store.find(&ann.summary.id, &phone).await.unwrap(), None);
    assert_eq!(devices(&stage, &bob).await, pairs(&[("phone", "bobs")]));
}

/// Only while it is under that address: a newer one is another matter.
pub async fn an_address_that_is_no_more_is_forgotten(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    put(&stage, &ann, "phone", "first").await;
    put(&stage, &ann, "phone", "second").await;
    let store = &stage.store.devices;
    assert!(!store.forget(PushProvider::Fcm, &address("first")).await.unwrap());
    assert_eq!(devices(&stage, &ann).await, pairs(&[("phone", "second")]));
    assert!(store.forget(PushProvider::Fcm, &address("second")).await.unwrap());
    assert!(!store.forget(PushProvider::Fcm, &address("second")).await.unwrap());
    assert_eq!(devices(&stage, &ann).await, []);
}

/// Those of the people named, and no other.
pub async fn devices_of_many_come_together(stage: Stage) {
    let [ann, bob, cid, dan] = stage.people(["ann", "bob", "cid", "dan"]).await;
    put(&stage, &ann, "phone", "a1").await;
    put(&stage, &ann, "tablet", "a2").await;
    put(&stage, &bob, "phone", "b1").await;
    put(&stage, &dan, "phone", "d1").await;
    let ids = [&ann, &bob, &cid].map(|it| it.summary.id.clone());
    let mut found: Vec<_> = stage.store.devices.of_many(&ids).await.unwrap();
    found.sort_by_key(|device| device.address.expose().to_owned());
    let found: Vec<_> = found.iter().map(|it| it.address.expose()).collect();
    assert_eq!(found, ["a1", "a2", "b1"]);
    assert_eq!(stage.store.devices.of_many(&[]).await.unwrap(), []);
}

/// Who was deactivated is not notified.
pub async fn deactivated_people_have_none(stage: Stage) {
    let ann = User { deactivated_at: Some(stage.tick()), ..user("ann") };
    stage.store.users.provision(ann.clone()).await.unwrap();
    put(&stage, &ann, "phone", "a1").await;
    let ids = std::slice::from_ref(&ann.summary.id);
    assert_eq!(stage.store.devices.of_many(ids).await.unwrap(), []);
    assert_eq!(devices(&stage, &ann).await.len(), 1, "it is still theirs");
}

/// `Phone` is not `phone`, and a person is not another who is called alike.
pub async fn device_ids_are_compared_to_the_letter(stage: Stage) {
    let [ann, other] = stage.people(["ann", "Ann"]).await;
    put(&stage, &ann, "phone", "one").await;
    put(&stage, &ann, "Phone", "ONE").await;
    put(&stage, &other, "phone", "One").await;
    assert_eq!(devices(&stage, &ann).await, pairs(&[("Phone", "ONE"), ("phone", "one")]));
    assert_eq!(devices(&stage, &other).await, pairs(&[("phone", "One")]));
}

/// Nobody has devices whom nobody knows.
pub async fn strangers_have_no_devices(stage: Stage) {
    let device = device(&stage, &user("nobody"), "phone", "one");
    assert!(stage.store.devices.put(&device, MOST).await.is_err());
    assert_eq!(stage.store.devices.of(&user_id("nobody")).await.unwrap(), []);
}
