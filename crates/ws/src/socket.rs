//! From an HTTP request to a socket: handshake, outbox, body and reader put together. What is said on
//! the socket, and who may open one, is decided by the caller.

use std::{sync::Arc, time::Duration};

use actix_web::{HttpRequest, HttpResponse, body::BoxBody, rt, web};

use crate::{
    incoming::{self, Reader},
    outbox::{self, Outbox},
    outgoing::Outgoing,
    stalled::{self, Hangup},
};

/// The subprotocol that is spoken here.
pub const PROTOCOL: &str = "chat.v1";

/// The limits of one socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketLimits {
    /// Bytes of a message from the client, in one frame or in fragments.
    pub message: usize,
    /// Bytes that may wait for the client.
    pub outbox: usize,
    /// How long a client has to take its close frame before we hang up.
    pub close_grace: Duration,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            message: incoming::DEFAULT_MAX_MESSAGE,
            outbox: outbox::DEFAULT_LIMIT,
            close_grace: Duration::from_secs(5),
        }
    }
}

/// A socket that has just been opened.
pub struct Socket {
    /// To be returned from the handler.
    pub response: HttpResponse,
    /// For whoever has something to say to the client. Not ready yet.
    pub outbox: Arc<Outbox>,
    /// For the task of the socket.
    pub reader: Reader,
}

/// Does the WebSocket handshake. Must be called in a handler. A client that does not take its close
/// frame is hung up on if the server was started with [`stalled::keep_descriptor`].
///
/// # Errors
/// When the request is no WebSocket handshake.
pub async fn open(
    request: &HttpRequest,
    payload: web::Payload,
    limits: &SocketLimits,
) -> Result<Socket, actix_web::Error> {
    let outbox = Arc::new(Outbox::new(limits.outbox));
    let (response, reader) =
        Reader::handshake(request, payload, Arc::clone(&outbox), limits.message, PROTOCOL).await?;
    let draining = Arc::clone(&outbox);
    let response = response.map_body(|_, inner| BoxBody::new(Outgoing::new(draining, inner)));
    rt::spawn(stalled::watch(Arc::clone(&outbox), Hangup::of(request), limits.close_grace));
    Ok(Socket { response, outbox, reader })
}
