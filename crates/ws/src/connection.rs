//! One socket from its first frame to its last: identity, heartbeat, expiry,
//! requests one after the other, and sends side by side.

use std::{any::Any, sync::Arc, time::Duration};

use actix_web::rt;
use chinwag_application::{Actor, Authenticated, Error, request};
use chinwag_domain::{ConnectionId, Timestamp};
use futures_util::{FutureExt, StreamExt, future::LocalBoxFuture, stream::FuturesUnordered};
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, sleep_until};

use crate::{
    close::CloseCode,
    dispatch::{self, Asker},
    frame::Frame,
    heartbeat::{Beat, Heartbeat},
    hub::{Hub, Refused, Seat},
    incoming::{End, Incoming, Reader},
    outbox::{Class, Outbox},
    protocol::{Request, ok, refused},
    upgrade::WsOptions,
};

/// How long a socket may stay without an identity.
const IDENTITY_WITHIN: Duration = Duration::from_secs(5);
/// How long before `exp` a client is told.
const EXPIRING_MS: i64 = 60_000;
/// Unreadable frames that are answered; the next one closes.
const BAD_FRAMES: u32 = 10;
/// Sends of one socket under way at once; then its frames wait.
const SENDS_AT_ONCE: usize = 64;

/// What the connection is told to do next.
enum Flow {
    Go,
    Stop,
}

/// One socket.
pub(crate) struct Connection {
    hub: Arc<Hub>,
    options: Arc<WsOptions>,
    outbox: Arc<Outbox>,
    id: ConnectionId,
    /// For problems and the log.
    name: String,
    identity: Option<Identity>,
    bad_frames: u32,
    sends: FuturesUnordered<LocalBoxFuture<'static, (String, Result<Frame, Error>)>>,
    /// Given back when the socket ends.
    held: Option<Box<dyn Any>>,
}

struct Identity {
    seat: Arc<Seat>,
    actor: Actor,
    expires_at: Timestamp,
    told_of_expiry: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    token: String,
}

impl Connection {
    pub(crate) fn new(hub: Arc<Hub>, options: Arc<WsOptions>, outbox: Arc<Outbox>) -> Self {
        let id = hub.chat().ports.ids.connection();
        Self {
            hub,
            options,
            outbox,
            id,
            name: id.to_string(),
            identity: None,
            bad_frames: 0,
            sends: FuturesUnordered::new(),
            held: None,
        }
    }

    /// Keeps something for as long as the socket lives.
    pub(crate) fn holding(mut self, held: impl Any) -> Self {
        self.held = Some(Box::new(held));
        self
    }

    /// Serves the socket until it ends. `identity` is that of the header, if there was one.
    pub(crate) async fn run(mut self, mut reader: Reader, identity: Option<Authenticated>) {
        let entered = match identity {
            Some(identity) => self.enter(identity).await.inspect(|()| self.release()),
            None => Ok(()),
        };
        if entered.is_ok() {
            self.serve(&mut reader).await;
        }
        if let Some(identity) = self.identity.take() {
            self.hub.leave(&identity.seat).await;
        }
        // Sends under way are in the log's queue: they are stored and told of
        // all the same.
    }

    async fn serve(&mut self, reader: &mut Reader) {
        let started = Instant::now();
        let seed = self.id.uuid().as_u128() as u64;
        let mut heartbeat = Heartbeat::new(started, self.options.heartbeat, seed);
        let (hub, outbox) = (Arc::clone(&self.hub), Arc::clone(&self.outbox));
        loop {
            let timer = self.next_timer(started);
            let room = self.sends.len() < SENDS_AT_ONCE;
            tokio::select! {
                biased;
                () = outbox.closing() => return,
                () = hub.drained(), if self.identity.is_none() => {
                    self.outbox.close(CloseCode::Draining);
                    return;
                }
                Some((id, sent)) = self.sends.next(), if !self.sends.is_empty() => {
                    self.reply(Some(&id), sent);
                }
                incoming = reader.next(), if room => {
                    heartbeat.seen();
                    match incoming {
                        Incoming::Text(text) => {
                            if matches!(self.text(&text).await, Flow::Stop) {
                                return;
                            }
                        }
                        Incoming::Alive => {}
                        Incoming::End(end) => return self.ended(end),
                    }
                }
                () = sleep_until(heartbeat.next()) => match heartbeat.beat(Instant::now()) {
                    Beat::Ping(_) => {
                        self.outbox.push(Frame::ping(b""), Class::Reply);
                    }
                    Beat::Wait(_) => {}
                    Beat::Dead => return self.outbox.close_at_once(CloseCode::Silent),
                },
                () = sleep_until(timer) => {
                    if matches!(self.timer(started), Flow::Stop) {
                        return;
                    }
                }
            }
        }
    }

    fn ended(&self, end: End) {
        if let Some(code) = end.close_code() {
            self.outbox.close(code);
        }
    }

    async fn text(&mut self, text: &str) -> Flow {
        let request = match Request::parse(text) {
            Ok(request) => request,
            Err(error) => return self.bad_frame(None, &error),
        };
        match request.kind.as_ref() {
            "ping" => {
                self.reply(Some(&request.id), ok(&request.id, &json!({})));
                Flow::Go
            }
            "authenticate" => self.authenticate(&request).await,
            _ => self.ask(&request).await,
        }
    }

    /// A request that needs an identity.
    async fn ask(&mut self, request: &Request<'_>) -> Flow {
        let Some(identity) = &self.identity else {
            self.reply(Some(&request.id), Err(Error::TokenMissing));
            return Flow::Go;
        };
        let asker = Asker { hub: &self.hub, seat: &identity.seat, actor: &identity.actor };
        if request.kind == "message.send" {
            let actor = identity.actor.clone();
            self.send(request, actor).await;
            return Flow::Go;
        }
        match asker.answer(request).await {
            Some(answer) => {
                self.reply(Some(&request.id), answer);
                Flow::Go
            }
            None => {
                let error = Error::field("/type", "is no request of this protocol");
                self.bad_frame(Some(&request.id), &error)
            }
        }
    }

    /// Sends go into the log's queue one after the other and are answered as
    /// they are committed. What must be read before a send is waited for, so
    /// that later ones do not overtake it.
    async fn send(&mut self, request: &Request<'_>, actor: Actor) {
        let parsed = request::parse::<request::SendRequest>(request.data());
        let id = request.id.clone().into_owned();
        let send = match parsed {
            Ok(send) => send,
            Err(error) => {
                let error = self.rather_not_found(request, &actor, error).await;
                return self.reply(Some(&id), Err(error));
            }
        };
        let queued_at_once = send.reply_to.is_none() && send.recipient_id.is_none();
        let hub = Arc::clone(&self.hub);
        let mut sending = async move {
            let sent = dispatch::send(hub, actor, id.clone(), send).await;
            (id, sent)
        }
        .boxed_local();
        let first = if queued_at_once {
            futures_util::poll!(&mut sending)
        } else {
            std::task::Poll::Ready((&mut sending).await)
        };
        match first {
            std::task::Poll::Ready((id, sent)) => self.reply(Some(&id), sent),
            std::task::Poll::Pending => self.sends.push(sending),
        }
    }

    /// Who is not in a conversation must not learn more from a bad request
    /// than from a good one.
    async fn rather_not_found(&self, request: &Request<'_>, actor: &Actor, error: Error) -> Error {
        let Ok((id, _)) = request.about("conversation_id") else { return error };
        let Ok(id) = request::id(&id) else { return Error::NotFound };
        match self.hub.chat().send_message.to_conversation(actor, id, b"[]").await {
            Err(Error::NotFound) => Error::NotFound,
            _ => error,
        }
    }

    async fn authenticate(&mut self, request: &Request<'_>) -> Flow {
        let verified = match request::parse::<Token>(request.data()) {
            Ok(Token { token }) => self.hub.chat().authenticate.execute(&token).await,
            Err(error) => Err(error),
        };
        let verified = match verified {
            Ok(verified) => verified,
            Err(error) => {
                let deactivated = matches!(error, Error::Deactivated | Error::SessionRevoked);
                self.reply(Some(&request.id), Err(error));
                if deactivated {
                    self.outbox.close(CloseCode::AccountDeactivated);
                    return Flow::Stop;
                }
                return Flow::Go;
            }
        };
        let data = json!({ "user": verified.actor.user, "expires_at": verified.expires_at });
        match &mut self.identity {
            Some(identity) if identity.actor.id() != verified.actor.id() => {
                self.reply(Some(&request.id), Err(Error::TokenInvalid));
            }
            Some(identity) => {
                identity.actor = verified.actor;
                identity.expires_at = verified.expires_at;
                identity.told_of_expiry = false;
                self.reply(Some(&request.id), ok(&request.id, &data));
            }
            None => {
                if self.enter(verified).await.is_err() {
                    return Flow::Stop;
                }
                self.reply(Some(&request.id), ok(&request.id, &data));
                self.release();
            }
        }
        Flow::Go
    }

    /// Takes a seat in the hub; a refusal closes the socket.
    async fn enter(&mut self, verified: Authenticated) -> Result<(), ()> {
        let Authenticated { actor, expires_at } = verified;
        let outbox = Arc::clone(&self.outbox);
        match self.hub.enter(actor.clone(), self.id, outbox).await {
            Ok(seat) => {
                self.identity = Some(Identity { seat, actor, expires_at, told_of_expiry: false });
                Ok(())
            }
            Err(refused) => {
                self.outbox.close(match refused {
                    Refused::TooMany => CloseCode::TooManySockets,
                    Refused::Draining => CloseCode::Draining,
                    Refused::Failed(error) => {
                        tracing::error!(connection = %self.name, ?error, "a socket could not enter");
                        CloseCode::Draining
                    }
                });
                Err(())
            }
        }
    }

    /// Says that the subscriptions stand; what came meanwhile follows.
    fn release(&self) {
        let Some(identity) = &self.identity else { return };
        let ready = json!({
            "type": "ready",
            "data": {
                "session_id": self.name,
                "user": identity.actor.user,
                "heartbeat_ms": self.options.heartbeat.as_millis() as u64,
                "limits": {
                    "frame_bytes": self.options.socket.message,
                    "outbox_bytes": self.options.socket.outbox,
                    "sends_in_flight": SENDS_AT_ONCE,
                },
                "capabilities": ["typing", "presence", "receipts", "reactions", "sync"],
            },
            "at": self.hub.chat().ports.clock.now(),
        });
        match Frame::json(&ready) {
            Ok(frame) => {
                self.outbox.release(frame);
            }
            Err(error) => {
                tracing::error!(%error, "ready could not be encoded");
                self.outbox.close(CloseCode::Draining);
            }
        }
    }

    /// When something is due that no frame brings about.
    fn next_timer(&self, started: Instant) -> Instant {
        let Some(identity) = &self.identity else { return started + IDENTITY_WITHIN };
        let warn_ms = if identity.told_of_expiry { 0 } else { EXPIRING_MS };
        let due = identity.expires_at.plus_millis(-warn_ms);
        let left = due.millis_since(self.hub.chat().ports.clock.now()).max(0);
        // Timers may not reach further than the runtime can count.
        let left = left.min(24 * 3600 * 1000);
        Instant::now() + Duration::from_millis(u64::try_from(left).unwrap_or(0))
    }

    fn timer(&mut self, started: Instant) -> Flow {
        let now = self.hub.chat().ports.clock.now();
        let Some(identity) = &mut self.identity else {
            if started.elapsed() < IDENTITY_WITHIN {
                return Flow::Go;
            }
            self.outbox.close(CloseCode::Unauthenticated);
            return Flow::Stop;
        };
        if now >= identity.expires_at {
            self.outbox.close(CloseCode::Unauthenticated);
            return Flow::Stop;
        }
        if !identity.told_of_expiry && identity.expires_at.millis_since(now) <= EXPIRING_MS {
            identity.told_of_expiry = true;
            let data = json!({ "expires_at": identity.expires_at });
            let event = json!({ "type": "auth.expiring", "data": data, "at": now });
            self.outbox.push(Frame::text(&event.to_string()), Class::Durable);
        }
        Flow::Go
    }

    fn reply(&self, id: Option<&str>, answer: Result<Frame, Error>) {
        let frame = answer.unwrap_or_else(|error| refused(id, &error, &self.name));
        self.outbox.push(frame, Class::Reply);
    }

    fn bad_frame(&mut self, id: Option<&str>, error: &Error) -> Flow {
        self.outbox.push(refused(id, error, &self.name), Class::Reply);
        self.bad_frames += 1;
        if self.bad_frames < BAD_FRAMES {
            return Flow::Go;
        }
        self.outbox.close(CloseCode::ProtocolViolation);
        Flow::Stop
    }
}

/// Runs a connection on the worker that accepted it.
pub(crate) fn spawn(connection: Connection, reader: Reader, identity: Option<Authenticated>) {
    rt::spawn(connection.run(reader, identity));
}
