//! A person's connection that outlives its sockets.
//!
//! It reconnects with growing, spread delays, fills holes in the event stream from `changes` and `sync`, and
//! repeats a send under the same `client_id` until it is answered. So an application sees each durable change
//! once and in order per conversation, and each send is stored once.

mod backoff;
mod tracker;
mod worker;

use crate::{Client, Close, Error, Event, Message, Outgoing, Participant, Socket, SocketOptions};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex as SyncMutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Mutex, mpsc, watch},
    task::JoinHandle,
    time::sleep,
};
use uuid::Uuid;

/// What the application is told.
#[derive(Debug, Clone)]
pub enum Update {
    /// Connected and caught up; holds the `ready` event.
    Connected(Box<Event>),
    /// The connection is gone; the session comes back by itself unless the close is final.
    Disconnected(Close),
    /// The server wants a new token: give one with [`Session::set_token`].
    TokenNeeded,
    /// A conversation that is new here, or about which too much was missed: load its history afresh. What comes
    /// after this is again complete.
    Conversation {
        id: Uuid,
        /// The conversation as the server gave it.
        conversation: Value,
    },
    /// A message was created or changed; this is its newest state.
    Message(Box<Message>),
    /// A hole was filled; the messages in it came just before, the rest is here.
    CaughtUp { id: Uuid, participants: Vec<Participant>, conversation: Option<Value> },
    /// The person is in this conversation no more.
    Removed(Uuid),
    /// Any other event: receipts, typing, presence, participants, settings.
    Event(Box<Event>),
}

/// How a session behaves.
#[derive(Debug, Clone)]
pub struct SessionOptions {
    /// For each of its sockets.
    pub socket: SocketOptions,
    /// The first delay before connecting again; it doubles with every failure.
    pub first_delay: Duration,
    /// The longest delay.
    pub longest_delay: Duration,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            socket: SocketOptions::default(),
            first_delay: Duration::from_millis(500),
            longest_delay: Duration::from_secs(30),
        }
    }
}

/// The socket in use, numbered so that a sender can wait for a newer one than that which failed it.
type Current = Option<(u64, Arc<Socket>)>;

/// A connection that comes back. Dropping it ends it.
#[derive(Debug)]
pub struct Session {
    updates: Mutex<mpsc::UnboundedReceiver<Update>>,
    current: watch::Receiver<Current>,
    token: watch::Sender<String>,
    /// One send at a time per conversation, in the order of the calls: a repeated one must not fall behind a later.
    turns: SyncMutex<HashMap<Uuid, Arc<Mutex<()>>>>,
    worker: JoinHandle<()>,
}

impl Session {
    /// Starts a session with the client's token; it connects in the background.
    pub fn start(client: Client, options: SessionOptions) -> Self {
        let (token, token_receiver) = watch::channel(client.token().unwrap_or_default().to_owned());
        let (update_sender, updates) = mpsc::unbounded_channel();
        let (current_sender, current) = watch::channel(None);
        let worker = worker::Worker::new(
            client,
            options,
            token_receiver,
            worker::Outlets { updates: update_sender, current: current_sender },
        );
        Self {
            updates: Mutex::new(updates),
            current,
            token,
            turns: SyncMutex::default(),
            worker: tokio::spawn(worker.run()),
        }
    }

    /// The next update, or `None` when the session is over for good.
    pub async fn next(&self) -> Option<Update> {
        self.updates.lock().await.recv().await
    }

    /// Gives the session a fresh token, which also renews the live socket's identity.
    pub async fn set_token(&self, token: impl Into<String>) -> Result<(), Error> {
        let token = token.into();
        self.token.send_replace(token.clone());
        let current = self.current.borrow().clone();
        if let Some((_, socket)) = current {
            socket.authenticate(&token).await?;
        }
        Ok(())
    }

    /// Sends until the server has answered, over as many connections as it takes.
    ///
    /// Ends with an error only where the server refuses for good, or the session is over.
    pub async fn send(&self, conversation: Uuid, message: &Outgoing) -> Result<Message, Error> {
        let turn = self.turn(conversation);
        let _turn = turn.lock().await;
        let mut data = serde_json::to_value(message).map_err(|_| Error::Invalid("message"))?;
        data["conversation_id"] = json!(conversation);

        let mut failed = 0;
        loop {
            let (number, socket) = self.socket_after(failed).await?;
            match socket.request("message.send", data.clone()).await {
                Ok(reply) => {
                    return serde_json::from_value(reply)
                        .map_err(|error| Error::Unexpected { status: 0, body: error.to_string() });
                }
                Err(Error::Refused(problem)) if problem.temporary => {
                    let delay = problem.retry_after_ms.unwrap_or(500);
                    sleep(crate::random::spread(Duration::from_millis(delay * 2))).await;
                }
                Err(Error::Closed(_)) => failed = number,
                // Silence for so long means a dead connection, which the server has not noticed either.
                Err(Error::TimedOut) => {
                    socket.abort();
                    failed = number;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Any other request over the current socket; not repeated when the connection breaks.
    pub async fn request(&self, kind: &str, data: Value) -> Result<Value, Error> {
        let (_, socket) = self.socket_after(0).await?;
        socket.request(kind, data).await
    }

    /// A live socket with a number above `failed`.
    async fn socket_after(&self, failed: u64) -> Result<(u64, Arc<Socket>), Error> {
        let mut current = self.current.clone();
        let found = current
            .wait_for(|current| matches!(current, Some((number, _)) if *number > failed))
            .await
            .map_err(|_| Error::Closed(Close::broken()))?;
        found.clone().ok_or(Error::Closed(Close::broken()))
    }

    fn turn(&self, conversation: Uuid) -> Arc<Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(conversation).or_default())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.worker.abort();
    }
}
