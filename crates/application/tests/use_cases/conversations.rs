//! Conversations and who takes part in them.

use chinwag_application::{Error, request::ConversationsQuery};
use serde_json::{Value, json};

use crate::world::{World, message_id, wire};

#[tokio::test]
async fn two_people_added_are_four_revisions() {
    let world = World::new();
    let ann = world.person("ann").await;
    world.person("bob").await;
    world.person("cem").await;
    let id = world.group(&ann, &[]).await;
    assert_eq!(world.told(), [(1, "ConversationCreated".into())]);
    let body = br#"{"user_ids":["bob","cem","bob"]}"#;
    let added = wire(&world.chat.add_participants.execute(&ann, id, body).await.unwrap());
    assert_eq!(added["items"].as_array().unwrap().len(), 2);
    let joined = || "ParticipantJoined".to_owned();
    let message = || "MessageCreated".to_owned();
    assert_eq!(world.told(), [(2, joined()), (3, message()), (4, joined()), (5, message())]);
    // Who is in already stays as they are.
    world.chat.add_participants.execute(&ann, id, body).await.unwrap();
    assert!(world.told().is_empty());
    let items = world.history(&ann, id).await;
    assert_eq!(items[0]["kind"], "system");
    assert_eq!(items[0]["system"], json!({"action": "participant.added", "user_ids": ["cem"]}));
}

#[tokio::test]
async fn an_unknown_person_adds_nobody() {
    let world = World::new();
    let ann = world.person("ann").await;
    world.person("bob").await;
    let id = world.group(&ann, &[]).await;
    world.told();
    let body = br#"{"user_ids":["bob","nobody"]}"#;
    let refused = world.chat.add_participants.execute(&ann, id, body).await;
    assert!(matches!(refused, Err(Error::NotFound)));
    assert!(world.told().is_empty());
    assert_eq!(people(&world, &ann, id).await, ["ann"]);
}

async fn people(
    world: &World,
    actor: &chinwag_application::Actor,
    id: chinwag_domain::ConversationId,
) -> Vec<String> {
    let list = wire(&world.chat.list_participants.execute(actor, id).await.unwrap());
    let name = |item: &Value| item["user"]["id"].as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn the_oldest_inherits_a_group_whose_last_admin_leaves() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let cem = world.person("cem").await;
    let id = world.group(&ann, &[&cem]).await;
    world.clock.advance(1_000);
    let body = br#"{"user_ids":["bob"]}"#;
    world.chat.add_participants.execute(&ann, id, body).await.unwrap();
    world.told();
    world.chat.leave.execute(&ann, id).await.unwrap();
    let told: Vec<String> = world.told().into_iter().map(|(_, name)| name).collect();
    assert_eq!(told, ["ParticipantLeft", "MessageCreated", "ParticipantUpdated"]);
    let list = wire(&world.chat.list_participants.execute(&cem, id).await.unwrap());
    assert_eq!(
        (&list["items"][0]["user"]["id"], &list["items"][0]["role"]),
        (&json!("cem"), &json!("admin"))
    );
    assert_eq!(list["items"][1]["role"], "member");
    assert!(matches!(world.chat.leave.execute(&ann, id).await, Err(Error::NotFound)));
    let _ = bob;
}

#[tokio::test]
async fn the_last_admin_cannot_give_the_role_away_to_nobody() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.group(&ann, &[&bob]).await;
    let member = br#"{"role":"member"}"#;
    let refused = world.chat.change_role.execute(&ann, id, ann.id(), member).await;
    assert!(matches!(refused, Err(Error::Conflict(_))));
    let refused = world.chat.change_role.execute(&bob, id, bob.id(), br#"{"role":"admin"}"#).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
    world.chat.change_role.execute(&ann, id, bob.id(), br#"{"role":"admin"}"#).await.unwrap();
    world.chat.change_role.execute(&ann, id, ann.id(), member).await.unwrap();
}

#[tokio::test]
async fn direct_conversations_have_no_settings_and_no_leaving() {
    let world = World::new();
    let (ann, _bob) = (world.person("ann").await, world.person("bob").await);
    world.person("cem").await;
    let id = world.create(&ann, &json!({"type": "direct", "participant_ids": ["bob"]})).await;
    let chat = &world.chat;
    let forbidden = [
        chat.leave.execute(&ann, id).await.err(),
        chat.delete_conversation.execute(&ann, id).await.err(),
        chat.update_settings.execute(&ann, id, br#"{"name":"x"}"#).await.err(),
        chat.add_participants.execute(&ann, id, br#"{"user_ids":["cem"]}"#).await.err(),
        chat.remove_participant.execute(&ann, id, &"bob".parse().unwrap()).await.err(),
    ];
    for error in forbidden {
        assert!(matches!(error, Some(Error::Forbidden(_))), "{error:?}");
    }
    for body in [
        r#"{"type":"direct","participant_ids":["ann"]}"#,
        r#"{"type":"direct","participant_ids":[]}"#,
        r#"{"type":"direct","participant_ids":["bob","cem"]}"#,
        r#"{"type":"direct","participant_ids":["bob"],"name":"x"}"#,
    ] {
        let refused = chat.create_conversation.execute(&ann, body.as_bytes()).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{body}");
    }
}

#[tokio::test]
async fn asking_again_for_a_direct_conversation_brings_it_back() {
    let world = World::new();
    let (ann, _bob) = (world.person("ann").await, world.person("bob").await);
    let body = json!({"type": "direct", "participant_ids": ["bob"]});
    let id = world.create(&ann, &body).await;
    world.chat.update_membership.execute(&ann, id, br#"{"hidden":true}"#).await.unwrap();
    let listed = || world.chat.list_conversations.execute(&ann, ConversationsQuery::default());
    assert!(listed().await.unwrap().items.is_empty());
    assert_eq!(world.create(&ann, &body).await, id);
    assert_eq!(listed().await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn settings_without_a_difference_take_no_revision() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.group(&ann, &[&bob]).await;
    world.told();
    let update = &world.chat.update_settings;
    update.execute(&ann, id, br#"{"name":"Team"}"#).await.unwrap();
    assert!(world.told().is_empty());
    let view = wire(&update.execute(&ann, id, br#"{"name":"Crew"}"#).await.unwrap());
    assert_eq!((&view["name"], &view["revision"]), (&json!("Crew"), &json!(2)));
    assert!(matches!(update.execute(&bob, id, br#"{"name":"x"}"#).await, Err(Error::Forbidden(_))));

    // Once opened to members, they edit; permissions stay with admins.
    let open = br#"{"permissions":{"edit":"member"}}"#;
    update.execute(&ann, id, open).await.unwrap();
    update.execute(&bob, id, br#"{"name":"Bobs"}"#).await.unwrap();
    let refused = update.execute(&bob, id, br#"{"permissions":{"add_members":"member"}}"#).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
}

#[tokio::test]
async fn clearing_hides_what_was_by_every_door() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.group(&ann, &[&bob]).await;
    let old = message_id(&world.send(&ann, id, "old").await);
    world.chat.clear_conversation.execute(&bob, id).await.unwrap();
    assert!(world.history(&bob, id).await.is_empty());
    let chat = &world.chat;
    assert!(matches!(chat.get_message.execute(&bob, old).await, Err(Error::NotFound)));
    assert!(matches!(chat.receipts.execute(&bob, old).await, Err(Error::NotFound)));
    assert!(matches!(chat.react.add(&bob, old, "👍").await, Err(Error::NotFound)));
    assert!(matches!(chat.delete_message.execute(&bob, old).await, Err(Error::NotFound)));
    let detail = wire(&chat.get_conversation.execute(&bob, id).await.unwrap());
    assert_eq!((&detail["last_message"], &detail["unread_count"]), (&json!(null), &json!(0)));
    world.send(&ann, id, "new").await;
    assert_eq!(world.history(&bob, id).await.len(), 1);
    assert_eq!(world.history(&ann, id).await.len(), 2);
}
