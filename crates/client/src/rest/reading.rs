//! Routes of pointers, unread counts and catching up.

use super::{Client, path::with_query};
use crate::{Changes, Error, SyncAnswer, Unread};
use reqwest::Method;
use serde_json::{Map, Value, json};
use uuid::Uuid;

impl Client {
    /// Marks a conversation read up to `seq`, or to its end.
    pub async fn mark_read(&self, conversation: Uuid, seq: Option<u64>) -> Result<(), Error> {
        let body = seq.map_or_else(|| json!({}), |seq| json!({"seq": seq}));
        let path = format!("/conversations/{conversation}/read");
        self.tell(Method::POST, &path, Some(&body)).await
    }

    /// Says that this device has everything up to `seq`.
    pub async fn mark_delivered(&self, conversation: Uuid, seq: u64) -> Result<(), Error> {
        let path = format!("/conversations/{conversation}/delivered");
        self.tell(Method::POST, &path, Some(&json!({"seq": seq}))).await
    }

    /// What is unread.
    pub async fn unread(&self) -> Result<Unread, Error> {
        self.get("/unread").await
    }

    /// What changed in a conversation after a revision.
    pub async fn changes(&self, conversation: Uuid, since: u64) -> Result<Changes, Error> {
        let path = format!("/conversations/{conversation}/changes");
        let since = since.to_string();
        self.get(&with_query(&path, &[("since", &since)])).await
    }

    /// What changed in all conversations, given the revisions that the caller knows.
    pub async fn sync(
        &self,
        known: &[(Uuid, u64)],
        cursor: Option<&str>,
    ) -> Result<SyncAnswer, Error> {
        let conversations: Map<String, Value> =
            known.iter().map(|(id, revision)| (id.to_string(), json!(revision))).collect();
        let mut body = json!({"conversations": conversations});
        if let Some(cursor) = cursor {
            body["cursor"] = json!(cursor);
        }
        self.call(Method::POST, "/sync", &body).await
    }
}
