//! One socket from its first frame to its last: frames, heartbeat and timers.
//! Who it is of, and what it asks, is in the modules below.

mod identity;
mod requests;

use std::{any::Any, net::IpAddr, sync::Arc};

use actix_web::rt;
use chinwag_application::{Authenticated, Error};
use chinwag_domain::ConnectionId;
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep_until},
};
use tracing::Instrument as _;

use self::identity::Identity;
use crate::{
    close::CloseCode,
    frame::Frame,
    heartbeat::{Beat, Heartbeat},
    hub::Hub,
    incoming::{End, Incoming, Reader},
    kinds::RequestKind,
    meters::METERS,
    outbox::{Class, Outbox},
    protocol::{Request, refused},
    upgrade::WsOptions,
};

/// The bad frame that closes.
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
    replies: Replies,
    identity: Option<Identity>,
    /// Where it comes from.
    address: Option<IpAddr>,
    bad_frames: u32,
    /// Requests so far: by it and the connection's name what is logged belongs together.
    requests: u64,
    /// A place for each send that may be under way.
    sends: Arc<Semaphore>,
    /// Given back when the socket ends.
    held: Option<Box<dyn Any>>,
}

/// Where replies go. A clone is for a request that is answered beside others.
#[derive(Clone)]
struct Replies {
    outbox: Arc<Outbox>,
    /// The connection's, for problems and the log.
    name: Arc<str>,
}

impl Replies {
    fn reply(&self, id: Option<&str>, answer: Result<Frame, Error>) {
        let frame = answer.unwrap_or_else(|error| refused(id, &error, &self.name));
        self.outbox.push(frame, Class::Reply);
    }
}

impl Connection {
    pub(crate) fn new(hub: Arc<Hub>, options: Arc<WsOptions>, outbox: Arc<Outbox>) -> Self {
        let id = hub.chat().ports.ids.connection();
        let replies = Replies { outbox: Arc::clone(&outbox), name: id.to_string().into() };
        Self {
            hub,
            options,
            outbox,
            id,
            replies,
            identity: None,
            address: None,
            bad_frames: 0,
            requests: 0,
            sends: Arc::new(Semaphore::new(SENDS_AT_ONCE)),
            held: None,
        }
    }

    /// Notes where the socket comes from.
    pub(crate) fn coming_from(mut self, address: Option<IpAddr>) -> Self {
        self.address = address;
        self
    }

    /// Keeps something for as long as the socket lives.
    pub(crate) fn holding(mut self, held: impl Any) -> Self {
        self.held = Some(Box::new(held));
        self
    }

    /// Serves the socket until it ends. `identity` is that of the header, if there was one.
    pub(crate) async fn run(mut self, mut reader: Reader, identity: Option<Authenticated>) {
        let entered = match identity {
            Some(identity) => self.enter_by_header(identity).await,
            None => Flow::Go,
        };
        if matches!(entered, Flow::Go) {
            self.serve(&mut reader).await;
        }
        if let Some(identity) = self.identity.take() {
            self.hub.leave(&identity.seat).await;
        }
        METERS.closed(self.outbox.close_code());
    }

    /// Timers come before frames: who never stops sending must not outlive a token.
    async fn serve(&mut self, reader: &mut Reader) {
        let started = Instant::now();
        #[expect(clippy::cast_possible_truncation, reason = "any bits do")]
        let seed = self.id.uuid().as_u128() as u64;
        let mut heartbeat = Heartbeat::new(started, self.options.heartbeat, seed);
        let (hub, outbox, sends) =
            (Arc::clone(&self.hub), Arc::clone(&self.outbox), Arc::clone(&self.sends));
        loop {
            let timer = self.next_timer(started);
            tokio::select! {
                biased;
                () = outbox.closing() => return,
                () = hub.drained(), if self.identity.is_none() => {
                    return self.outbox.close(CloseCode::Draining);
                }
                () = sleep_until(timer) => {
                    if matches!(self.timer(started), Flow::Stop) {
                        return;
                    }
                }
                () = sleep_until(heartbeat.next()) => match heartbeat.beat(Instant::now()) {
                    Beat::Ping(_) => {
                        self.outbox.push(Frame::ping(b""), Class::Reply);
                    }
                    Beat::Wait(_) => {}
                    Beat::Dead => return self.outbox.close_at_once(CloseCode::Silent),
                },
                incoming = next(&sends, reader) => {
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
            Err(error) => {
                METERS.received("unreadable");
                return self.bad_frame(None, error);
            }
        };
        METERS.received(request.kind.map_or("other", RequestKind::as_str));
        if let Err(error) = self.pay_for(&request) {
            self.replies.reply(Some(&request.id), Err(error));
            return Flow::Go;
        }
        match request.kind {
            Some(RequestKind::Ping) => {
                self.replies.reply(Some(&request.id), request.pong());
                Flow::Go
            }
            Some(RequestKind::Authenticate) => {
                let span = self.span();
                self.authenticate(&request).instrument(span).await
            }
            _ => {
                let span = self.span();
                self.ask(&request).instrument(span).await
            }
        }
    }

    /// Of the next request: `request_id` as problems tell it, and its number. Neither its id nor its type:
    /// both are the client's words.
    fn span(&mut self) -> tracing::Span {
        self.requests += 1;
        tracing::info_span!("frame", request_id = &*self.replies.name, number = self.requests)
    }

    /// It is answered all the same; the tenth closes.
    fn bad_frame(&mut self, id: Option<&str>, error: Error) -> Flow {
        self.replies.reply(id, Err(error));
        self.bad_frames += 1;
        if self.bad_frames < BAD_FRAMES {
            return Flow::Go;
        }
        self.outbox.close(CloseCode::ProtocolViolation);
        Flow::Stop
    }
}

/// The next frame, once there is a place for another send.
async fn next(sends: &Semaphore, reader: &mut Reader) -> Incoming {
    let _place = sends.acquire().await;
    reader.next().await
}

/// Runs a connection on the worker that accepted it.
pub(crate) fn spawn(connection: Connection, reader: Reader, identity: Option<Authenticated>) {
    rt::spawn(connection.run(reader, identity));
}
