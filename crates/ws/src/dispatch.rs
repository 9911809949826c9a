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
    id: String,
    request: SendRequest,
) -> Result<Frame, Error> {
    let sent = hub.chat().send_message.addressed(&actor, request).await?;
    ok(&id, &sent)
}

impl Asker<'_> {
    /// Answers a request; `None` for an unknown type.
    pub(crate) async fn answer(&self, request: &Request<'_>) -> Option<Result<Frame, Error>> {
        Some(match request.kind.as_ref() {
            "message.edit" | "message.delete" | "message.react" | "message.unreact" => {
                self.message(request).await
            }
            "conversation.create"
            | "conversation.open"
            | "conversation.close"
            | "conversation.read"
            | "conversation.delivered" => self.conversation(request).await,
            "typing.start" | "typing.stop" => self.typing(request).await,
            "presence.query" | "presence.subscribe" | "presence.unsubscribe" => {
                self.presence(request).await
            }
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
                nothing_else(&rest)?;
                chat.delete_message.execute(self.actor, id).await?;
                ok(&request.id, &json!({}))
            }
            "message.react" => {
                let emoji = emoji(&rest)?;
                ok(&request.id, &chat.react.add(self.actor, id, &emoji).await?)
            }
            _ => {
                let emoji = emoji(&rest)?;
                ok(&request.id, &chat.react.remove(self.actor, id, &emoji).await?)
            }
        }
    }

    async fn conversation(&self, request: &Request<'_>) -> Result<Frame, Error> {
        let chat = self.hub.chat();
        if request.kind == "conversation.create" {
            let created = chat.create_conversation.execute(self.actor, request.data()).await?;
            return ok(&request.id, &created.conversation);
        }
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
                nothing_else(&rest)?;
                let known = self.hub.is_open(self.seat, id);
                if !known {
                    chat.viewing.open(self.actor, id).await?;
                }
                self.hub.open(self.seat, id, true);
                ok(&request.id, &json!({}))
            }
            _ => {
                nothing_else(&rest)?;
                if !self.hub.open(self.seat, id, false) {
                    return Err(Error::NotFound);
                }
                if !self.hub.is_open(self.seat, id) {
                    chat.viewing.close(self.actor, id);
                }
                ok(&request.id, &json!({}))
            }
        }
    }

    async fn typing(&self, request: &Request<'_>) -> Result<Frame, Error> {
        let typing = &self.hub.chat().typing;
        let (id, rest) = request.about("conversation_id")?;
        let id: ConversationId = request::id(&id)?;
        if request.kind == "typing.start" {
            typing.start(self.actor, Some(self.seat.connection), id).await?;
        } else {
            typing.stop(self.actor, id).await?;
        }
        nothing_else(&rest)?;
        ok(&request.id, &json!({}))
    }

    async fn presence(&self, request: &Request<'_>) -> Result<Frame, Error> {
        let People { user_ids } = request::parse(request.data())?;
        if request.kind == "presence.unsubscribe" {
            self.hub.unwatch(self.seat, &user_ids);
            return ok(&request.id, &json!({}));
        }
        if request.kind == "presence.subscribe" && !self.hub.watch(self.seat, &user_ids) {
            return Err(Error::field("/user_ids", "must be at most 500 people in all"));
        }
        // Asked after the subscription stands, so that no flip falls between.
        let items: Items<Presence> = self.hub.chat().presence.query(self.actor, &user_ids).await?;
        ok(&request.id, &items)
    }

    async fn sync(&self, request: &Request<'_>) -> Result<Frame, Error> {
        ok(&request.id, &self.hub.chat().sync.execute(self.actor, request.data()).await?)
    }
}

fn emoji(rest: &[u8]) -> Result<String, Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Reaction {
        emoji: String,
    }
    request::parse::<Reaction>(rest).map(|reaction| reaction.emoji)
}

/// Refuses fields that a request does not have.
fn nothing_else(rest: &[u8]) -> Result<(), Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    request::parse::<Nothing>(rest).map(|_| ())
}
