//! What a client sends, as whole text messages: fragments put together, sizes bounded, pings
//! answered, everything else turned into the reason to end. Does not look into the text.

mod guard;

use std::{cell::Cell, io, rc::Rc, str::Utf8Error, sync::Arc};

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, web};
use actix_ws::{Item, Message, MessageStream, ProtocolError, Session};
use bytes::{Bytes, BytesMut};
use bytestring::ByteString;

use self::guard::Guard;
use crate::{
    close::CloseCode,
    frame::Frame,
    outbox::{Class, Outbox},
};

/// How large a message may be, in one frame or in fragments, unless configured otherwise: 128 KiB.
pub const DEFAULT_MAX_MESSAGE: usize = 128 * 1024;

/// What came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A whole message.
    Text(ByteString),
    /// A sign of life and nothing else: a ping (already answered), a pong, a part of a message.
    Alive,
    /// Nothing more will come.
    End(End),
}

/// Why nothing more will come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The client has closed, or our close frame is out.
    Closed,
    /// The connection broke.
    Failed,
    /// A frame or a message in fragments was above the limit.
    TooBig,
    /// A text was not UTF-8.
    NotUtf8,
    /// Binary, or not the WebSocket protocol.
    Violation,
}

impl End {
    /// How to close the outbox for it; nothing to say on a connection that broke.
    pub fn close_code(self) -> Option<CloseCode> {
        match self {
            Self::Closed => Some(CloseCode::Normal),
            Self::Failed => None,
            Self::TooBig => Some(CloseCode::TooBig),
            Self::NotUtf8 => Some(CloseCode::NotUtf8),
            Self::Violation => Some(CloseCode::ProtocolViolation),
        }
    }

    fn of(error: &ProtocolError) -> Self {
        match error {
            ProtocolError::Overflow => Self::TooBig,
            ProtocolError::Io(error) if is_utf8_error(error) => Self::NotUtf8,
            // Reserved bits are reported in this way too.
            ProtocolError::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                Self::Violation
            }
            ProtocolError::Io(_) => Self::Failed,
            _ => Self::Violation,
        }
    }
}

fn is_utf8_error(error: &io::Error) -> bool {
    let inner = error.get_ref();
    inner.and_then(|inner| inner.downcast_ref::<Utf8Error>()).is_some()
}

/// The reading side of one socket. Belongs to the task of the socket: when it is dropped, the
/// connection ends as soon as the outbox is empty.
pub struct Reader {
    messages: MessageStream,
    outbox: Arc<Outbox>,
    max: usize,
    too_big: Rc<Cell<bool>>,
    /// The message that is coming in fragments.
    fragments: Option<BytesMut>,
    end: Option<End>,
    /// Nothing is sent by it; the body of `actix-ws` ends when it is dropped.
    _session: Session,
}

impl Reader {
    /// Does the handshake: the response to give back (with the body of `actix-ws`) and the reader,
    /// which answers pings by way of `outbox`.
    pub(crate) async fn handshake(
        request: &HttpRequest,
        payload: web::Payload,
        outbox: Arc<Outbox>,
        max: usize,
        protocol: &str,
    ) -> Result<(HttpResponse, Self), actix_web::Error> {
        let (guard, too_big) = Guard::new(payload.into_inner(), max);
        let stream: actix_http::BoxedPayloadStream = Box::pin(guard);
        let payload = web::Payload::from_request(request, &mut dev::Payload::from(stream)).await?;
        let (response, session, messages) =
            actix_ws::handle_with_protocols(request, payload, &[protocol])?;
        let reader = Self {
            messages: messages.max_frame_size(max),
            outbox,
            max,
            too_big,
            fragments: None,
            end: None,
            _session: session,
        };
        Ok((response, reader))
    }

    /// Waits for what comes next. After an end there is only the same end. Nothing is lost when the
    /// future is dropped.
    pub async fn next(&mut self) -> Incoming {
        if let Some(end) = self.end {
            return Incoming::End(end);
        }
        let next = match self.messages.recv().await {
            Some(Ok(message)) => self.take(message),
            Some(Err(error)) => Err(End::of(&error)),
            None if self.too_big.get() => Err(End::TooBig),
            None => Err(End::Closed),
        };
        next.unwrap_or_else(|end| {
            self.end = Some(end);
            self.fragments = None;
            Incoming::End(end)
        })
    }

    fn take(&mut self, message: Message) -> Result<Incoming, End> {
        match message {
            Message::Text(text) => Ok(Incoming::Text(text)),
            Message::Continuation(item) => self.join(item),
            Message::Ping(payload) => {
                // Through the outbox, so that one who pings and never reads is a slow consumer too.
                self.outbox.push(Frame::pong(&payload), Class::Reply);
                Ok(Incoming::Alive)
            }
            Message::Pong(_) | Message::Nop => Ok(Incoming::Alive),
            Message::Binary(_) => Err(End::Violation),
            Message::Close(_) => Err(End::Closed),
        }
    }

    /// Puts fragments together in one buffer: kept one by one, many small ones would cost far more
    /// than their bytes. `actix-http` has seen to it that they come in a sound order.
    fn join(&mut self, item: Item) -> Result<Incoming, End> {
        let (part, last) = match item {
            Item::FirstBinary(_) => return Err(End::Violation),
            Item::FirstText(part) | Item::Continue(part) => (part, false),
            Item::Last(part) => (part, true),
        };
        let mut text = self.fragments.take().unwrap_or_default();
        if text.len() + part.len() > self.max {
            return Err(End::TooBig);
        }
        text.extend_from_slice(&part);
        if last {
            let text = ByteString::try_from(Bytes::from(text)).map_err(|_| End::NotUtf8)?;
            return Ok(Incoming::Text(text));
        }
        self.fragments = Some(text);
        Ok(Incoming::Alive)
    }
}
