//! The task that owns the connection: writes what is queued, reads and hands out what comes.

use super::{
    connect::Stream,
    frame::{self, Event, Incoming},
};
use crate::{
    Close, Problem,
    witness::{Seen, next_socket, show},
};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};
use tokio_tungstenite::tungstenite::{
    Error as SocketError, Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

/// Frames that were queued meanwhile leave together, at most so many at once.
const WRITE_BATCH: usize = 64;

pub(super) type Answer = Result<Value, Problem>;

#[derive(Debug)]
pub(super) enum Command {
    Text(String),
    Binary(Vec<u8>),
    Close(u16),
}

/// The requests that wait for a reply, by id.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<Option<HashMap<String, oneshot::Sender<Answer>>>>);

impl Waiting {
    fn open() -> Self {
        Self(Mutex::new(Some(HashMap::new())))
    }

    /// A place for the reply to `id`; it ends without an answer when the connection does.
    pub(super) fn expect(&self, id: &str) -> oneshot::Receiver<Answer> {
        let (sender, receiver) = oneshot::channel();
        if let Some(waiting) = self.lock().as_mut() {
            waiting.insert(id.to_owned(), sender);
        }
        receiver
    }

    pub(super) fn forget(&self, id: &str) {
        self.take(id);
    }

    fn take(&self, id: &str) -> Option<oneshot::Sender<Answer>> {
        self.lock().as_mut()?.remove(id)
    }

    /// Ends every wait, also those that are still to come.
    fn close(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<HashMap<String, oneshot::Sender<Answer>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The ends that the [`Socket`](super::Socket) holds.
pub(super) struct Parts {
    pub(super) commands: mpsc::UnboundedSender<Command>,
    pub(super) waiting: Arc<Waiting>,
    pub(super) events: mpsc::UnboundedReceiver<Event>,
    pub(super) closed: watch::Receiver<Option<Close>>,
}

struct Driver {
    /// By which a witness tells it from others.
    number: u64,
    stream: Stream,
    commands: mpsc::UnboundedReceiver<Command>,
    /// Before `events`, so that who sees the queue end can ask why.
    ending: Ending,
    events: mpsc::UnboundedSender<Event>,
}

/// Says that the connection is over, whichever way the task ends, by return or by being aborted.
struct Ending {
    waiting: Arc<Waiting>,
    closed: watch::Sender<Option<Close>>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.closed.send_if_modified(|close| {
            let unsaid = close.is_none();
            close.get_or_insert_with(Close::broken);
            unsaid
        });
        self.waiting.close();
    }
}

pub(super) fn start(stream: Stream) -> (Parts, JoinHandle<()>) {
    let (command_sender, commands) = mpsc::unbounded_channel();
    let (events, event_receiver) = mpsc::unbounded_channel();
    let (closed, closed_receiver) = watch::channel(None);
    let waiting = Arc::new(Waiting::open());
    let driver = Driver {
        number: next_socket(),
        stream,
        commands,
        events,
        ending: Ending { waiting: Arc::clone(&waiting), closed },
    };
    let parts = Parts {
        commands: command_sender,
        waiting,
        events: event_receiver,
        closed: closed_receiver,
    };
    (parts, tokio::spawn(driver.run()))
}

impl Driver {
    async fn run(mut self) {
        let mut batch = Vec::new();
        loop {
            tokio::select! {
                count = self.commands.recv_many(&mut batch, WRITE_BATCH) => {
                    if count == 0 || self.write(&mut batch).await.is_err() {
                        // What the server said before it went is still to be read.
                        while let Some(Ok(message)) = self.stream.next().await {
                            self.take(message);
                        }
                        return;
                    }
                }
                message = self.stream.next() => match message {
                    Some(Ok(message)) => self.take(message),
                    Some(Err(_)) | None => return,
                },
            }
        }
    }

    async fn write(&mut self, batch: &mut Vec<Command>) -> Result<(), SocketError> {
        for command in batch.drain(..) {
            let message = match command {
                Command::Text(text) => {
                    show(&Seen::Sent { socket: self.number, text: &text });
                    Message::text(text)
                }
                Command::Binary(bytes) => Message::binary(bytes),
                Command::Close(code) => Message::Close(Some(CloseFrame {
                    code: CloseCode::from(code),
                    reason: "".into(),
                })),
            };
            self.stream.feed(message).await?;
        }
        self.stream.flush().await
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Text(text) => self.hand_out(&text),
            Message::Close(frame) => {
                let close = frame.map_or_else(
                    || Close { code: 1005, reason: String::new() },
                    |frame| Close { code: frame.code.into(), reason: frame.reason.to_string() },
                );
                self.ending.closed.send_replace(Some(close));
            }
            // Pings are answered by the library as it reads.
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
        }
    }

    fn hand_out(&mut self, text: &str) {
        show(&Seen::Came { socket: self.number, text });
        let event = match frame::read(text) {
            Some(Incoming::Event(event)) => event,
            Some(Incoming::Reply { id, answer, event }) => match self.ending.waiting.take(&id) {
                Some(waiting) => {
                    // Who does not wait any more does not want it.
                    let _ = waiting.send(*answer);
                    return;
                }
                None => event,
            },
            None => {
                tracing::warn!(length = text.len(), "a frame that is not of the protocol");
                return;
            }
        };
        // The receiver lives as long as the socket, which ends this task.
        let _ = self.events.send(*event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wait_ends_when_the_connection_does() {
        let waiting = Waiting::open();
        let before = waiting.expect("1");
        waiting.close();
        let after = waiting.expect("2");
        assert!(before.await.is_err());
        assert!(after.await.is_err());
    }

    #[tokio::test]
    async fn an_answer_reaches_its_own_wait() {
        let waiting = Waiting::open();
        let (one, two) = (waiting.expect("1"), waiting.expect("2"));
        waiting.take("2").unwrap().send(Ok(Value::from(2))).unwrap();
        waiting.forget("1");
        assert_eq!(two.await.unwrap(), Ok(Value::from(2)));
        assert!(one.await.is_err());
    }
}
