//! What one socket hears, held against what it may hear.

use std::collections::HashMap;

use serde_json::Value;

use super::socket::Socket;

/// What a socket has heard of a conversation.
#[derive(Default)]
struct Heard {
    last: Option<i64>,
    /// It may begin anywhere, after `sync.required`, too.
    anywhere: bool,
    out: bool,
}

/// One socket and all that it has heard.
pub(super) struct Ear {
    pub socket: Socket,
    pub who: usize,
    heard: HashMap<String, Heard>,
    /// For who has to find out what went wrong.
    log: Vec<String>,
}

/// Who is out of which conversation, since when.
pub(super) type Removed = HashMap<(String, usize), i64>;

impl Ear {
    pub(super) fn new(socket: Socket, who: usize) -> Self {
        Self { socket, who, heard: HashMap::new(), log: Vec::new() }
    }

    pub(super) fn hear(&mut self, event: &Value, removed: &Removed) {
        self.log
            .push(format!("{}@{} {}", event["type"], event["revision"], event["conversation_id"]));
        let kind = event["type"].as_str().unwrap();
        let Some(id) = event["conversation_id"].as_str() else {
            assert_eq!(kind, "sync.required");
            self.heard.values_mut().for_each(|heard| heard.anywhere = true);
            return;
        };
        let heard = self.heard.entry(id.to_owned()).or_default();
        match kind {
            // Only those are told who are in, perhaps again.
            "sync.required" => (heard.anywhere, heard.out) = (true, false),
            "conversation.removed" => heard.out = true,
            _ => {
                let revision = event["revision"].as_i64().unwrap();
                if kind == "conversation.created" {
                    *heard = Heard { anywhere: true, ..Heard::default() };
                }
                assert!(!heard.out, "{kind} after conversation.removed: {:#?}", self.log);
                let left = removed.get(&(id.to_owned(), self.who));
                assert!(
                    left.is_none_or(|left| revision < *left),
                    "{kind}@{revision} is a leak: {:#?}",
                    self.log
                );
                let follows = heard
                    .last
                    .is_none_or(|last| revision == last + 1 || (heard.anywhere && revision > last));
                assert!(follows, "{kind}@{revision} after {:?}: {:#?}", heard.last, self.log);
                heard.last = Some(revision);
                heard.anywhere = false;
            }
        }
    }
}
