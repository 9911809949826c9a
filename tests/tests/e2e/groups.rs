//! Groups: settings, roles, who comes and who goes, and what the conversation says about it.

use chinwag_client::{Message, Outgoing};
use chinwag_tests::{
    Person, World, expect_event, expect_problem, expect_status, on_both_databases,
};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases!(
    a2_a_group_has_its_creator_as_admin,
    a4_one_conversation_in_detail,
    c3_any_number_of_participants_and_kinds_of_messages,
    d7_joining_and_going_are_system_messages,
    e1_adding_two_people_is_four_revisions,
    e1_a_member_may_do_what_the_permissions_say,
    e1_who_is_removed_sees_nothing_any_more,
    e1_when_the_last_admin_leaves_the_oldest_member_is_promoted,
    e1_a_deleted_group_is_gone_for_everybody,
    e1_a_direct_conversation_is_not_left_nor_governed,
);

async fn a2_a_group_has_its_creator_as_admin(world: World) {
    let [alice, _, carol] = world.people(["alice", "bob", "carol"]).await;
    let body = json!({
        "type": "group", "participant_ids": ["bob", "carol"], "name": "Team", "description": "all of us",
        "category": "department", "avatar_url": "https://pictures.example/team.png",
        "permissions": {"add_members": "member"},
    });
    let made = expect_status(alice.post("/conversations", body).await, 201);

    assert_eq!((&made["type"], &made["name"]), (&json!("group"), &json!("Team")));
    assert_eq!(made["description"], "all of us");
    assert_eq!(made["category"], "department");
    assert_eq!(made["avatar_url"], "https://pictures.example/team.png");
    assert_eq!(
        made["permissions"],
        json!({"add_members": "member", "remove_members": "admin", "edit": "admin", "delete_messages": "admin"})
    );
    assert_eq!((&made["revision"], &made["participant_count"]), (&json!(1), &json!(3)));
    assert_eq!(made["membership"]["role"], "admin");
    let mut roles: Vec<(&str, &str)> = made["participants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["user"]["id"].as_str().unwrap(), it["role"].as_str().unwrap()))
        .collect();
    roles.sort_unstable();
    assert_eq!(roles, [("alice", "admin"), ("bob", "member"), ("carol", "member")]);

    let path = format!("/conversations/{}", made["id"].as_str().unwrap());
    let seen = expect_status(carol.get(&path).await, 200);
    assert_eq!(seen["membership"]["role"], "member");
}

async fn a4_one_conversation_in_detail(world: World) {
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    bob.say(group.id, "hello").await;

    let detail = expect_status(alice.get(&format!("/conversations/{}", group.id)).await, 200);
    assert_eq!(detail["id"], json!(group.id));
    assert_eq!(detail["last_message"]["content"], "hello");
    assert_eq!(detail["unread_count"], 1);
    assert_eq!(detail["last_seq"], 1);
    assert_eq!(detail["participants"].as_array().unwrap().len(), 2);

    for id in [group.id.to_string(), Uuid::nil().to_string(), "not-an-id".to_owned()] {
        let refused = mallory.get(&format!("/conversations/{id}")).await;
        expect_problem(&refused, 404, "not_found");
    }
}

async fn c3_any_number_of_participants_and_kinds_of_messages(world: World) {
    let alice = world.person("alice").await;
    let mut others = Vec::new();
    for number in 0..12 {
        others.push(world.person(&format!("person-{number}")).await);
    }
    let group = alice.group_with("Many", &others.iter().collect::<Vec<_>>()).await;
    assert_eq!(group.participant_count, Some(13));

    for kind in ["image", "video", "audio", "file"] {
        let mut message = Outgoing::text(format!("a {kind}"));
        message.kind = Some(kind.to_owned());
        message.attachments =
            vec![json!({"url": "https://files.example/it.bin", "name": "it.bin"})];
        let sent = alice.client.send(group.id, &message).await.unwrap();
        assert_eq!(sent.kind, kind);
        assert_eq!(sent.extra["attachments"][0]["url"], "https://files.example/it.bin");
        assert_eq!(sent.extra["attachments"][0]["name"], "it.bin");
    }
    for person in &others {
        let detail = person.client.conversation(group.id).await.unwrap();
        assert_eq!(detail.unread_count, Some(4));
        person.client.mark_read(group.id, None).await.unwrap();
    }
    let last = alice.client.conversation(group.id).await.unwrap().last_message.unwrap();
    assert_eq!(last.status.as_deref(), Some("read"));
    assert_eq!(alice.client.receipts(last.id).await.unwrap().read.len(), 12);
}

/// What the system said in a conversation: who did what to whom.
async fn notes(person: &Person, conversation: Uuid) -> Vec<(String, String, Value)> {
    let page = person.client.history(conversation, &[("order", "asc")]).await.unwrap();
    let note = |message: &Message| {
        let system = &message.extra["system"];
        let action = system["action"].as_str().unwrap().to_owned();
        (message.sender.id.clone(), action, system["user_ids"].clone())
    };
    page.items.iter().filter(|message| message.kind == "system").map(note).collect()
}

async fn d7_joining_and_going_are_system_messages(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[]).await;
    alice.client.add_participants(group.id, &["bob", "carol"]).await.unwrap();
    alice.client.remove_participant(group.id, "bob").await.unwrap();
    carol.client.leave(group.id).await.unwrap();

    let expected = [
        ("alice", "participant.added", json!(["bob"])),
        ("alice", "participant.added", json!(["carol"])),
        ("alice", "participant.removed", json!(["bob"])),
        ("carol", "participant.left", json!(["carol"])),
    ]
    .map(|(who, what, whom)| (who.to_owned(), what.to_owned(), whom));
    assert_eq!(notes(&alice, group.id).await, expected);

    // They cannot be forged, edited or deleted.
    let path = format!("/conversations/{}/messages", group.id);
    let forged = alice.post(&path, json!({"kind": "system", "content": "alice is great"})).await;
    expect_problem(&forged, 422, "validation_failed");
    let history = alice.client.history(group.id, &[]).await.unwrap();
    let message = format!("/messages/{}", history.items[0].id);
    expect_problem(&alice.delete(&message).await, 403, "forbidden");
    let edited = alice.patch(&message, json!({"content": "no"})).await;
    expect_problem(&edited, 403, "forbidden");
    // They count for nobody as unread.
    assert_eq!(bob.client.unread().await.unwrap().total, 0);
}

async fn e1_adding_two_people_is_four_revisions(world: World) {
    let [alice, bob, _, _] = world.people(["alice", "bob", "carol", "dave"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let socket = bob.socket().await;

    let path = format!("/conversations/{}/participants", group.id);
    let body = json!({"user_ids": ["carol", "dave"], "role": "admin"});
    let added = expect_status(alice.post(&path, body).await, 200);
    assert_eq!(added["items"].as_array().unwrap().len(), 2);
    assert!(added["items"].as_array().unwrap().iter().all(|it| it["role"] == "admin"));

    let mut seen = Vec::new();
    while seen.len() < 4 {
        let event = socket.next_event().await.unwrap();
        if let Some(revision) = event.revision {
            seen.push((revision, event.kind.clone()));
        }
    }
    let expected = [
        (group.revision + 1, "participant.joined"),
        (group.revision + 2, "message.created"),
        (group.revision + 3, "participant.joined"),
        (group.revision + 4, "message.created"),
    ]
    .map(|(revision, kind)| (revision, kind.to_owned()));
    assert_eq!(seen, expected);

    // Adding them again changes nothing.
    alice.client.add_participants(group.id, &["carol"]).await.unwrap();
    let now = alice.client.conversation(group.id).await.unwrap();
    assert_eq!((now.revision, now.participant_count), (group.revision + 4, Some(4)));
    let unknown = alice.post(&path, json!({"user_ids": ["nobody"]})).await;
    expect_problem(&unknown, 404, "not_found");
}

async fn e1_a_member_may_do_what_the_permissions_say(world: World) {
    let [alice, bob, carol, _] = world.people(["alice", "bob", "carol", "dave"]).await;
    let group = alice.group_with("Team", &[&bob, &carol]).await;
    let path = format!("/conversations/{}", group.id);
    let people = format!("{path}/participants");

    let add = json!({"user_ids": ["dave"]});
    expect_problem(&bob.post(&people, add.clone()).await, 403, "forbidden");
    expect_problem(&bob.delete(&format!("{people}/carol")).await, 403, "forbidden");
    expect_problem(&bob.patch(&path, json!({"name": "Bobs"})).await, 403, "forbidden");
    expect_problem(&bob.delete(&path).await, 403, "forbidden");
    let role = bob.patch(&format!("{people}/bob"), json!({"role": "admin"})).await;
    expect_problem(&role, 403, "forbidden");
    assert_eq!(alice.client.conversation(group.id).await.unwrap().revision, group.revision);

    let permissions = json!({"permissions": {
        "add_members": "member", "remove_members": "member", "edit": "member", "delete_messages": "admin"
    }});
    let open = expect_status(alice.patch(&path, permissions).await, 200);
    assert_eq!(open["permissions"]["edit"], "member");
    expect_status(bob.patch(&path, json!({"name": "Bobs"})).await, 200);
    expect_status(bob.post(&people, add).await, 200);
    expect_status(bob.delete(&format!("{people}/carol")).await, 204);
    // Admins are removed by admins alone, and roles are given by admins alone.
    expect_problem(&bob.delete(&format!("{people}/alice")).await, 403, "forbidden");
    let role = bob.patch(&format!("{people}/bob"), json!({"role": "admin"})).await;
    expect_problem(&role, 403, "forbidden");
    let admin = json!({"user_ids": ["carol"], "role": "admin"});
    expect_problem(&bob.post(&people, admin).await, 403, "forbidden");
    // Nor does a member open or close the group's doors.
    let close = json!({"permissions": {"edit": "admin"}});
    expect_problem(&bob.patch(&path, close.clone()).await, 403, "forbidden");
    // What is not named stays as it is.
    let closed = expect_status(alice.patch(&path, close).await, 200);
    assert_eq!(
        closed["permissions"],
        json!({"add_members": "member", "remove_members": "member", "edit": "admin", "delete_messages": "admin"})
    );
    expect_problem(&bob.patch(&path, json!({"name": "Again"})).await, 403, "forbidden");
}

async fn e1_who_is_removed_sees_nothing_any_more(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let before = alice.say(group.id, "before").await;
    let socket = bob.socket().await;

    let path = format!("/conversations/{}/participants/bob", group.id);
    expect_status(alice.delete(&path).await, 204);
    let removed = expect_event(&socket, "conversation.removed").await;
    assert_eq!(removed.conversation_id.or(id_of(&removed.data)), Some(group.id));
    alice.say(group.id, "after").await;

    for path in [
        format!("/conversations/{}", group.id),
        format!("/conversations/{}/messages", group.id),
        format!("/conversations/{}/changes?since=0", group.id),
        format!("/messages/{}", before.id),
    ] {
        expect_problem(&bob.get(&path).await, 404, "not_found");
    }
    let send = format!("/conversations/{}/messages", group.id);
    expect_problem(&bob.post(&send, json!({"content": "still here"})).await, 404, "not_found");
    assert!(bob.client.conversations(&[]).await.unwrap().items.is_empty());

    // Nothing came after the removal: the next event is that of another conversation.
    let direct = alice.direct_with(&bob).await;
    alice.say(direct.id, "sentinel").await;
    loop {
        let event = socket.next_event().await.unwrap();
        assert_ne!(event.conversation_id, Some(group.id), "{event:?}");
        if event.kind == "message.created" {
            break;
        }
    }
}

fn id_of(data: &Value) -> Option<Uuid> {
    data["id"].as_str()?.parse().ok()
}

async fn e1_when_the_last_admin_leaves_the_oldest_member_is_promoted(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    alice.client.add_participants(group.id, &["carol"]).await.unwrap();

    alice.client.leave(group.id).await.unwrap();
    let detail = bob.client.conversation(group.id).await.unwrap();
    assert_eq!(detail.membership.unwrap().role, "admin");
    assert_eq!(detail.participant_count, Some(2));
    let seen = carol.client.conversation(group.id).await.unwrap();
    assert_eq!(seen.membership.unwrap().role, "member");
    bob.client.change_role(group.id, "carol", "admin").await.unwrap();
    bob.client.leave(group.id).await.unwrap();
    carol.client.leave(group.id).await.unwrap();
    expect_problem(&carol.get(&format!("/conversations/{}", group.id)).await, 404, "not_found");
}

async fn e1_a_deleted_group_is_gone_for_everybody(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let message = bob.say(group.id, "hello").await;
    let socket = bob.socket().await;

    expect_status(alice.delete(&format!("/conversations/{}", group.id)).await, 204);
    expect_event(&socket, "conversation.deleted").await;
    for person in [&alice, &bob] {
        let detail = person.get(&format!("/conversations/{}", group.id)).await;
        expect_problem(&detail, 404, "not_found");
        let message = person.get(&format!("/messages/{}", message.id)).await;
        expect_problem(&message, 404, "not_found");
        assert!(person.client.conversations(&[]).await.unwrap().items.is_empty());
    }
    let send = format!("/conversations/{}/messages", group.id);
    expect_problem(&alice.post(&send, json!({"content": "?"})).await, 404, "not_found");
}

async fn e1_a_direct_conversation_is_not_left_nor_governed(world: World) {
    let [alice, bob, _] = world.people(["alice", "bob", "carol"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}", direct.id);

    expect_problem(&alice.post(&format!("{path}/leave"), json!({})).await, 403, "forbidden");
    expect_problem(&alice.delete(&path).await, 403, "forbidden");
    expect_problem(&alice.patch(&path, json!({"name": "Us"})).await, 403, "forbidden");
    let add = alice.post(&format!("{path}/participants"), json!({"user_ids": ["carol"]})).await;
    expect_problem(&add, 403, "forbidden");
    expect_problem(&alice.delete(&format!("{path}/participants/bob")).await, 403, "forbidden");
    assert_eq!(bob.client.conversation(direct.id).await.unwrap().revision, direct.revision);
}
