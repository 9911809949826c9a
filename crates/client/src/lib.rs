//! A Rust client of the chinwag wire protocol: REST, socket, and a session that survives broken connections.
//!
//! Three layers, each usable alone:
//! - [`Client`]: one method per REST route, and a generic [`Client::request`] for everything else;
//! - [`Socket`]: one WebSocket connection: requests that wait for their reply, events as a queue;
//! - [`Session`]: reconnects, fills gaps, resends, so that each durable message is seen once and in order.
//!
//! It speaks the published protocol only and knows no other crate of the workspace: what it can do, a client
//! in any language can do.
//!
//! ```no_run
//! # async fn example() -> Result<(), chinwag_client::Error> {
//! use chinwag_client::{Client, Outgoing};
//!
//! let client = Client::new("http://127.0.0.1:8080")?;
//! let signed_in = client.guest("Alice").await?;
//! let client = client.with_token(signed_in.access_token);
//! let conversation = client.create_direct("bob").await?;
//! client.send(conversation.id, &Outgoing::text("hello")).await?;
//! # Ok(())
//! # }
//! ```

mod error;
mod outgoing;
mod random;
mod rest;
mod session;
mod socket;
mod types;
mod witness;

pub use error::{Close, Error, FieldError, Problem};
pub use outgoing::Outgoing;
pub use random::random_id;
pub use reqwest::Method;
pub use rest::{Client, Pieces, Response};
pub use session::{Session, SessionOptions, Update};
pub use socket::{Auth, Event, Socket, SocketOptions};
pub use types::{
    Changes, Conversation, Membership, Message, Page, Participant, Presence, Reader, Receipts,
    SignedIn, SyncAnswer, SyncedConversation, Unread, UnreadConversation, UserSummary,
};
pub use witness::{Seen, witness};
