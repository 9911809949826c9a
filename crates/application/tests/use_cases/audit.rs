//! What goes into the audit log, who may read it, and how.

use chinwag_application::{Actor, AuditChain, Error, SignIn, request::AuditQuery};
use chinwag_domain::{
    AppRole, AuditFilter, AuditTarget, NewAuditEntry,
    ports::{AuditLog, Clock, IdGenerator},
};
use chinwag_testkit::SequentialIds;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::world::{World, message_id, wire};

const FORMATS: &[&str] = &["json", "csv"];

async fn admin(world: &World) -> Actor {
    let root = world.person("root").await;
    Actor { role: AppRole::Admin, address: Some("192.0.2.9".parse().unwrap()), ..root }
}

fn from(actor: Actor, address: &str) -> Actor {
    Actor { address: Some(address.parse().unwrap()), ..actor }
}

/// The log as an admin sees it, the oldest first, without ids and times.
async fn told(world: &World) -> Vec<Value> {
    let query = AuditQuery { limit: Some("100".into()), ..AuditQuery::default() };
    let root = admin(world).await;
    let list = wire(&world.chat.list_audit_log.execute(&root, query).await.unwrap());
    let mut items = list["items"].as_array().unwrap().clone();
    items.reverse();
    for item in &mut items {
        let item = item.as_object_mut().unwrap();
        assert!(item.remove("id").is_some() && item.remove("at").is_some());
    }
    items
}

fn about(actor: &str, action: &str, target: (&str, &dyn ToString), details: &Value) -> Value {
    json!({
        "actor_id": actor, "action": action, "target_type": target.0,
        "target_id": target.1.to_string(), "ip": "192.0.2.1", "details": details,
    })
}

#[tokio::test]
async fn what_is_done_to_groups_is_written_down_and_what_is_said_is_not() {
    let world = World::new();
    let chat = &world.chat;
    let ann = from(world.person("ann").await, "192.0.2.1");
    let (bob, cem) = (world.person("bob").await, world.person("cem").await);
    let bob = from(bob, "192.0.2.1");
    let id = world.group(&ann, &[&bob]).await;
    let message = message_id(&world.send(&bob, id, "a secret").await);
    chat.edit_message.execute(&bob, message, br#"{"content":"another"}"#).await.unwrap();
    let change = br#"{"name":"Secret name","category":"x"}"#;
    chat.update_settings.execute(&ann, id, change).await.unwrap();
    chat.update_settings.execute(&ann, id, change).await.unwrap();
    let people = br#"{"user_ids":["cem","bob"]}"#;
    chat.add_participants.execute(&ann, id, people).await.unwrap();
    chat.add_participants.execute(&ann, id, people).await.unwrap();
    chat.change_role.execute(&ann, id, bob.id(), br#"{"role":"admin"}"#).await.unwrap();
    chat.remove_participant.execute(&ann, id, cem.id()).await.unwrap();
    chat.delete_message.execute(&ann, message).await.unwrap();
    chat.delete_message.execute(&ann, message).await.unwrap();
    chat.change_role.execute(&ann, id, bob.id(), br#"{"role":"member"}"#).await.unwrap();
    chat.leave.execute(&ann, id).await.unwrap();
    chat.delete_conversation.execute(&bob, id).await.unwrap();
    let direct = json!({"type": "direct", "participant_ids": ["bob"]});
    let pair = world.create(&ann, &direct).await;
    world.create(&ann, &direct).await;

    let group = || ("conversation", &id as &dyn ToString);
    let expected = [
        about(
            "ann",
            "conversation.created",
            group(),
            &json!({"type": "group", "participant_ids": ["bob"]}),
        ),
        about("ann", "conversation.updated", group(), &json!({"changed": ["name", "category"]})),
        about("ann", "participant.added", group(), &json!({"user_ids": ["cem"], "role": "member"})),
        about(
            "ann",
            "participant.role_changed",
            group(),
            &json!({"user_id": "bob", "from": "member", "to": "admin"}),
        ),
        about("ann", "participant.removed", group(), &json!({"user_id": "cem"})),
        about(
            "ann",
            "message.deleted",
            ("message", &message),
            &json!({"conversation_id": id, "sender_id": "bob"}),
        ),
        about(
            "ann",
            "participant.role_changed",
            group(),
            &json!({"user_id": "bob", "from": "admin", "to": "member"}),
        ),
        about("ann", "participant.left", group(), &json!({"user_id": "ann"})),
        about(
            "ann",
            "participant.role_changed",
            group(),
            &json!({"user_id": "bob", "from": "member", "to": "admin"}),
        ),
        about("bob", "conversation.deleted", group(), &json!({})),
        about(
            "ann",
            "conversation.created",
            ("conversation", &pair),
            &json!({"type": "direct", "participant_ids": ["bob"]}),
        ),
    ];
    assert_eq!(told(&world).await, expected);
}

#[tokio::test]
async fn what_was_not_done_is_not_written_down() {
    let world = World::new();
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let id = world.group(&ann, &[&bob]).await;
    let chat = &world.chat;
    chat.delete_conversation.execute(&bob, id).await.unwrap_err();
    chat.update_settings.execute(&ann, id, br#"{"name":""}"#).await.unwrap_err();
    chat.add_participants.execute(&ann, id, br#"{"user_ids":["nobody"]}"#).await.unwrap_err();
    chat.change_role.execute(&ann, id, ann.id(), br#"{"role":"member"}"#).await.unwrap_err();
    assert_eq!(told(&world).await.len(), 1, "the group alone");
}

#[tokio::test]
async fn sign_ins_and_those_that_failed_are_written_down() {
    let world = World::new();
    let accounts = &world.chat.accounts;
    let here = || SignIn { user_agent: None, address: Some("192.0.2.1".parse().unwrap()) };
    let body = br#"{"username":"ann","password":"correct horse"}"#;
    let first = wire(&accounts.register(here(), body).await.unwrap());
    accounts.register(here(), body).await.err().unwrap();
    for body in [
        br#"{"username":"ann","password":"wrong horse"}"#.as_slice(),
        br#"{"username":"my password","password":"correct horse"}"#,
    ] {
        accounts.login(here(), body).await.err().unwrap();
    }
    let login = wire(&accounts.login(here(), body).await.unwrap());
    let token = login["access_token"].as_str().unwrap();
    let address = "192.0.2.1".parse().ok();
    let ann = world.chat.authenticate.execute(token, address).await.unwrap().actor;
    accounts.logout(&ann).await.unwrap();
    let token = json!({"refresh_token": first["refresh_token"]}).to_string();
    accounts.refresh(&here(), token.as_bytes()).await.unwrap();
    accounts.refresh(&here(), token.as_bytes()).await.err().unwrap();

    let told = told(&world).await;
    let actions: Vec<_> = told.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let expected = [
        "user.registered",
        "session.created",
        "session.refused",
        "session.refused",
        "session.created",
        "session.revoked",
        "session.reused",
    ];
    assert_eq!(actions, expected);
    let id = first["user"]["id"].as_str().unwrap();
    assert!(told.iter().all(|entry| entry["ip"] == "192.0.2.1"), "{told:?}");
    assert_eq!(told[0], about(id, "user.registered", ("user", &id), &json!({"guest": false})));
    assert_eq!((&told[2]["actor_id"], &told[2]["target_id"]), (&json!(null), &json!(id)));
    assert_eq!(told[2]["details"], json!({"reason": "wrong_password"}));
    assert_eq!(told[3]["target_id"], "unknown");
    assert_eq!((&told[6]["actor_id"], &told[6]["target_type"]), (&json!(id), &json!("session")));
    assert_eq!(told[6]["target_id"], told[1]["target_id"], "the first sign-in");
    let all = json!(told).to_string();
    assert!(!all.contains("my password") && !all.contains("correct horse"), "{all}");
}

#[tokio::test]
async fn the_log_is_for_admins_and_that_others_asked_is_in_it() {
    let world = World::new();
    let chat = &world.chat;
    for role in [AppRole::Member, AppRole::Supervisor] {
        let ann = Actor { role, ..from(world.person("ann").await, "192.0.2.1") };
        // Refused before it is read what was asked.
        let query = || AuditQuery { from: Some("yesterday".into()), ..AuditQuery::default() };
        let refused = chat.list_audit_log.execute(&ann, query()).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        let refused = chat.export_audit_log.execute(&ann, query(), FORMATS).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        let told = told(&world).await;
        let [.., list, export] = &told[..] else { panic!("{told:?}") };
        let details = json!({"role": role.as_str()});
        let denied = |operation: &str| {
            about("ann", "access.denied", ("operation", &operation.to_owned()), &details)
        };
        assert_eq!((list, export), (&denied("audit.list"), &denied("audit.export")));
    }
}

#[tokio::test]
async fn filters_that_do_not_fit_are_named() {
    let world = World::new();
    let root = admin(&world).await;
    let text = |text: &str| Some(text.to_owned());
    let bad = AuditQuery {
        action: text(""),
        actor_id: text("a b"),
        target: text("\n"),
        from: text("2026-01-31"),
        to: text("never"),
        limit: text("101"),
        cursor: text("c0"),
        format: text("json"),
    };
    let pointers = |error: Error| match error {
        Error::Invalid(errors) => errors.into_iter().map(|one| one.pointer).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let chat = &world.chat;
    let all = ["action", "actor_id", "target", "from", "to", "limit", "cursor"];
    let refused = chat.list_audit_log.execute(&root, bad.clone()).await;
    assert_eq!(pointers(refused.unwrap_err()), all);
    let backwards = AuditQuery {
        from: text("2026-02-01T00:00:00Z"),
        to: text("2026-01-01T00:00:00Z"),
        ..AuditQuery::default()
    };
    let refused = chat.list_audit_log.execute(&root, backwards).await;
    assert_eq!(pointers(refused.unwrap_err()), ["to"]);
    for format in [None, text("pdf"), text("JSON")] {
        let query = AuditQuery { format, ..AuditQuery::default() };
        let refused = chat.export_audit_log.execute(&root, query, FORMATS).await;
        assert_eq!(pointers(refused.err().unwrap()), ["format"]);
    }
    assert_eq!(told(&world).await, Vec::<Value>::new(), "no export was begun");
}

async fn fill(world: &World, count: usize) {
    let ids = SequentialIds::after(1_000_000);
    for number in 0..count {
        let entry = NewAuditEntry {
            id: ids.audit(),
            at: world.clock.now().plus_millis(-1),
            actor_id: None,
            action: "a.b",
            target: AuditTarget::new("user", number),
            ip: None,
            details: json!({}),
        };
        world.store.record(&entry).await.unwrap();
    }
}

#[tokio::test]
async fn an_export_is_whole_and_written_down_itself() {
    let world = World::new();
    let root = admin(&world).await;
    fill(&world, 1_300).await;
    let query = AuditQuery {
        format: Some("csv".into()),
        target: Some("user:7".into()),
        ..AuditQuery::default()
    };
    let export = &world.chat.export_audit_log;
    let mut one = export.execute(&root, query, FORMATS).await.unwrap();
    assert_eq!((one.format, one.next().await.unwrap().len()), ("csv", 1));
    assert_eq!(one.next().await.unwrap(), []);

    let query = AuditQuery { format: Some("json".into()), ..AuditQuery::default() };
    let mut all = export.execute(&root, query, FORMATS).await.unwrap();
    // What comes meanwhile is not in it.
    let (mut found, mut pieces) = (Vec::new(), 0);
    loop {
        let piece = all.next().await.unwrap();
        if piece.is_empty() {
            break;
        }
        assert!(piece.len() <= 500);
        found.extend(piece);
        pieces += 1;
        world.clock.advance(1);
        let target = AuditTarget::new("user", "late");
        let late = NewAuditEntry {
            id: world.chat.ports.ids.audit(),
            at: world.clock.now(),
            actor_id: None,
            action: "late.one",
            target,
            ip: None,
            details: json!({}),
        };
        world.store.record(&late).await.unwrap();
    }
    assert_eq!((found.len(), pieces), (1_302, 3));
    let (last, first) = (wire(&found[0]), wire(&found[1]));
    assert_eq!((&last["action"], &last["target_id"]), (&json!("audit.exported"), &json!("json")));
    assert_eq!(first["details"], json!({"format": "csv", "filters": {"target": "user:7"}}));
    assert_eq!((&first["actor_id"], &first["ip"]), (&json!("root"), &json!("192.0.2.9")));
    let ids: std::collections::HashSet<_> = found.iter().map(|entry| entry.id).collect();
    assert_eq!(ids.len(), found.len());
}

#[tokio::test]
async fn whatever_was_written_down_is_sealed_and_found_whole() {
    let world = World::new();
    fill(&world, 1_201).await;
    let chain = AuditChain::new(Arc::new(world.store.clone()));
    assert_eq!(chain.seal().await.unwrap(), 1_201);
    assert_eq!(chain.seal().await.unwrap(), 0);
    let verified = chain.verify(None).await.unwrap().unwrap();
    assert_eq!((verified.head.number, verified.unsealed), (1_201, 0));
    assert_eq!(verified.head, world.store.head().await.unwrap());

    // New ones go on from there, and are sealed before it is looked.
    let known = verified.head;
    let ann = world.person("ann").await;
    world.group(&ann, &[]).await;
    let verified = chain.verify(Some(known)).await.unwrap().unwrap();
    assert_eq!(verified.head.number, 1_202);
    let entries = world.store.list(&AuditFilter::default(), None, 1).await.unwrap();
    assert_eq!(entries[0].action, "conversation.created");
    let sealed = world.store.sealed(1_201, 10).await.unwrap();
    assert_eq!(sealed[0].previous_hash, known.hash);
}
