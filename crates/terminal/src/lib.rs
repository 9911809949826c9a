//! A chat client for the terminal, on `chinwag-client` alone: what it can do, any client can do.
//!
//! With a terminal at both ends it has a line editor and redraws what is being typed under new messages;
//! otherwise lines come in and messages go out, one to a line, for scripts. [`chat`] is the whole of it;
//! who may sign in, and where the server is, is for the caller to say.

mod book;
mod command;
mod entrance;
mod error;
mod find;
mod input;
mod post;
mod screen;
mod talk;
mod text;

pub use entrance::{Entrance, Sign};
pub use error::Error;

use chinwag_client::{Client, Session, SessionOptions};
use uuid::Uuid;

/// Where to chat, as whom, and what to begin with.
pub struct Options {
    /// Such as `http://127.0.0.1:8080`.
    pub server: String,
    /// As whom.
    pub entrance: Entrance,
    /// The conversation to begin in; without one, all are listed.
    pub place: Option<Place>,
}

/// Where to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// With a person or group, by id or by name.
    With(String),
    /// In this conversation.
    Conversation(Uuid),
}

/// Chats until the input ends, `/quit`, or the server ends it for good.
///
/// # Errors
/// When it cannot begin, when the server ends it, and, where lines come from a script, when one of them
/// could not be carried out.
pub async fn chat(options: Options) -> Result<(), Error> {
    let client = Client::new(&options.server)?;
    let (client, entered) = entrance::enter(client, options.entrance).await?;
    let (screen, input) = screen::open();
    let session = Session::start(client.clone(), SessionOptions::default());
    let talk = talk::Talk::new(client, session, entered, screen, input);
    talk.run(options.place).await
}
