//! The contract of the socket, as AsyncAPI 3.0: a description for each type of frame, with schemas
//! that come from the types themselves. Nothing here is asked while a socket is served. That each
//! type is described is seen to by the compiler, that it is described well by the end-to-end tests.

mod events;
mod requests;

use chinwag_application::{Problem, schema::Schemas};
use serde_json::{Map, Value, json};

use crate::{
    close::CloseCode,
    kinds::{EventKind, RequestKind},
    protocol::ID_CHARS,
};

/// How the schema of a type comes into the document.
type Schema = fn(&mut Schemas) -> Value;

/// The document of the socket below `base`.
pub fn document(base: &str) -> Value {
    let mut schemas = Schemas::default();
    let mut messages = Map::new();
    let mut operations = Map::new();
    for kind in RequestKind::ALL {
        messages.insert(kind.to_string(), requests::message(*kind, &mut schemas));
        messages.insert(format!("{kind}.reply"), requests::reply(*kind, &mut schemas));
        operations.insert(kind.to_string(), asked(*kind));
    }
    for kind in EventKind::ALL {
        messages.insert(kind.to_string(), events::message(*kind, &mut schemas));
        operations.insert(kind.to_string(), told(*kind));
    }
    messages.insert("refused".to_owned(), refused(&mut schemas));
    let listed: Map<String, Value> = messages
        .keys()
        .map(|name| (name.clone(), json!({ "$ref": format!("#/components/messages/{name}") })))
        .collect();
    let mut document = json!({
        "asyncapi": "3.0.0",
        "info": info(),
        "defaultContentType": "application/json",
        "servers": { "this": server() },
        "channels": { "socket": {
            "address": format!("{base}/ws"),
            "description": CHANNEL,
            "servers": [{ "$ref": "#/servers/this" }],
            "messages": listed,
            "bindings": { "ws": { "method": "GET", "headers": {
                "type": "object",
                "properties": { "Sec-WebSocket-Protocol": { "const": "chat.v1" } },
            } } },
        } },
        "operations": operations,
        "components": {
            "messages": messages,
            "securitySchemes": { "bearer": bearer() },
        },
        "x-close-codes": closes(),
    });
    document["components"]["schemas"] = schemas.finish(&mut document).into();
    document
}

fn server() -> Value {
    json!({
        "host": "{host}",
        "protocol": "ws",
        "variables": { "host": {
            "default": "127.0.0.1:8080",
            "description": "Where you reach the server that this document came from.",
        } },
        "description": "`wss` behind TLS.",
        "security": [{ "$ref": "#/components/securitySchemes/bearer" }],
    })
}

fn bearer() -> Value {
    json!({
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "In the header, or in place of it by the frame `authenticate`.",
    })
}

fn info() -> Value {
    json!({
        "title": "chinwag, the socket",
        "version": env!("CARGO_PKG_VERSION"),
        "license": { "name": "MIT OR Apache-2.0" },
        "description": ABOUT,
    })
}

const ABOUT: &str = "\
One JSON object per text frame. Requests have an `id` of the client's choice and are answered once, by a reply with \
that `id`; events of all conversations come without joining anything, each conversation's in the order of `revision`. \
A client that sees a jump asks for `changes` (REST) or `sync`. Unknown fields of requests are refused; unknown fields \
and unknown events are to be ignored. Only the conditions under which an event is sent differ from person to person: \
but for `notify`, a live event is the same for all.";

const CHANNEL: &str = "\
Subprotocol `chat.v1`. Say who you are in the `Authorization` header, or by `authenticate` within 5 seconds; `ready` comes \
once all subscriptions stand. A bad header is refused before the upgrade, as a problem over HTTP.";

fn message_ref(name: &str) -> Value {
    json!({ "$ref": format!("#/channels/socket/messages/{name}") })
}

/// The server receives it, and answers.
fn asked(kind: RequestKind) -> Value {
    json!({
        "action": "receive",
        "summary": requests::summary(kind),
        "channel": { "$ref": "#/channels/socket" },
        "messages": [message_ref(kind.as_str())],
        "reply": {
            "channel": { "$ref": "#/channels/socket" },
            "messages": [message_ref(&format!("{kind}.reply")), message_ref("refused")],
        },
    })
}

/// The server sends it.
fn told(kind: EventKind) -> Value {
    json!({
        "action": "send",
        "summary": events::summary(kind),
        "channel": { "$ref": "#/channels/socket" },
        "messages": [message_ref(kind.as_str())],
    })
}

/// What any request may be answered; without an id where none could be read.
fn refused(schemas: &mut Schemas) -> Value {
    json!({
        "name": "reply",
        "title": "A refusal",
        "summary": "Why a request was not done. `id` is null where the frame could not be read at all.",
        "correlationId": { "location": "$message.payload#/id" },
        "payload": {
            "type": "object",
            "required": ["type", "id", "ok", "error"],
            "properties": {
                "type": { "const": "reply" },
                "id": { "type": ["string", "null"] },
                "ok": { "const": false },
                "error": schemas.answer::<Problem>(),
            },
        },
    })
}

fn id() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": ID_CHARS })
}

/// An extension, since the format has no place for them.
fn closes() -> Vec<Value> {
    let close = |close: CloseCode| {
        json!({
            "code": close.code(),
            "reason": close.reason(),
            "meaning": close.meaning(),
            "come_back": close.come_back(),
        })
    };
    CloseCode::ALL.map(close).into()
}

#[cfg(test)]
mod tests {
    use chinwag_application::schema::astray;

    use super::*;

    #[test]
    fn every_frame_is_described_and_every_reference_leads_somewhere() {
        let document = document("/api/v1");
        for name in RequestKind::ALL.iter().map(|kind| kind.as_str()) {
            let operation = &document["operations"][name];
            assert_eq!(operation["action"], "receive", "{name}");
            assert!(document["components"]["messages"][format!("{name}.reply")].is_object());
        }
        for name in EventKind::ALL.iter().map(|kind| kind.as_str()) {
            assert_eq!(document["operations"][name]["action"], "send", "{name}");
        }
        let described = document["operations"].as_object().unwrap().len();
        assert_eq!(described, RequestKind::ALL.len() + EventKind::ALL.len());
        assert_eq!(astray(&document), [""; 0]);
    }
}
