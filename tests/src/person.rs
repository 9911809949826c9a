//! Somebody who uses the server: a token, a REST client, sockets.

use crate::{PATIENCE, Server, Token};
use chinwag_client::{
    Auth, Client, Conversation, Message, Method, Outgoing, Response, Session, SessionOptions,
    Socket, SocketOptions,
};
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

/// A person, connected to one server.
#[derive(Debug, Clone)]
pub struct Person {
    /// The user id.
    pub id: String,
    /// The typed client.
    pub client: Client,
}

impl Person {
    /// The owner of `token` at `server`, whom the server comes to know by it.
    pub async fn with_token(server: &Server, token: &Token) -> Self {
        Self::with_signed_token(&server.url(), token.sign()).await
    }

    /// As [`Person::with_token`], at any address.
    pub async fn with_signed_token(url: &str, token: String) -> Self {
        let client = Client::new(url).expect("a client").with_token(token);
        let me = client.me().await.expect("the own profile");
        Self { id: me.id, client }
    }

    /// The same person at another address, such as another server or a proxy.
    #[must_use]
    pub fn at(&self, url: &str) -> Self {
        let client = Client::new(url).expect("a client").with_token(self.token());
        Self { id: self.id.clone(), client }
    }

    /// The same person at the other server process, where there is one.
    #[must_use]
    pub fn at_other(&self, other: Option<&Server>) -> Self {
        other.map_or_else(|| self.clone(), |server| self.at(&server.url()))
    }

    /// The access token.
    pub fn token(&self) -> &str {
        self.client.token().expect("a token")
    }

    /// A request that must be answered, whatever the answer.
    pub async fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Response {
        self.client
            .request(method.clone(), path, body)
            .await
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.request(Method::POST, path, Some(&body)).await
    }

    pub async fn put(&self, path: &str) -> Response {
        self.request(Method::PUT, path, None).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Response {
        self.request(Method::PATCH, path, Some(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Response {
        self.request(Method::DELETE, path, None).await
    }

    /// The direct conversation with another person.
    pub async fn direct_with(&self, other: &Person) -> Conversation {
        let created = self.client.create_direct(&other.id).await;
        created.expect("a direct conversation")
    }

    /// A new group of this person and others.
    pub async fn group_with(&self, name: &str, others: &[&Person]) -> Conversation {
        let ids: Vec<&str> = others.iter().map(|person| person.id.as_str()).collect();
        self.client.create_group(name, &ids).await.expect("a group")
    }

    /// Sends a text that must be taken.
    pub async fn say(&self, conversation: Uuid, text: &str) -> Message {
        let sent = self.client.send(conversation, &Outgoing::text(text)).await;
        sent.unwrap_or_else(|error| panic!("{} says {text:?}: {error}", self.id))
    }

    /// A socket that is ready, identified by the header.
    pub async fn socket(&self) -> Socket {
        let auth = Auth::Header(self.token().to_owned());
        Socket::connect(self.client.base_url().as_str(), auth, SocketOptions::default())
            .await
            .expect("a socket")
    }

    /// A session, quick to come back.
    pub fn session(&self) -> Session {
        let options = SessionOptions {
            socket: SocketOptions { ready_timeout: PATIENCE, ..SocketOptions::default() },
            first_delay: Duration::from_millis(10),
            longest_delay: Duration::from_millis(200),
        };
        Session::start(self.client.clone(), options)
    }
}
