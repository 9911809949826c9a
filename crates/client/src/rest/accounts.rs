//! Routes of accounts, people and presence.

use super::{
    Client,
    path::{encoded, with_query},
};
use crate::{Error, Page, Presence, SignedIn, UserSummary};
use reqwest::Method;
use serde_json::{Value, json};

impl Client {
    /// Makes a local account and signs in.
    pub async fn register(&self, username: &str, password: &str) -> Result<SignedIn, Error> {
        let body = json!({"username": username, "password": password});
        self.call(Method::POST, "/auth/register", &body).await
    }

    /// Signs in to a local account.
    pub async fn login(&self, username: &str, password: &str) -> Result<SignedIn, Error> {
        let body = json!({"username": username, "password": password});
        self.call(Method::POST, "/auth/login", &body).await
    }

    /// Signs in as a guest, where the server allows it.
    pub async fn guest(&self, name: &str) -> Result<SignedIn, Error> {
        self.call(Method::POST, "/auth/guest", &json!({"name": name})).await
    }

    /// Exchanges a refresh token; the old one must not be used again.
    pub async fn refresh(&self, refresh_token: &str) -> Result<SignedIn, Error> {
        let body = json!({"refresh_token": refresh_token});
        self.call(Method::POST, "/auth/refresh", &body).await
    }

    /// Ends the session of this client's token.
    pub async fn logout(&self) -> Result<(), Error> {
        self.tell(Method::POST, "/auth/logout", None).await
    }

    /// The caller's sessions.
    pub async fn sessions(&self) -> Result<Page<Value>, Error> {
        self.get("/auth/sessions").await
    }

    /// Ends one of the caller's sessions.
    pub async fn end_session(&self, session_id: &str) -> Result<(), Error> {
        let path = format!("/auth/sessions/{}", encoded(session_id));
        self.tell(Method::DELETE, &path, None).await
    }

    /// The caller's own profile.
    pub async fn me(&self) -> Result<UserSummary, Error> {
        self.get("/users/me").await
    }

    /// Changes fields of the caller's own profile.
    pub async fn update_me(&self, changes: &Value) -> Result<UserSummary, Error> {
        self.call(Method::PATCH, "/users/me", changes).await
    }

    /// The directory; `query` takes `search`, `limit` and `cursor`.
    pub async fn users(&self, query: &[(&str, &str)]) -> Result<Page<UserSummary>, Error> {
        self.get(&with_query("/users", query)).await
    }

    /// One person's profile.
    pub async fn user(&self, user_id: &str) -> Result<UserSummary, Error> {
        self.get(&format!("/users/{}", encoded(user_id))).await
    }

    /// Whether these people are here.
    pub async fn presence(&self, user_ids: &[&str]) -> Result<Vec<Presence>, Error> {
        let ids = user_ids.join(",");
        let page: Page<Presence> =
            self.get(&with_query("/presence", &[("user_ids", &ids)])).await?;
        Ok(page.items)
    }
}
