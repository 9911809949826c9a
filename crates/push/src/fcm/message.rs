//! A notification in the format of `projects.messages.send`
//! (<https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages>).

use chinwag_domain::{Device, Notification};
use serde_json::{Map, Value, json};

/// How long FCM keeps it for a device that is off: after a day it is no news.
const TTL: &str = "86400s";

/// The body of a request. Of several notifications about one conversation a device shows, and FCM
/// keeps, the newest.
pub(super) fn body(device: &Device, notification: &Notification) -> Value {
    let Notification { title, body, data, .. } = notification;
    let data: Map<String, Value> =
        data.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    json!({"message": {
        "token": device.address.expose(),
        "notification": {"title": title, "body": body},
        "data": data,
        "android": android(notification),
        "apns": apns(notification),
    }})
}

fn android(notification: &Notification) -> Value {
    let mut shown = Map::new();
    let mut config = Map::new();
    config.insert("priority".to_owned(), json!("HIGH"));
    config.insert("ttl".to_owned(), json!(TTL));
    if let Some(conversation) = notification.conversation_id {
        config.insert("collapse_key".to_owned(), json!(conversation));
        shown.insert("tag".to_owned(), json!(conversation));
    }
    if let Some(badge) = notification.badge {
        shown.insert("notification_count".to_owned(), json!(badge.min(9_999)));
    }
    if !shown.is_empty() {
        config.insert("notification".to_owned(), Value::Object(shown));
    }
    Value::Object(config)
}

fn apns(notification: &Notification) -> Value {
    let mut headers = Map::new();
    let mut aps = Map::new();
    headers.insert("apns-priority".to_owned(), json!("10"));
    aps.insert("sound".to_owned(), json!("default"));
    if let Some(conversation) = notification.conversation_id {
        headers.insert("apns-collapse-id".to_owned(), json!(conversation));
        aps.insert("thread-id".to_owned(), json!(conversation));
    }
    if let Some(badge) = notification.badge {
        aps.insert("badge".to_owned(), json!(badge.min(9_999)));
    }
    json!({"headers": headers, "payload": {"aps": aps}})
}
