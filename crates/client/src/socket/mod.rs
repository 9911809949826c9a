//! One WebSocket connection: requests that wait for their reply, and a queue of events.
//!
//! A broken connection stays broken here; coming back and catching up is the [`Session`](crate::Session)'s work.

mod connect;
mod driver;
mod frame;

pub use connect::{Auth, SocketOptions};
pub use frame::Event;

use crate::{Close, Error};
use driver::{Command, Waiting};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Mutex, mpsc, oneshot, watch},
    task::JoinHandle,
    time::timeout,
};

/// A live connection. Dropping it cuts the connection without a farewell.
#[derive(Debug)]
pub struct Socket {
    commands: mpsc::UnboundedSender<Command>,
    waiting: Arc<Waiting>,
    /// Unbounded: an application that does not take its events pays with its own memory.
    events: Mutex<mpsc::UnboundedReceiver<Event>>,
    closed: watch::Receiver<Option<Close>>,
    driver: JoinHandle<()>,
    next_id: AtomicU64,
    request_timeout: Duration,
    ready: Option<Event>,
}

impl Socket {
    /// Connects and waits for `ready`; with [`Auth::None`] it only connects.
    pub async fn connect(
        base_url: &str,
        auth: Auth,
        options: SocketOptions,
    ) -> Result<Self, Error> {
        let stream = timeout(options.ready_timeout, connect::open(base_url, &auth, &options))
            .await
            .map_err(|_| Error::TimedOut)??;
        let (parts, driver) = driver::start(stream);
        let mut socket = Self {
            commands: parts.commands,
            waiting: parts.waiting,
            events: Mutex::new(parts.events),
            closed: parts.closed,
            driver,
            next_id: AtomicU64::new(1),
            request_timeout: options.request_timeout,
            ready: None,
        };
        match auth {
            Auth::None => return Ok(socket),
            Auth::Header(_) => {}
            Auth::FirstFrame(token) => {
                socket.authenticate(&token).await?;
            }
        }
        let first = timeout(options.ready_timeout, socket.next_event())
            .await
            .map_err(|_| Error::TimedOut)?;
        match first {
            Some(event) if event.kind == "ready" => socket.ready = Some(event),
            Some(event) => {
                return Err(Error::Unexpected {
                    status: 0,
                    body: format!("{} before ready", event.kind),
                });
            }
            None => return Err(Error::Closed(socket.close_or_broken())),
        }
        Ok(socket)
    }

    /// The `ready` event of this connection; absent with [`Auth::None`].
    pub fn ready(&self) -> Option<&Event> {
        self.ready.as_ref()
    }

    /// Gives or renews the identity of this connection.
    pub async fn authenticate(&self, token: &str) -> Result<Value, Error> {
        self.request("authenticate", json!({"token": token})).await
    }

    /// Sends a request and waits for its reply: its `data`, or the problem.
    pub async fn request(&self, kind: &str, data: Value) -> Result<Value, Error> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed).to_string();
        self.request_with_id(&id, kind, data).await
    }

    /// As [`Socket::request`], under an id of the caller's choice.
    pub async fn request_with_id(&self, id: &str, kind: &str, data: Value) -> Result<Value, Error> {
        let reply = self.start_request(id, kind, &data)?;
        match timeout(self.request_timeout, reply).await {
            Ok(Ok(answer)) => answer.map_err(Error::from),
            Ok(Err(_)) => Err(Error::Closed(self.close_or_broken())),
            Err(_) => {
                self.waiting.forget(id);
                Err(Error::TimedOut)
            }
        }
    }

    /// Sends one text frame as it is. A reply to it comes as an [`Event`] of the kind `reply`.
    pub fn send_text(&self, text: impl Into<String>) -> Result<(), Error> {
        self.command(Command::Text(text.into()))
    }

    /// Sends one binary frame, which the protocol does not have.
    pub fn send_binary(&self, bytes: impl Into<Vec<u8>>) -> Result<(), Error> {
        self.command(Command::Binary(bytes.into()))
    }

    /// The next event, or `None` when the connection is closed and all events were taken.
    pub async fn next_event(&self) -> Option<Event> {
        self.events.lock().await.recv().await
    }

    /// Begins the closing handshake.
    pub fn close(&self, code: u16) {
        // A connection that is gone needs no closing.
        let _ = self.command(Command::Close(code));
    }

    /// Cuts the connection without a farewell, as a dead network does.
    pub fn abort(&self) {
        self.driver.abort();
    }

    /// How the connection was closed, once it is.
    pub fn close_code(&self) -> Option<u16> {
        self.closed.borrow().as_ref().map(|close| close.code)
    }

    /// Waits until the connection is closed.
    pub async fn closed(&self) -> Close {
        let mut closed = self.closed.clone();
        match closed.wait_for(Option::is_some).await {
            Ok(close) => close.clone().unwrap_or_else(Close::broken),
            Err(_) => Close::broken(),
        }
    }

    fn start_request(
        &self,
        id: &str,
        kind: &str,
        data: &Value,
    ) -> Result<oneshot::Receiver<driver::Answer>, Error> {
        let frame = json!({"id": id, "type": kind, "data": data}).to_string();
        let reply = self.waiting.expect(id);
        if let Err(error) = self.command(Command::Text(frame)) {
            self.waiting.forget(id);
            return Err(error);
        }
        Ok(reply)
    }

    fn command(&self, command: Command) -> Result<(), Error> {
        self.commands.send(command).map_err(|_| Error::Closed(self.close_or_broken()))
    }

    fn close_or_broken(&self) -> Close {
        self.closed.borrow().clone().unwrap_or_else(Close::broken)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
