//! Sending, changing, taking back.

use chinwag_application::Error;
use chinwag_domain::ConversationId;
use serde_json::json;

use crate::world::{World, message_id, wire};

#[tokio::test]
async fn a_stranger_learns_nothing_from_the_shape_of_the_answer() {
    let world = World::new();
    let (ann, eve) = (world.person("ann").await, world.person("eve").await);
    let id = world.group(&ann, &[]).await;
    for body in [r#"{"content":"x"}"#, r#"{"content":""}"#, "{", r#"{"nope":1}"#, "[]"] {
        for id in [id, ConversationId::from_u128(404)] {
            let error = world.chat.send_message.to_conversation(&eve, id, body.as_bytes()).await;
            assert!(matches!(error, Err(Error::NotFound)), "{body}: {error:?}");
            let error = world.chat.update_settings.execute(&eve, id, body.as_bytes()).await;
            assert!(matches!(error, Err(Error::NotFound)), "{body}: {error:?}");
            let error = world.chat.mark_read.execute(&eve, id, body.as_bytes()).await;
            assert!(matches!(error, Err(Error::NotFound)), "{body}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_repeated_client_id_is_one_message_and_another_content_is_a_conflict() {
    let world = World::new();
    let ann = world.person("ann").await;
    let id = world.group(&ann, &[]).await;
    let send =
        async |body: &str| world.chat.send_message.to_conversation(&ann, id, body.as_bytes()).await;
    let first = wire(&send(r#"{"content":"x","client_id":"1"}"#).await.unwrap());
    assert_eq!(first["duplicate"], false);
    assert_eq!(first["status"], "sent");
    let again = wire(&send(r#"{"content":"x","client_id":"1"}"#).await.unwrap());
    assert_eq!((&again["duplicate"], &again["id"]), (&json!(true), &first["id"]));
    let other = send(r#"{"content":"y","client_id":"1"}"#).await;
    assert!(matches!(other, Err(Error::Conflict(_))));

    // An edit since does not matter, and the duplicate answers what stands now.
    let edit = world.chat.edit_message.execute(&ann, message_id(&first), br#"{"content":"z"}"#);
    edit.await.unwrap();
    let again = wire(&send(r#"{"content":"x","client_id":"1"}"#).await.unwrap());
    assert_eq!((&again["duplicate"], &again["content"]), (&json!(true), &json!("z")));
    world.chat.delete_message.execute(&ann, message_id(&first)).await.unwrap();
    let again = wire(&send(r#"{"content":"x","client_id":"1"}"#).await.unwrap());
    assert_eq!((&again["content"], &again["deleted_by"]), (&json!(null), &json!("ann")));
    assert_eq!(world.history(&ann, id).await.len(), 1);
}

#[tokio::test]
async fn a_reply_answers_what_its_sender_can_see() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let here = world.group(&ann, &[&bob]).await;
    let elsewhere = world.group(&ann, &[]).await;
    let target = world.send(&ann, here, "question").await;
    let foreign = world.send(&ann, elsewhere, "secret").await;

    let reply = |to: &serde_json::Value| json!({"content": "r", "reply_to": to["id"]}).to_string();
    let send = &world.chat.send_message;
    send.to_conversation(&bob, here, reply(&target).as_bytes()).await.unwrap();
    let refused = send.to_conversation(&bob, here, reply(&foreign).as_bytes()).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
    world.chat.clear_conversation.execute(&bob, here).await.unwrap();
    let refused = send.to_conversation(&bob, here, reply(&target).as_bytes()).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "below the floor nothing can be quoted");
}

#[tokio::test]
async fn a_message_to_a_person_finds_the_one_conversation() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let to = |id: &str| json!({"recipient_id": id, "content": "hi"}).to_string();
    let send = &world.chat.send_message;
    let first = wire(&send.to_person(&ann, to("bob").as_bytes()).await.unwrap());
    let back = wire(&send.to_person(&bob, to("ann").as_bytes()).await.unwrap());
    assert_eq!(first["conversation_id"], back["conversation_id"]);
    assert_eq!((&first["seq"], &back["seq"]), (&json!(1), &json!(2)));

    let unknown = send.to_person(&ann, to("nobody").as_bytes()).await;
    assert!(matches!(unknown, Err(Error::NotFound)));
    let oneself = send.to_person(&ann, to("ann").as_bytes()).await;
    assert!(matches!(oneself, Err(Error::Invalid(_))));
}

#[tokio::test]
async fn a_bad_message_to_a_person_makes_no_conversation() {
    let world = World::new();
    let (ann, _bob) = (world.person("ann").await, world.person("bob").await);
    for body in [
        r#"{"recipient_id":"bob","content":""}"#,
        // Where nothing has been said, there is nothing to answer.
        r#"{"recipient_id":"bob","content":"r","reply_to":"01976f5e-0000-7000-8000-000000000001"}"#,
    ] {
        let refused = world.chat.send_message.to_person(&ann, body.as_bytes()).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{body}");
        assert!(world.told().is_empty(), "{body}");
    }
    let unknown =
        r#"{"recipient_id":"eve","content":"r","reply_to":"01976f5e-0000-7000-8000-000000000001"}"#;
    let unknown = world.chat.send_message.to_person(&ann, unknown.as_bytes()).await;
    assert!(matches!(unknown, Err(Error::NotFound)));
}

#[tokio::test]
async fn numbers_come_back_as_they_were_sent() {
    let world = World::new();
    let ann = world.person("ann").await;
    let id = world.group(&ann, &[]).await;
    let body = r#"{"kind":"location","location":{"latitude":-18.183216676054286,"longitude":124.63107063419261}}"#;
    let sent = world.chat.send_message.to_conversation(&ann, id, body.as_bytes()).await.unwrap();
    let json = serde_json::to_string(&sent).unwrap();
    assert!(
        json.contains(r#""latitude":-18.183216676054286,"longitude":124.63107063419261"#),
        "{json}"
    );
}

#[tokio::test]
async fn a_message_takes_so_many_different_emoji_and_no_more() {
    let world = World::new();
    let ann = world.person("ann").await;
    let mut people = Vec::new();
    for number in 0..6 {
        people.push(world.person(&format!("p{number}")).await);
    }
    let id = world.group(&ann, &people.iter().collect::<Vec<_>>()).await;
    let message = message_id(&world.send(&ann, id, "react").await);
    let react = &world.chat.react;
    for number in 0..100 {
        react.add(&people[number / 20], message, &format!(":{number}:")).await.unwrap();
    }
    let one_more = react.add(&people[5], message, ":100:").await;
    assert!(matches!(one_more, Err(Error::Invalid(_))), "an answer with it must always fit");
    let counted = wire(&react.add(&people[5], message, ":7:").await.unwrap());
    assert_eq!(counted["reactions"][7]["count"], 2);
}

#[tokio::test]
async fn who_may_change_and_delete_which_message() {
    let world = World::new();
    let (ann, bob, cem) =
        (world.person("ann").await, world.person("bob").await, world.person("cem").await);
    let id = world.group(&ann, &[&bob, &cem]).await;
    let bobs = message_id(&world.send(&bob, id, "bob's").await);
    let edit = |actor| world.chat.edit_message.execute(actor, bobs, br#"{"content":"new"}"#);
    assert!(matches!(edit(&ann).await, Err(Error::Forbidden(_))), "not even an admin edits");
    assert_eq!(wire(&edit(&bob).await.unwrap())["content"], "new");

    let delete = |actor| world.chat.delete_message.execute(actor, bobs);
    assert!(matches!(delete(&cem).await, Err(Error::Forbidden(_))));
    world.told();
    delete(&ann).await.unwrap();
    delete(&ann).await.unwrap();
    assert_eq!(world.told().len(), 1, "deleting again changes nothing");
    assert!(matches!(edit(&bob).await, Err(Error::Forbidden(_))), "nothing is left to change");
}

#[tokio::test]
async fn a_reaction_counts_once_and_takes_one_revision() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.group(&ann, &[&bob]).await;
    let message = message_id(&world.send(&ann, id, "x").await);
    world.told();
    world.chat.react.add(&bob, message, "👍").await.unwrap();
    let view = wire(&world.chat.react.add(&bob, message, "👍").await.unwrap());
    assert_eq!(view["reactions"], json!([{"emoji": "👍", "count": 1, "me": true}]));
    assert_eq!(world.told(), [(3, "MessageUpdated".into())]);
    let seen = wire(&world.chat.get_message.execute(&ann, message).await.unwrap());
    assert_eq!(seen["reactions"], json!([{"emoji": "👍", "count": 1, "me": false}]));
    world.chat.react.remove(&bob, message, "👍").await.unwrap();
    world.chat.react.remove(&bob, message, "👍").await.unwrap();
    assert_eq!(world.told(), [(4, "MessageUpdated".into())]);
}
