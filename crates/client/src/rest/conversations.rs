//! Routes of conversations, participants and the caller's own settings in them.

use super::{
    Client,
    path::{encoded, with_query},
};
use crate::{Conversation, Error, Membership, Page, Participant};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

impl Client {
    /// The direct conversation with another person, made if there is none.
    pub async fn create_direct(&self, other: &str) -> Result<Conversation, Error> {
        let body = json!({"type": "direct", "participant_ids": [other]});
        self.create_conversation(&body).await
    }

    /// A new group of the caller, its admin, and these people.
    pub async fn create_group(&self, name: &str, others: &[&str]) -> Result<Conversation, Error> {
        let body = json!({"type": "group", "name": name, "participant_ids": others});
        self.create_conversation(&body).await
    }

    /// A new conversation with all the fields that the protocol has.
    pub async fn create_conversation(&self, body: &Value) -> Result<Conversation, Error> {
        self.call(Method::POST, "/conversations", body).await
    }

    /// The caller's conversations; `query` takes `search`, `type`, `hidden`, `limit`, `cursor` or `page`.
    pub async fn conversations(&self, query: &[(&str, &str)]) -> Result<Page<Conversation>, Error> {
        self.get(&with_query("/conversations", query)).await
    }

    /// One conversation in detail.
    pub async fn conversation(&self, id: Uuid) -> Result<Conversation, Error> {
        self.get(&format!("/conversations/{id}")).await
    }

    /// Changes the settings of a group.
    pub async fn update_conversation(
        &self,
        id: Uuid,
        changes: &Value,
    ) -> Result<Conversation, Error> {
        self.call(Method::PATCH, &format!("/conversations/{id}"), changes).await
    }

    /// Deletes a group for everybody.
    pub async fn delete_conversation(&self, id: Uuid) -> Result<(), Error> {
        self.tell(Method::DELETE, &format!("/conversations/{id}"), None).await
    }

    /// Changes the caller's own settings: `muted`, `muted_until`, `hidden`.
    pub async fn update_membership(&self, id: Uuid, changes: &Value) -> Result<Membership, Error> {
        let path = format!("/conversations/{id}/membership");
        self.call(Method::PATCH, &path, changes).await
    }

    /// Clears the history for the caller alone.
    pub async fn clear(&self, id: Uuid) -> Result<(), Error> {
        self.tell(Method::POST, &format!("/conversations/{id}/clear"), None).await
    }

    /// Leaves a group.
    pub async fn leave(&self, id: Uuid) -> Result<(), Error> {
        self.tell(Method::POST, &format!("/conversations/{id}/leave"), None).await
    }

    /// Who is in a conversation.
    pub async fn participants(&self, id: Uuid) -> Result<Page<Participant>, Error> {
        self.get(&format!("/conversations/{id}/participants")).await
    }

    /// Adds people to a group as members.
    pub async fn add_participants(
        &self,
        id: Uuid,
        user_ids: &[&str],
    ) -> Result<Vec<Participant>, Error> {
        let path = format!("/conversations/{id}/participants");
        let page: Page<Participant> =
            self.call(Method::POST, &path, &json!({"user_ids": user_ids})).await?;
        Ok(page.items)
    }

    /// Makes a participant `admin` or `member`.
    pub async fn change_role(
        &self,
        id: Uuid,
        user_id: &str,
        role: &str,
    ) -> Result<Participant, Error> {
        let path = participant_path(id, user_id);
        self.call(Method::PATCH, &path, &json!({"role": role})).await
    }

    /// Removes a participant from a group.
    pub async fn remove_participant(&self, id: Uuid, user_id: &str) -> Result<(), Error> {
        self.tell(Method::DELETE, &participant_path(id, user_id), None).await
    }
}

fn participant_path(id: Uuid, user_id: &str) -> String {
    format!("/conversations/{id}/participants/{}", encoded(user_id))
}
