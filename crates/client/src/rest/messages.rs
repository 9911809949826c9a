//! Routes of messages and reactions.

use super::{
    Client,
    path::{encoded, with_query},
};
use crate::{Error, Message, Outgoing, Page, Receipts};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

impl Client {
    /// Sends to a conversation. Sending the same value again answers the stored message.
    pub async fn send(&self, conversation: Uuid, message: &Outgoing) -> Result<Message, Error> {
        let path = format!("/conversations/{conversation}/messages");
        self.call(Method::POST, &path, message).await
    }

    /// Sends to a person; the direct conversation is found or made.
    pub async fn send_to(&self, user_id: &str, message: &Outgoing) -> Result<Message, Error> {
        let mut body = serde_json::to_value(message).map_err(|_| Error::Invalid("message"))?;
        body["recipient_id"] = json!(user_id);
        self.call(Method::POST, "/messages", &body).await
    }

    /// The history; `query` takes `before`, `after`, `around`, `order`, `limit`, `cursor` or `page`, `search`.
    pub async fn history(
        &self,
        conversation: Uuid,
        query: &[(&str, &str)],
    ) -> Result<Page<Message>, Error> {
        let path = format!("/conversations/{conversation}/messages");
        self.get(&with_query(&path, query)).await
    }

    /// What contains the words of `q`, newest first, over all that one may see; `query` takes `q`, `conversation_id`,
    /// `from`, `to`, `sender_id`, `kind`, `limit`, `cursor`.
    pub async fn search(&self, query: &[(&str, &str)]) -> Result<Page<Message>, Error> {
        self.get(&with_query("/search/messages", query)).await
    }

    /// One message.
    pub async fn message(&self, id: Uuid) -> Result<Message, Error> {
        self.get(&format!("/messages/{id}")).await
    }

    /// Replaces the content of an own message.
    pub async fn edit(&self, id: Uuid, content: &str) -> Result<Message, Error> {
        self.call(Method::PATCH, &format!("/messages/{id}"), &json!({"content": content})).await
    }

    /// Deletes a message; a tombstone stays.
    pub async fn delete(&self, id: Uuid) -> Result<(), Error> {
        self.tell(Method::DELETE, &format!("/messages/{id}"), None).await
    }

    /// Reads up to this message.
    pub async fn mark_message_read(&self, id: Uuid) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("/messages/{id}/read"), None).await
    }

    /// Who has read a message, and who has received it.
    pub async fn receipts(&self, id: Uuid) -> Result<Receipts, Error> {
        self.get(&format!("/messages/{id}/receipts")).await
    }

    /// Adds the caller's reaction.
    pub async fn react(&self, id: Uuid, emoji: &str) -> Result<(), Error> {
        let path = format!("/messages/{id}/reactions/{}", encoded(emoji));
        self.tell(Method::PUT, &path, None).await
    }

    /// Takes the caller's reaction back.
    pub async fn unreact(&self, id: Uuid, emoji: &str) -> Result<(), Error> {
        let path = format!("/messages/{id}/reactions/{}", encoded(emoji));
        self.tell(Method::DELETE, &path, None).await
    }
}
