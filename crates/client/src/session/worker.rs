//! The task behind a [`Session`](super::Session): connect, catch up, follow, and again.

use super::{
    Current, SessionOptions, Update,
    backoff::Backoff,
    tracker::{Tracker, Verdict},
};
use crate::{Auth, Changes, Client, Close, Error, Event, Message, Socket};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, watch},
    time::sleep,
};
use uuid::Uuid;

/// The socket was closed because its token ran out.
const TOKEN_EXPIRED: u16 = 4401;

/// Where the worker puts what it has.
pub(super) struct Outlets {
    pub(super) updates: mpsc::UnboundedSender<Update>,
    pub(super) current: watch::Sender<Current>,
}

pub(super) struct Worker {
    client: Client,
    options: SessionOptions,
    token: watch::Receiver<String>,
    outlets: Outlets,
    tracker: Tracker,
    backoff: Backoff,
    sockets: u64,
}

impl Worker {
    pub(super) fn new(
        client: Client,
        options: SessionOptions,
        token: watch::Receiver<String>,
        outlets: Outlets,
    ) -> Self {
        let backoff = Backoff::new(options.first_delay, options.longest_delay);
        Self { client, options, token, outlets, tracker: Tracker::default(), backoff, sockets: 0 }
    }

    pub(super) async fn run(mut self) {
        loop {
            let close = match self.connect().await {
                Ok(socket) => {
                    let socket = Arc::new(socket);
                    let close = self.follow(&socket).await;
                    self.outlets.current.send_replace(None);
                    close
                }
                Err(error) => Self::close_for(&error),
            };
            self.tell(Update::Disconnected(close.clone()));
            if close.is_final() {
                return;
            }
            if close.code == TOKEN_EXPIRED && !self.wait_for_token().await {
                return;
            }
            sleep(self.backoff.next()).await;
        }
    }

    async fn connect(&mut self) -> Result<Socket, Error> {
        let token = self.token.borrow_and_update().clone();
        self.client = self.client.with_token(token.clone());
        let options = self.options.socket.clone();
        Socket::connect(self.client.base_url().as_str(), Auth::Header(token), options).await
    }

    /// Follows one socket to its end.
    async fn follow(&mut self, socket: &Arc<Socket>) -> Close {
        self.sockets += 1;
        self.outlets.current.send_replace(Some((self.sockets, Arc::clone(socket))));
        // Events that come meanwhile queue up in the socket and are judged afterwards.
        if self.sync().await.is_err() {
            socket.abort();
            return Close::broken();
        }
        self.backoff.succeeded();
        if let Some(ready) = socket.ready() {
            self.tell(Update::Connected(Box::new(ready.clone())));
        }
        while let Some(event) = socket.next_event().await {
            if let Err(error) = self.take(event).await {
                tracing::debug!(%error, "could not catch up; connecting anew");
                socket.abort();
                return Close::broken();
            }
        }
        socket.closed().await
    }

    async fn take(&mut self, event: Event) -> Result<(), Error> {
        match (event.kind.as_str(), event.conversation_id) {
            ("sync.required", _) => return self.sync().await,
            ("goodbye", _) => {
                if let Some(delay) = event.data["reconnect_after_ms"].as_u64() {
                    self.backoff.tell(Duration::from_millis(delay));
                }
            }
            ("conversation.removed" | "conversation.deleted", Some(id)) => {
                self.tracker.forget(id);
                self.tell(Update::Removed(id));
                return Ok(());
            }
            ("conversation.created", Some(id)) => {
                let revision = event.revision.or(event.data["revision"].as_u64());
                let revision = revision.unwrap_or_default();
                // An answer to `sync` may have overtaken it.
                if self.tracker.revision(id) < revision {
                    self.take_whole(id, revision, event.data);
                }
                return Ok(());
            }
            (_, Some(id)) => {
                if let Some(revision) = event.revision {
                    return self.take_durable(id, revision, event).await;
                }
            }
            (_, None) => {}
        }
        self.tell(Update::Event(Box::new(event)));
        Ok(())
    }

    async fn take_durable(&mut self, id: Uuid, revision: u64, event: Event) -> Result<(), Error> {
        match self.tracker.judge(id, revision) {
            Verdict::Seen => Ok(()),
            Verdict::Gap { since } => {
                tracing::debug!(%id, since, revision, "missed something");
                self.catch_up(id).await
            }
            Verdict::Unknown => self.sync().await,
            Verdict::Next => {
                match event.kind.as_str() {
                    // Something that this person may not see; it only counts.
                    "revision" => {}
                    "message.created" | "message.updated" | "message.deleted" => {
                        let message: Message =
                            serde_json::from_value(event.data).map_err(|error| {
                                Error::Unexpected { status: 0, body: error.to_string() }
                            })?;
                        self.tell(Update::Message(Box::new(message)));
                    }
                    _ => self.tell(Update::Event(Box::new(event))),
                }
                Ok(())
            }
        }
    }

    /// Brings everything up to date.
    async fn sync(&mut self) -> Result<(), Error> {
        let known = self.tracker.known();
        let mut cursor: Option<String> = None;
        loop {
            let answer = self.client.sync(&known, cursor.as_deref()).await?;
            for id in answer.removed {
                self.tracker.forget(id);
                self.tell(Update::Removed(id));
            }
            for synced in answer.conversations {
                if self.take_changes(synced.id, synced.changes) {
                    self.catch_up(synced.id).await?;
                }
            }
            cursor = answer.next_cursor;
            if cursor.is_none() {
                return Ok(());
            }
        }
    }

    /// Brings one conversation up to date.
    async fn catch_up(&mut self, id: Uuid) -> Result<(), Error> {
        loop {
            let since = self.tracker.revision(id);
            let changes = match self.client.changes(id, since).await {
                Ok(changes) => changes,
                Err(error) if error.problem().is_some_and(|it| it.status == 404) => {
                    self.tracker.forget(id);
                    self.tell(Update::Removed(id));
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            if !self.take_changes(id, changes) {
                return Ok(());
            }
        }
    }

    /// Shows what an answer holds; true when there is more to ask for.
    fn take_changes(&mut self, id: Uuid, mut changes: Changes) -> bool {
        if changes.reset {
            let conversation = changes.conversation.take().unwrap_or_default();
            self.take_whole(id, changes.revision, conversation);
            return false;
        }
        let has_more = changes.has_more;
        let participants = std::mem::take(&mut changes.participants);
        let conversation = changes.conversation.take();
        for message in self.tracker.take(id, changes) {
            self.tell(Update::Message(Box::new(message)));
        }
        self.tell(Update::CaughtUp { id, participants, conversation });
        has_more
    }

    fn take_whole(&mut self, id: Uuid, revision: u64, conversation: Value) {
        self.tracker.reset(id, revision);
        self.tell(Update::Conversation { id, conversation });
    }

    /// What a failure to connect means for coming back, in the words of a close.
    fn close_for(error: &Error) -> Close {
        let (code, reason) = match error {
            Error::Refused(problem) if problem.status == 401 => {
                (TOKEN_EXPIRED, problem.code.clone())
            }
            Error::Refused(problem) if !problem.temporary => (4503, problem.code.clone()),
            Error::Closed(close) => return close.clone(),
            Error::Invalid(what) => (4503, format!("invalid {what}")),
            other => (1006, other.to_string()),
        };
        Close { code, reason }
    }

    /// Waits until the application has given another token; false when it never will.
    async fn wait_for_token(&mut self) -> bool {
        self.tell(Update::TokenNeeded);
        self.token.changed().await.is_ok()
    }

    fn tell(&self, update: Update) {
        // Nobody listens any more only while the session is being dropped, which ends this task.
        let _ = self.outlets.updates.send(update);
    }
}
