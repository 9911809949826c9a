//! Who a socket is of: by header or by frame, renewed by frame, until the
//! token ends. Whether a token is good is not decided here.

use std::{sync::Arc, time::Duration};

use chinwag_application::{Actor, Authenticated, Error, request};
use chinwag_domain::Timestamp;
use tokio::time::Instant;

use super::{Connection, Flow, SENDS_AT_ONCE};
use crate::{
    close::CloseCode,
    data::{Expiring, Identified, Ready, ReadyLimits, Token},
    frame::Frame,
    hub::{Refused, Seat, loose},
    kinds::EventKind,
    meters::METERS,
    outbox::Class,
    protocol::{Request, ok},
};

/// How long before `exp` a client is told.
const EXPIRING_MS: i64 = 60_000;
/// How long somebody with too many sockets had better wait.
const TOO_MANY_MS: u64 = 5_000;
/// Timers may not reach further than the runtime can count.
const FURTHEST_MS: i64 = 24 * 3_600 * 1_000;

/// The person behind a socket.
pub(super) struct Identity {
    pub seat: Arc<Seat>,
    pub actor: Actor,
    expires_at: Timestamp,
    told_of_expiry: bool,
}

impl Connection {
    /// Takes the seat of a person whose token came in the header.
    pub(super) async fn enter_by_header(&mut self, verified: Authenticated) -> Flow {
        match self.enter(verified).await {
            Ok(()) => {
                METERS.opened("header");
                self.release();
                Flow::Go
            }
            Err((error, code)) => {
                tracing::debug!(connection = %self.replies.name, %error, "a socket could not enter");
                self.outbox.close(code);
                Flow::Stop
            }
        }
    }

    /// The first frame of a socket without identity, or a new token for one.
    pub(super) async fn authenticate(&mut self, request: &Request<'_>) -> Flow {
        let verified = match request::parse::<Token>(request.data()) {
            Ok(Token { token }) => self.hub.chat().authenticate.execute(&token, self.address).await,
            Err(error) => Err(error),
        };
        match verified {
            Ok(verified) if self.identity.is_some() => self.renew(request, verified).await,
            Ok(verified) => self.introduce(request, verified).await,
            Err(error) => {
                let ended = ended(&error);
                self.replies.reply(Some(&request.id), Err(error));
                // It says nothing about who sits here already.
                if let Some(code) = ended
                    && !self.identity_holds().await
                {
                    self.outbox.close(code);
                    return Flow::Stop;
                }
                Flow::Go
            }
        }
    }

    async fn introduce(&mut self, request: &Request<'_>, verified: Authenticated) -> Flow {
        let answer = identified(request, &verified);
        match self.enter(verified).await {
            Ok(()) => {
                METERS.opened("frame");
                self.replies.reply(Some(&request.id), answer);
                self.release();
                Flow::Go
            }
            Err((error, code)) => {
                self.replies.reply(Some(&request.id), Err(error));
                self.outbox.close(code);
                Flow::Stop
            }
        }
    }

    async fn renew(&mut self, request: &Request<'_>, verified: Authenticated) -> Flow {
        let Some(identity) = &mut self.identity else { return Flow::Go };
        if identity.actor.id() != verified.actor.id() {
            self.replies.reply(Some(&request.id), Err(Error::TokenInvalid));
            return Flow::Go;
        }
        let answer = identified(request, &verified);
        identity.seat.renew(verified.actor.session);
        identity.actor = verified.actor;
        identity.expires_at = verified.expires_at;
        identity.told_of_expiry = false;
        // A sign-in that ended before the seat knew of it would never be heard of.
        if self.identity_holds().await {
            self.replies.reply(Some(&request.id), answer);
            return Flow::Go;
        }
        self.replies.reply(Some(&request.id), Err(Error::SessionRevoked));
        self.outbox.close(CloseCode::SessionRevoked);
        Flow::Stop
    }

    /// Whether there is an identity, as far as the store can tell.
    async fn identity_holds(&self) -> bool {
        let Some(identity) = &self.identity else { return false };
        match self.hub.chat().authenticate.still_holds(&identity.actor).await {
            Err(error) => ended(&error).is_none(),
            Ok(()) => true,
        }
    }

    /// Takes a seat in the hub; a refusal says how the socket is to be closed.
    async fn enter(&mut self, verified: Authenticated) -> Result<(), (Error, CloseCode)> {
        let Authenticated { actor, expires_at } = verified;
        let outbox = Arc::clone(&self.outbox);
        match self.hub.enter(actor.clone(), self.id, outbox).await {
            Ok(seat) => {
                self.identity = Some(Identity { seat, actor, expires_at, told_of_expiry: false });
                Ok(())
            }
            Err(Refused::TooMany) => {
                let error = Error::wait(TOO_MANY_MS);
                Err((error, CloseCode::TooManySockets))
            }
            Err(Refused::Draining) => Err((Error::Overloaded, CloseCode::Draining)),
            Err(Refused::Failed(error)) => {
                if let Some(code) = ended(&error) {
                    return Err((error, code));
                }
                tracing::error!(connection = %self.replies.name, ?error, "a socket could not enter");
                Err((error, CloseCode::Draining))
            }
        }
    }

    /// Says that the subscriptions stand; what came meanwhile follows.
    fn release(&self) {
        let Some(identity) = &self.identity else { return };
        let heartbeat_ms = u64::try_from(self.options.heartbeat.as_millis()).unwrap_or(u64::MAX);
        let ready = Ready {
            session_id: &self.replies.name,
            user: &identity.actor.user,
            heartbeat_ms,
            limits: ReadyLimits {
                frame_bytes: self.options.socket.message,
                outbox_bytes: self.options.socket.outbox,
                sends_in_flight: SENDS_AT_ONCE,
            },
            capabilities: &["typing", "presence", "receipts", "reactions", "sync"],
        };
        let now = self.hub.chat().ports.clock.now();
        self.outbox.release(loose(EventKind::Ready, None, ready, now));
    }

    /// When something is due that no frame brings about.
    pub(super) fn next_timer(&self, started: Instant) -> Instant {
        let Some(identity) = &self.identity else { return started + self.options.identity_within };
        let warn_ms = if identity.told_of_expiry { 0 } else { EXPIRING_MS };
        let due = identity.expires_at.plus_millis(-warn_ms);
        let left = due.millis_since(self.hub.chat().ports.clock.now()).clamp(0, FURTHEST_MS);
        Instant::now() + Duration::from_millis(u64::try_from(left).unwrap_or(0))
    }

    pub(super) fn timer(&mut self, started: Instant) -> Flow {
        let now = self.hub.chat().ports.clock.now();
        let Some(identity) = &mut self.identity else {
            if started.elapsed() < self.options.identity_within {
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
            let data = Expiring { expires_at: identity.expires_at };
            self.outbox.push(loose(EventKind::AuthExpiring, None, data, now), Class::Durable);
        }
        Flow::Go
    }
}

fn identified(request: &Request<'_>, verified: &Authenticated) -> Result<Frame, Error> {
    let data = Identified { user: &verified.actor.user, expires_at: verified.expires_at };
    ok(&request.id, &data)
}

/// How a socket is closed for which coming back is of no use.
fn ended(error: &Error) -> Option<CloseCode> {
    match error {
        Error::SessionRevoked => Some(CloseCode::SessionRevoked),
        Error::Deactivated => Some(CloseCode::AccountDeactivated),
        _ => None,
    }
}
