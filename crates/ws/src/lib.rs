//! The WebSocket side of the server: the raw JSON protocol `chat.v1`.
//!
//! Transport: an encoded [`frame::Frame`] goes into a socket's [`outbox::Outbox`] from any thread,
//! the response body drains it, [`incoming::Reader`] hands over what the client says, and
//! [`socket::open`] makes all of them out of one HTTP request. On top of it the [`hub`] knows which
//! sockets hear of which events, and a connection turns requests into use cases.

pub mod asyncapi;
pub mod close;
mod connection;
mod data;
mod dispatch;
pub mod frame;
pub mod heartbeat;
pub mod hub;
pub mod incoming;
mod kinds;
mod meters;
pub mod outbox;
mod outgoing;
mod protocol;
pub mod socket;
pub mod stalled;
mod upgrade;

use std::sync::Arc;

use actix_web::{HttpRequest, web};

pub use hub::{Hub, HubOptions};
pub use stalled::{keep_descriptor, listener};
pub use upgrade::{Door, WsOptions};

/// Mounts the socket at `ws` below [`WsOptions::base`]. The same door is to be given to every worker.
pub fn configure(door: Arc<Door>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |config| {
        let resource = web::resource(door.path());
        let other = Arc::clone(&door);
        let open = web::get().to(move |request: HttpRequest, payload: web::Payload| {
            let door = Arc::clone(&door);
            async move { door.open(request, payload).await }
        });
        let other = web::to(move |request: HttpRequest| {
            let door = Arc::clone(&other);
            async move { door.turn_away(request).await }
        });
        config.service(resource.route(open).default_service(other));
    }
}
