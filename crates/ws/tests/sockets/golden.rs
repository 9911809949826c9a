//! One frame of every type, as it goes over the wire. A change here is a
//! change of the protocol.

use serde_json::{Map, Value, json};

use crate::{client::Client, server::Server};

/// Frames by name.
#[derive(Default)]
struct Album(Map<String, Value>);

impl Album {
    fn put(&mut self, name: &str, frame: Value) {
        assert!(self.0.insert(name.to_owned(), frame).is_none(), "{name} is there already");
    }

    /// Waits for an event of that type.
    async fn hear(&mut self, client: &mut Client, kind: &str) {
        let event = client.event(kind).await;
        self.put(kind, event);
    }

    /// Asks and keeps the reply, whatever it is.
    async fn ask(&mut self, client: &mut Client, name: &str, data: Value) -> Value {
        let kind = name.split(' ').next().unwrap();
        let reply = client.ask(kind, data).await;
        self.put(name, reply.clone());
        reply["data"].clone()
    }
}

#[actix_web::test]
async fn events() {
    let server = Server::start();
    let (ann, bob) = (server.actor("ann").await, server.actor("bob").await);
    server.actor("carol").await;
    let (mut anns, mut bobs) =
        (server.client("ann").await, server.client_by(&server.token("bob")).await);
    let mut album = Album::default();
    album.hear(&mut bobs, "ready").await;

    let group = json!({"type": "group", "name": "Team", "participant_ids": ["bob"]});
    let group = anns.ok("conversation.create", group).await["id"].take();
    let here = json!({"conversation_id": group});
    let id = group.as_str().unwrap().parse().unwrap();
    album.hear(&mut bobs, "conversation.created").await;
    let patch = br#"{"description":"All of us"}"#;
    server.chat.update_settings.execute(&ann, id, patch).await.unwrap();
    album.hear(&mut bobs, "conversation.updated").await;

    let send = json!({
        "conversation_id": group, "content": "Hello <b>", "client_id": "c-1", "mentions": ["bob"],
        "client_created_at": "2025-11-20T11:59:59Z", "metadata": {"k": [1]},
        "attachments": [{"url": "https://files.example/a.png", "name": "a.png"}],
    });
    let message = anns.ok("message.send", send).await["id"].take();
    let this = json!({"message_id": message});
    album.hear(&mut bobs, "message.created").await;
    bobs.ok("message.react", json!({"message_id": message, "emoji": "👍"})).await;
    album.hear(&mut bobs, "message.updated").await;

    bobs.ok("conversation.delivered", json!({"conversation_id": group, "seq": 1})).await;
    album.hear(&mut anns, "receipt.delivered").await;
    bobs.ok("conversation.read", here.clone()).await;
    album.hear(&mut anns, "receipt.read").await;
    for (ask, hear) in [
        ("typing.start", "typing.started"),
        ("typing.stop", "typing.stopped"),
        ("conversation.open", "participant.opened"),
        ("conversation.close", "participant.closed"),
    ] {
        bobs.ok(ask, here.clone()).await;
        album.hear(&mut anns, hear).await;
    }

    server.chat.clear_conversation.execute(&bob, id).await.unwrap();
    album.hear(&mut bobs, "membership.updated").await;
    anns.ok("message.delete", this).await;
    album.hear(&mut bobs, "revision").await;
    album.hear(&mut anns, "message.deleted").await;

    let carol = br#"{"user_ids":["carol"]}"#;
    server.chat.add_participants.execute(&ann, id, carol).await.unwrap();
    album.hear(&mut bobs, "participant.joined").await;
    let role = br#"{"role":"admin"}"#;
    let user = "carol".parse().unwrap();
    server.chat.change_role.execute(&ann, id, &user, role).await.unwrap();
    album.hear(&mut bobs, "participant.updated").await;
    server.chat.remove_participant.execute(&ann, id, &user).await.unwrap();
    album.hear(&mut bobs, "participant.left").await;

    anns.ok("presence.subscribe", json!({"user_ids": ["bob"]})).await;
    let presence = chinwag_domain::Presence {
        user_id: bob.id().clone(),
        online: false,
        last_seen_at: Some(chinwag_domain::Timestamp::from_millis(1_763_640_000_000)),
    };
    let at = chinwag_domain::Timestamp::from_millis(1_763_640_005_000);
    let flip = chinwag_domain::Signal::PresenceChanged { presence, at };
    chinwag_domain::ports::EventBus::publish(&*server.bus, flip.into());
    album.hear(&mut anns, "presence.changed").await;

    server.chat.remove_participant.execute(&ann, id, bob.id()).await.unwrap();
    album.hear(&mut bobs, "conversation.removed").await;
    server.chat.delete_conversation.execute(&ann, id).await.unwrap();
    album.hear(&mut anns, "conversation.deleted").await;
    server.bus.lose();
    album.hear(&mut anns, "sync.required").await;
    anns.ok("authenticate", json!({"token": server.token_for("ann", 60_000)})).await;
    album.hear(&mut anns, "auth.expiring").await;
    server.hub.drain();
    album.hear(&mut anns, "goodbye").await;

    // Which of the two is told first is not fixed.
    album.0["goodbye"]["data"]["reconnect_after_ms"] = json!("[spread]");
    insta::assert_json_snapshot!(album.0);
    server.stop().await;
}

#[actix_web::test]
async fn replies() {
    let server = Server::start();
    server.actor("bob").await;
    let mut client = server.stranger().await;
    let mut album = Album::default();
    album.ask(&mut client, "ping", json!({})).await;
    album.ask(&mut client, "authenticate", json!({"token": server.token("ann")})).await;
    client.event("ready").await;

    let direct = json!({"type": "direct", "participant_ids": ["bob"]});
    let direct = album.ask(&mut client, "conversation.create", direct).await["id"].take();
    client.event("conversation.created").await;
    let here = json!({"conversation_id": direct});
    let send = json!({"recipient_id": "bob", "content": "Hello", "client_id": "c-1"});
    let message = album.ask(&mut client, "message.send", send.clone()).await["id"].take();
    album.ask(&mut client, "message.send again", send).await;
    let this = json!({"message_id": message});
    let with = |key: &str, value: Value| {
        let mut data = this.clone();
        data[key] = value;
        data
    };
    album.ask(&mut client, "message.edit", with("content", json!("Hello!"))).await;
    album.ask(&mut client, "message.react", with("emoji", json!("👍"))).await;
    album.ask(&mut client, "message.unreact", with("emoji", json!("👍"))).await;
    album.ask(&mut client, "message.delete", this.clone()).await;
    for kind in [
        "conversation.open",
        "conversation.close",
        "conversation.read",
        "typing.start",
        "typing.stop",
    ] {
        album.ask(&mut client, kind, here.clone()).await;
    }
    let delivered = json!({"conversation_id": direct, "seq": 1});
    album.ask(&mut client, "conversation.delivered", delivered).await;
    for kind in ["presence.query", "presence.subscribe", "presence.unsubscribe"] {
        album.ask(&mut client, kind, json!({"user_ids": ["bob", "nobody"]})).await;
    }
    let known = json!({"conversations": {direct.as_str().unwrap(): 1, "01900000-0000-7000-8000-000000000000": 3}});
    album.ask(&mut client, "sync", known).await;
    insta::assert_json_snapshot!(album.0);
    server.stop().await;
}

#[actix_web::test]
async fn refusals() {
    let server = Server::start();
    let mut client = server.stranger().await;
    let mut album = Album::default();
    album.ask(&mut client, "sync without identity", json!({})).await;
    album.ask(&mut client, "authenticate badly", json!({"token": "bad"})).await;
    client.ok("authenticate", json!({"token": server.token("ann")})).await;
    client.event("ready").await;
    client.say("nonsense").await;
    album.put("an unreadable frame", client.hear().await);
    album.ask(&mut client, "no.such.type", json!({})).await;
    album.ask(&mut client, "conversation.read nowhere", json!({"conversation_id": "x"})).await;
    let blank = json!({"recipient_id": "ann", "content": " ", "kind": "location"});
    album.ask(&mut client, "message.send with faults", blank).await;
    insta::assert_json_snapshot!(album.0);
    server.stop().await;
}
