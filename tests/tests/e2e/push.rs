//! Notifications of people who are away (a17, e10): who gets one, who does not, and what becomes of it.

use chinwag_client::{Conversation, Method, Response};
use chinwag_tests::{
    FakeFcm, Person, World, expect_problem, expect_status, on_both_databases, soon,
};
use serde_json::{Value, json};

on_both_databases!(
    a17_who_is_away_is_notified_once_per_device,
    a17_a_direct_message_is_from_its_sender,
    a17_who_has_no_use_for_a_notification_gets_none,
    a17_what_happens_within_the_grace_counts,
    a17_a_block_stops_the_notification_of_a_direct_message,
    a17_who_comes_back_within_the_grace_is_not_notified,
    a17_what_is_not_said_by_people_notifies_nobody,
    a17_a_device_that_is_gone_is_forgotten,
    a17_an_outage_delays_notifications_and_loses_none,
    a17_an_outage_does_not_tell_of_what_was_read_meanwhile,
    a17_of_several_messages_after_an_outage_the_newest_tells,
    a17_a_crash_between_message_and_notification_loses_none,
    a17_a_test_tells_exactly_what_happened,
    e10_a_large_group_that_is_away_is_notified_whole,
);

/// A token as FCM makes them, of somebody's device.
pub(crate) fn token(device: &str) -> String {
    format!("c1xxQ:APA91bH-canary-{device}-0123456789")
}

/// The server starts again with push: people have `grace` seconds, and what failed is soon tried again.
pub(crate) async fn with_push(world: &World, grace: &str) -> FakeFcm {
    let fcm = FakeFcm::start().await;
    let file = world.server.put_file("firebase.json", &fcm.credentials().to_string());
    let settings = [
        ("push.fcm_credentials", file),
        ("push.fcm_url", fcm.url()),
        ("push.grace_seconds", grace.to_owned()),
        ("jobs.first_pause_ms", "200".to_owned()),
    ];
    world.server.restart_with(&settings).await;
    fcm
}

pub(crate) async fn put(person: &Person, device: &str, token: &str) -> Response {
    let body = json!({"provider": "fcm", "token": token});
    person.request(Method::PUT, &format!("/users/me/devices/{device}"), Some(&body)).await
}

/// Registers a device under [`token`] of the person's id and the device's.
pub(crate) async fn register(person: &Person, device: &str) -> String {
    let token = token(&format!("{}-{device}", person.id));
    expect_status(put(person, device, &token).await, 201);
    token
}

/// Alice and bob, their conversation, and the token of bob's phone.
async fn two_who_talk(world: &World) -> (Person, Person, Conversation, String) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let token = register(&bob, "phone").await;
    (alice, bob, direct, token)
}

/// Everything that was to follow has followed.
pub(crate) async fn settled(world: &World) {
    soon("no job is left", || async { (world.database.count("jobs").await == 0).then_some(()) })
        .await;
}

async fn membership(person: &Person, conversation: &Conversation, change: Value) {
    let path = format!("/conversations/{}/membership", conversation.id);
    expect_status(person.patch(&path, change).await, 200);
}

pub(crate) async fn devices(person: &Person) -> Vec<Value> {
    let listed = expect_status(person.get("/users/me/devices").await, 200);
    listed["items"].as_array().unwrap().clone()
}

pub(crate) async fn try_out(person: &Person, device: &str) -> Value {
    let path = format!("/users/me/devices/{device}/test");
    expect_status(person.request(Method::POST, &path, None).await, 200)
}

async fn a17_who_is_away_is_notified_once_per_device(world: World) {
    let fcm = with_push(&world, "0").await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let team = alice.group_with("Team", &[&bob, &carol]).await;
    let own = register(&alice, "phone").await;
    let others = [
        register(&bob, "phone").await,
        register(&bob, "tablet").await,
        register(&carol, "phone").await,
    ];
    let message = alice.say(team.id, "hello\nthere").await;
    settled(&world).await;

    for token in &others {
        let taken = fcm.taken_for(token);
        assert_eq!(taken.len(), 1, "{token}: {taken:?}");
        let shown = &taken[0]["notification"];
        assert_eq!(*shown, json!({"title": "Team: alice", "body": "hello there"}));
        let data = json!({
            "type": "message.created",
            "conversation_id": team.id,
            "message_id": message.id,
            "seq": message.seq.to_string(),
        });
        assert_eq!(taken[0]["data"], data);
        let aps = &taken[0]["apns"]["payload"]["aps"];
        assert_eq!((&aps["badge"], &aps["thread-id"]), (&json!(1), &json!(team.id)));
        assert_eq!(taken[0]["android"]["collapse_key"], json!(team.id));
    }
    assert!(fcm.taken_for(&own).is_empty(), "the sender");

    // The badge is what each has not read.
    bob.client.mark_read(team.id, None).await.unwrap();
    alice.say(team.id, "again").await;
    settled(&world).await;
    let badge = |token: &str| fcm.taken_for(token)[1]["apns"]["payload"]["aps"]["badge"].clone();
    assert_eq!([badge(&others[0]), badge(&others[2])], [json!(1), json!(2)]);
    assert!(!world.server.log().contains("canary"), "no token is logged");
}

async fn a17_a_direct_message_is_from_its_sender(world: World) {
    let fcm = with_push(&world, "0").await;
    let (alice, _bob, direct, token) = two_who_talk(&world).await;
    alice.say(direct.id, &"ü".repeat(300)).await;
    let place = json!({"kind": "location", "location": {"latitude": 1.5, "longitude": 2.5}});
    let path = format!("/conversations/{}/messages", direct.id);
    settled(&world).await;
    expect_status(alice.post(&path, place).await, 201);
    settled(&world).await;
    let taken = fcm.taken_for(&token);
    let shown = |at: usize| taken[at]["notification"].clone();
    let cut = format!("{}…", "ü".repeat(119));
    assert_eq!(shown(0), json!({"title": "alice", "body": cut}));
    assert_eq!(shown(1), json!({"title": "alice", "body": "📍 Location"}));
    assert_eq!(taken.len(), 2);
}

async fn a17_who_has_no_use_for_a_notification_gets_none(world: World) {
    let fcm = with_push(&world, "0").await;
    let names = ["alice", "online", "viewing", "muted", "unmuted", "later", "hidden", "away"];
    let [alice, online, viewing, muted, unmuted, later, hidden, away] = world.people(names).await;
    let everybody = [&online, &viewing, &muted, &unmuted, &later, &hidden, &away];
    let team = alice.group_with("Team", &everybody).await;
    for person in everybody {
        register(person, "phone").await;
    }
    membership(&muted, &team, json!({"muted": true})).await;
    membership(&unmuted, &team, json!({"muted_until": "2020-01-01T00:00:00Z"})).await;
    membership(&later, &team, json!({"muted_until": "2120-01-01T00:00:00Z"})).await;
    membership(&hidden, &team, json!({"hidden": true})).await;
    let _online = online.socket().await;
    let looking = viewing.socket().await;
    let which = json!({"conversation_id": team.id});
    looking.request("conversation.open", which).await.unwrap();

    alice.say(team.id, "hello").await;
    settled(&world).await;
    let mut notified: Vec<String> = Vec::new();
    for message in fcm.taken() {
        notified.push(message["token"].as_str().unwrap().to_owned());
    }
    notified.sort();
    // A mute that has ended is none.
    assert_eq!(notified, [token("away-phone"), token("unmuted-phone")]);
}

async fn a17_what_happens_within_the_grace_counts(world: World) {
    let fcm = with_push(&world, "2").await;
    let names = ["alice", "reader", "receiver", "leaver", "removed", "muter", "away"];
    let [alice, reader, receiver, leaver, removed, muter, away] = world.people(names).await;
    let everybody = [&reader, &receiver, &leaver, &removed, &muter, &away];
    let team = alice.group_with("Team", &everybody).await;
    for person in everybody {
        register(person, "phone").await;
    }
    let taken_back = alice.say(team.id, "taken back").await;
    let message = alice.say(team.id, "hello").await;
    let path = format!("/messages/{}", taken_back.id);
    expect_status(alice.delete(&path).await, 204);
    reader.client.mark_read(team.id, None).await.unwrap();
    let path = format!("/conversations/{}", team.id);
    let delivered = receiver.post(&format!("{path}/delivered"), json!({"seq": message.seq})).await;
    assert!((200..300).contains(&delivered.status), "{}", delivered.text);
    expect_status(leaver.post(&format!("{path}/leave"), json!({})).await, 204);
    expect_status(alice.delete(&format!("{path}/participants/removed")).await, 204);
    membership(&muter, &team, json!({"muted": true})).await;
    assert!(fcm.taken().is_empty(), "all of it within the grace");

    settled(&world).await;
    let taken = fcm.taken();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert_eq!(taken[0]["token"], json!(token("away-phone")));
    assert_eq!(taken[0]["data"]["message_id"], json!(message.id));
}

async fn a17_a_block_stops_the_notification_of_a_direct_message(world: World) {
    let fcm = with_push(&world, "2").await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    for person in [&bob, &carol] {
        register(person, "phone").await;
    }
    let (with_bob, with_carol) = (alice.direct_with(&bob).await, alice.direct_with(&carol).await);
    let team = alice.group_with("Team", &[&bob]).await;
    alice.say(with_bob.id, "between us").await;
    alice.say(with_carol.id, "between us two").await;
    // Hers: it hides the conversation from her own list alone, not from his.
    expect_status(alice.put("/users/me/blocks/bob").await, 204);
    let told = alice.say(team.id, "to the team").await;
    assert!(fcm.taken().is_empty(), "all of it within the grace");

    settled(&world).await;
    let mut taken: Vec<(Value, Value)> = Vec::new();
    for message in fcm.taken() {
        taken.push((message["token"].clone(), message["data"]["conversation_id"].clone()));
    }
    taken.sort_by_key(|(token, _)| token.to_string());
    let expected = [("bob-phone", told.conversation_id), ("carol-phone", with_carol.id)];
    assert_eq!(taken, expected.map(|(device, at)| (json!(token(device)), json!(at))));
}

async fn a17_who_comes_back_within_the_grace_is_not_notified(world: World) {
    let fcm = with_push(&world, "2").await;
    let [alice, back, gone] = world.people(["alice", "back", "gone"]).await;
    let team = alice.group_with("Team", &[&back, &gone]).await;
    register(&back, "phone").await;
    let stays_away = register(&gone, "phone").await;
    for person in [&back, &gone] {
        let socket = person.socket().await;
        socket.close(1000);
        socket.closed().await;
    }
    alice.say(team.id, "hello").await;
    let _again = back.socket().await;
    settled(&world).await;
    // Who is gone still counts as online for a few seconds, and yet will not see it.
    let taken = fcm.taken();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert_eq!(taken[0]["token"], json!(stays_away));
}

async fn a17_what_is_not_said_by_people_notifies_nobody(world: World) {
    let fcm = with_push(&world, "0").await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    register(&bob, "phone").await;
    let team = alice.group_with("Team", &[&bob]).await;
    let path = format!("/conversations/{}", team.id);
    let added = alice.post(&format!("{path}/participants"), json!({"user_ids": ["carol"]})).await;
    assert!((200..300).contains(&added.status), "{}", added.text);
    expect_status(carol.post(&format!("{path}/leave"), json!({})).await, 204);
    let message = alice.say(team.id, "one").await;
    bob.client.mark_read(team.id, None).await.unwrap();
    settled(&world).await;
    let before = fcm.taken().len();
    assert!(before <= 1, "that one message at most");
    let path = format!("/messages/{}", message.id);
    expect_status(alice.patch(&path, json!({"content": "edited"})).await, 200);
    settled(&world).await;
    assert_eq!(fcm.taken().len(), before);
}

async fn a17_a_device_that_is_gone_is_forgotten(world: World) {
    let fcm = with_push(&world, "0").await;
    let (alice, bob, direct, gone) = two_who_talk(&world).await;
    let stays = register(&bob, "tablet").await;
    fcm.fail(&gone, 404, "NOT_FOUND", "UNREGISTERED");
    alice.say(direct.id, "one").await;
    settled(&world).await;
    let left: Vec<_> = devices(&bob).await.iter().map(|it| it["device_id"].clone()).collect();
    assert_eq!(left, ["tablet"]);
    alice.say(direct.id, "two").await;
    settled(&world).await;
    assert_eq!((fcm.asked_for(&gone), fcm.taken_for(&stays).len()), (1, 2));
    assert!(!world.server.log().contains("canary"), "no token is logged");
}

async fn a17_an_outage_delays_notifications_and_loses_none(world: World) {
    let fcm = with_push(&world, "0").await;
    let (alice, _bob, direct, token) = two_who_talk(&world).await;
    fcm.fail("", 503, "UNAVAILABLE", "UNAVAILABLE");
    alice.say(direct.id, "hello").await;
    soon("it was tried twice", || async { (fcm.asked_for(&token) >= 2).then_some(()) }).await;
    assert!(fcm.taken().is_empty());
    fcm.mend();
    settled(&world).await;
    assert_eq!(fcm.taken_for(&token).len(), 1);
}

async fn a17_an_outage_does_not_tell_of_what_was_read_meanwhile(world: World) {
    let fcm = with_push(&world, "0").await;
    let (alice, bob, direct, token) = two_who_talk(&world).await;
    fcm.fail("", 503, "UNAVAILABLE", "UNAVAILABLE");
    alice.say(direct.id, "hello").await;
    soon("it was tried", || async { (fcm.asked_for(&token) >= 1).then_some(()) }).await;
    bob.client.mark_read(direct.id, None).await.unwrap();
    fcm.mend();
    settled(&world).await;
    assert_eq!(fcm.taken(), Vec::<Value>::new());
}

async fn a17_of_several_messages_after_an_outage_the_newest_tells(world: World) {
    let fcm = with_push(&world, "0").await;
    let (alice, _bob, direct, token) = two_who_talk(&world).await;
    fcm.fail("", 503, "UNAVAILABLE", "UNAVAILABLE");
    for (at, text) in ["one", "two", "three"].into_iter().enumerate() {
        alice.say(direct.id, text).await;
        let tried = at + 1;
        soon("it was tried", || async { (fcm.asked_for(&token) >= tried).then_some(()) }).await;
    }
    fcm.mend();
    settled(&world).await;
    let taken = fcm.taken_for(&token);
    // An older one after it would stand over it.
    assert_eq!(taken.last().unwrap()["notification"]["body"], "three", "{taken:?}");
}

async fn a17_a_crash_between_message_and_notification_loses_none(world: World) {
    let fcm = with_push(&world, "2").await;
    let (alice, _bob, direct, token) = two_who_talk(&world).await;
    alice.say(direct.id, "hello").await;
    world.server.kill();
    assert!(fcm.taken().is_empty(), "it was killed before");
    world.server.restart().await;
    settled(&world).await;
    assert_eq!(fcm.taken_for(&token).len(), 1);
}

async fn a17_a_test_tells_exactly_what_happened(world: World) {
    let fcm = with_push(&world, "0").await;
    let [bob, mallory] = world.people(["bob", "mallory"]).await;
    let token = register(&bob, "phone").await;
    let outcome = |told: &Value| {
        (told["delivered"].clone(), told["provider_status"].clone(), told["error"].clone())
    };
    let expected = |delivered: bool, status: Value, error: Value| (json!(delivered), status, error);

    let told = try_out(&bob, "phone").await;
    assert_eq!(outcome(&told), expected(true, json!(200), Value::Null));
    assert_eq!(fcm.taken_for(&token)[0]["data"], json!({"type": "test"}));

    fcm.fail(&token, 429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED");
    let told = try_out(&bob, "phone").await;
    assert_eq!(outcome(&told), expected(false, json!(429), json!("QUOTA_EXCEEDED")));
    let detail = told["detail"].as_str().unwrap();
    assert!(detail.contains("quota") && detail.contains("try again in 60 s"), "{detail}");

    fcm.fail(&token, 403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH");
    let told = try_out(&bob, "phone").await;
    assert_eq!(outcome(&told), expected(false, json!(403), json!("SENDER_ID_MISMATCH")));
    assert!(told["detail"].as_str().unwrap().contains("another Firebase project"), "{told}");

    fcm.mend();
    fcm.forget_access();
    fcm.refuse_grants("invalid_grant", "Invalid JWT Signature.");
    let told = try_out(&bob, "phone").await;
    assert_eq!(outcome(&told), expected(false, json!(401), json!("UNAUTHENTICATED")));
    let told = try_out(&bob, "phone").await;
    assert_eq!(outcome(&told), expected(false, json!(400), json!("invalid_grant")));
    assert!(told["detail"].as_str().unwrap().contains("push.fcm_credentials"), "{told}");

    // Nobody else tries one's devices; and those that are gone are removed.
    let stranger = mallory.request(Method::POST, "/users/me/devices/phone/test", None).await;
    expect_problem(&stranger, 404, "not_found");
    fcm.mend();
    fcm.fail(&token, 404, "NOT_FOUND", "UNREGISTERED");
    let told = try_out(&bob, "phone").await;
    assert_eq!(outcome(&told), expected(false, json!(404), json!("UNREGISTERED")));
    assert!(told["detail"].as_str().unwrap().contains("was removed"), "{told}");
    assert!(!told.to_string().contains("canary"), "{told}");
    assert!(devices(&bob).await.is_empty());
    let again = bob.request(Method::POST, "/users/me/devices/phone/test", None).await;
    expect_problem(&again, 404, "not_found");
}

async fn e10_a_large_group_that_is_away_is_notified_whole(world: World) {
    let fcm = with_push(&world, "0").await;
    let alice = world.person("alice").await;
    let names: Vec<String> = (0..120).map(|number| format!("member-{number}")).collect();
    let mut members = Vec::new();
    for name in &names {
        members.push(world.person(name).await);
    }
    let team = alice.group_with("Team", &members.iter().collect::<Vec<_>>()).await;
    let mut tokens = Vec::new();
    for member in &members {
        tokens.push(register(member, "phone").await);
    }
    alice.say(team.id, "hello").await;
    settled(&world).await;
    for token in &tokens {
        assert_eq!(fcm.taken_for(token).len(), 1, "{token}");
    }
    assert_eq!((fcm.taken().len(), fcm.granted()), (120, 1));
}
