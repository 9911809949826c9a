//! From a request to a use case and back to a reply. One line per type of
//! request; what they do is in `chinwag-application`.

use std::sync::Arc;

use chinwag_application::{
    Actor, Error,
    request::{self, SendRequest},
    view::Items,
};
use chinwag_domain::{ConversationId, MessageId, Presence, UserId};
use serde::Deserialize;
use serde_json::json;

use crate::{
    frame::Frame,
    hub::{Hub, Seat},
    protocol::{Request, ok},
};

/// `{"user_ids":[…]}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    user_ids: Vec<UserId>,
}

/// `{"emoji":"…"}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reaction {
    emoji: String,
}

/// `{}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// A socket that may ask: who, and where it sits.
pub(crate) struct Asker<'a> {
    pub hub: &'a Arc<Hub>,
    pub seat: &'a Arc<Seat>,
    pub actor: &'a Actor,
}

/// Sends a message. Apart from the others, since several may be under way at once.
pub(crate) async fn send(
    hub: Arc<Hub>,
    actor: Actor,
    id: &str,
    request: SendRequest,
) -> Result<Frame, Error> {
    let sent = hub.chat().send_message.addressed(&actor, request).await?;
    ok(id, &sent)
}

impl Asker<'_> {
    /// Answers a request; `None` for an unknown type.
    pub(crate) async fn answer(&self, request: &Request<'_>) -> Option<Result<Frame, Error>> {
        Some(match request.kind.as_ref() {
            "message.edit" | "message.delete" | "message.react" | "message.unreact" => {
                self.message(request).await
            }
            "conversation.create" => self.create(request).await,
            "conversation.open"
            | "conversation.close"
            | "conversation.read"
            | "conversation.delivered" => self.conversation(request).await,
            "typing.start" | "typing.stop" => self.typing(request).await,
            "presence.query" | "presence.unsubscribe" => self.presence(request).await,
            "presence.subscribe" => self.subscribe(request).await,
            "media.request_upload" => self.request_upload(request).await,
            "sync" => self.sync(request).await,
            _ => return None,
        })
    }

    async fn message(&self, request: &Request<'_>) -> Result<Frame, Error> {
        let chat = self.hub.chat();
        let (id, rest) = request.about("message_id")?;
        let id: MessageId = request::id(&id)?;
        match request.kind.as_ref() {
            "message.edit" => {
                ok(&request.id, &chat.edit_message.execute(self.actor, id, &rest).await?)
            }
            "message.delete" => {
                let Nothing {} = self.of_message(id, &rest).await?;
                chat.delete_message.execute(self.actor, id).await?;
                ok(&request.id, &json!({}))
            }
            "message.react" => {
                let Reaction { emoji } = self.of_message(id, &rest).await?;
                ok(&request.id, &chat.react.add(self.actor, id, &emoji).await?)
            }
            _ => {
                let Reaction { emoji } = self.of_message(id, &rest).await?;
                ok(&request.id, &chat.react.remove(self.actor, id, &emoji).await?)
            }
        }
    }

    async fn create(&self, request: &Request<'_>) -> Result<Frame, Error> {
        let create = &self.hub.chat().create_conversation;
        ok(&request.id, &create.execute(self.actor, request.data()).await?.conversation)
    }

    async fn conversation(&self, request: &Request<'_>) -> Result<Frame, Error> {
        let chat = self.hub.chat();
        let (id, rest) = request.about("conversation_id")?;
        let id: ConversationId = request::id(&id)?;
        match request.kind.as_ref() {
            "conversation.read" => {
                ok(&request.id, &chat.mark_read.execute(self.actor, id, &rest).await?)
            }
            "conversation.delivered" => {
                ok(&request.id, &chat.mark_delivered.execute(self.actor, id, &rest).await?)
            }
            "conversation.open" => {
                let Nothing {} = self.of_conversation(id, &rest).await?;
                // The others are told once, on however many devices it is open.
                if !self.hub.is_open(self.actor.id(), id) {
                    chat.viewing.open(self.actor, id).await?;
                }
                self.hub.open(self.seat, id);
                ok(&request.id, &json!({}))
            }
            _ => {
                let Nothing {} = self.of_conversation(id, &rest).await?;
                let known = self.seat.hears_of(id);
                let was_open = self.hub.close(self.seat, id);
                if !known && !was_open {
                    return Err(Error::NotFound);
                }
                if was_open && !self.hub.is_open(self.actor.id(), id) {
                    chat.viewing.close(self.actor, id).await;
                }
                ok(&request.id, &json!({}))
            }
        }
    }

    async fn typing(&self, request: &Request<'_>) -> Result<Frame, Error> {
        let typing = &self.hub.chat().typing;
        let (id, rest) = request.about("conversation_id")?;
        let id: ConversationId = request::id(&id)?;
        let Nothing {} = self.of_conversation(id, &rest).await?;
        if request.kind == "typing.start" {
            typing.start(self.actor, Some(self.seat.connection), id).await?;
        } else {
            typing.stop(self.actor, id).await?;
        }
        ok(&request.id, &json!({}))
    }

    async fn presence(&self, request: &Request<'_>) -> Result<Frame, Error> {
        let People { user_ids } = request::parse(request.data())?;
        if request.kind == "presence.unsubscribe" {
            self.hub.unwatch(self.seat, &user_ids);
            return ok(&request.id, &json!({}));
        }
        let items: Items<Presence> = self.hub.chat().presence.query(self.actor, &user_ids).await?;
        ok(&request.id, &items)
    }

    /// The state is asked for after the subscription stands, and flips wait
    /// until it is told: none falls between, and none is overtaken by it.
    async fn subscribe(&self, request: &Request<'_>) -> Result<Frame, Error> {
        let People { user_ids } = request::parse(request.data())?;
        self.seat.asks_presence();
        let Some(new) = self.hub.watch(self.seat, &user_ids) else {
            return Err(Error::field("/user_ids", "must be at most 500 people in all"));
        };
        match self.hub.chat().presence.query(self.actor, &user_ids).await {
            Ok(items) => ok(&request.id, &items),
            Err(error) => {
                self.hub.unwatch(self.seat, &new);
                Err(error)
            }
        }
    }

    async fn request_upload(&self, request: &Request<'_>) -> Result<Frame, Error> {
        let ask = &self.hub.chat().request_upload;
        ok(&request.id, &ask.execute(self.actor, request.data()).await?)
    }

    async fn sync(&self, request: &Request<'_>) -> Result<Frame, Error> {
        ok(&request.id, &self.hub.chat().sync.execute(self.actor, request.data()).await?)
    }

    /// The fields of a request about a conversation. Whether the actor is in
    /// it comes before what is wrong with them.
    async fn of_conversation<T>(&self, id: ConversationId, rest: &[u8]) -> Result<T, Error>
    where
        T: serde::de::DeserializeOwned,
    {
        match request::parse(rest) {
            Ok(fields) => Ok(fields),
            Err(error) => {
                self.hub.chat().get_conversation.execute(self.actor, id).await?;
                Err(error)
            }
        }
    }

    /// The same for a message.
    async fn of_message<T>(&self, id: MessageId, rest: &[u8]) -> Result<T, Error>
    where
        T: serde::de::DeserializeOwned,
    {
        match request::parse(rest) {
            Ok(fields) => Ok(fields),
            Err(error) => {
                self.hub.chat().get_message.execute(self.actor, id).await?;
                Err(error)
            }
        }
    }
}
