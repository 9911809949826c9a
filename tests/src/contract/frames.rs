//! Frames against asyncapi.json, in both directions: a reply has the form that its request promises.

use super::document::Document;
use chinwag_server::contract;
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

static CONTRACT: LazyLock<Document> = LazyLock::new(|| Document::new(contract::asyncapi()));

/// Requests by socket and id: an id may be used twice.
type Asked = HashMap<(u64, String), Vec<Value>>;

/// Those without an answer yet.
static ASKED: LazyLock<Mutex<Asked>> = LazyLock::new(Mutex::default);

/// Remembers a request. What is none is the server's to refuse.
pub(super) fn sent(socket: u64, text: &str) {
    let Ok(frame) = serde_json::from_str::<Value>(text) else { return };
    let Some(id) = frame["id"].as_str().map(str::to_owned) else { return };
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    asked.entry((socket, id)).or_default().push(frame);
}

/// Holds a frame of the server to what is described.
pub(super) fn came(socket: u64, text: &str) -> Result<(), String> {
    let checked = match serde_json::from_str::<Value>(text) {
        Ok(frame) if frame["type"] == "reply" => reply(socket, &frame),
        Ok(frame) => message(frame["type"].as_str().unwrap_or_default(), &frame),
        Err(error) => Err(format!("no JSON: {error}")),
    };
    let shown = || text.chars().take(2_000).collect::<String>();
    checked.map_err(|broken| format!("a frame came:\n{broken}\n  {}", shown()))
}

fn reply(socket: u64, frame: &Value) -> Result<(), String> {
    if frame["ok"] != true {
        return message("refused", frame);
    }
    let id = frame["id"].as_str().unwrap_or_default().to_owned();
    let asked = take(socket, id).ok_or("a reply to nothing")?;
    let kind = asked["type"].as_str().unwrap_or_default();
    message(&format!("{kind}.reply"), frame)?;
    // What was done was asked as clients may ask.
    message(kind, &asked).map_err(|broken| format!("a request was taken: {asked}\n{broken}"))
}

/// The request that a reply is for. Of those under one id, any will do: replies to them are told apart by nobody.
fn take(socket: u64, id: String) -> Option<Value> {
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    let under = asked.get_mut(&(socket, id.clone()))?;
    let request = under.pop();
    if under.is_empty() {
        asked.remove(&(socket, id));
    }
    request
}

fn message(name: &str, frame: &Value) -> Result<(), String> {
    let place = format!("/components/messages/{name}/payload");
    if CONTRACT.value.pointer(&place).is_none() {
        return Err(format!("  of the type {name:?}, which is not described"));
    }
    CONTRACT.check(&place, frame)
}
