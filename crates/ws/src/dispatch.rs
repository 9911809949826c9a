//! From a request to a use case and back to a reply. One line per type of
//! request; what they do is in `chinwag-application`.

use std::sync::Arc;

use chinwag_application::{
    Actor, Error,
    request::{self, SendRequest},
    view::Items,
};
use chinwag_domain::{ConversationId, MessageId, Presence};

use crate::{
    data::{Nothing, People, Reaction},
    frame::Frame,
    hub::{Hub, Seat},
    kinds::RequestKind,
    protocol::{Request, ok},
};

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
    /// Answers a request; `None` for what is not asked here: an identity, a ping, a send.
    pub(crate) async fn answer(
        &self,
        kind: RequestKind,
        request: &Request<'_>,
    ) -> Option<Result<Frame, Error>> {
        use RequestKind as Kind;
        Some(match kind {
            Kind::Edit | Kind::Delete | Kind::React | Kind::Unreact => {
                self.message(kind, request).await
            }
            Kind::Create => self.create(request).await,
            Kind::Open | Kind::Close | Kind::Read | Kind::Delivered => {
                self.conversation(kind, request).await
            }
            Kind::StartTyping | Kind::StopTyping => self.typing(kind, request).await,
            Kind::QueryPresence | Kind::UnsubscribePresence => self.presence(kind, request).await,
            Kind::SubscribePresence => self.subscribe(request).await,
            Kind::RequestUpload => self.request_upload(request).await,
            Kind::Sync => self.sync(request).await,
            Kind::Authenticate | Kind::Ping | Kind::Send => return None,
        })
    }

    async fn message(&self, kind: RequestKind, request: &Request<'_>) -> Result<Frame, Error> {
        let chat = self.hub.chat();
        let (id, rest) = request.about("message_id")?;
        let id: MessageId = request::id(&id)?;
        match kind {
            RequestKind::Edit => {
                ok(&request.id, &chat.edit_message.execute(self.actor, id, &rest).await?)
            }
            RequestKind::Delete => {
                let Nothing {} = self.of_message(id, &rest).await?;
                chat.delete_message.execute(self.actor, id).await?;
                ok(&request.id, &Nothing {})
            }
            RequestKind::React => {
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

    async fn conversation(&self, kind: RequestKind, request: &Request<'_>) -> Result<Frame, Error> {
        let chat = self.hub.chat();
        let (id, rest) = request.about("conversation_id")?;
        let id: ConversationId = request::id(&id)?;
        match kind {
            RequestKind::Read => {
                ok(&request.id, &chat.mark_read.execute(self.actor, id, &rest).await?)
            }
            RequestKind::Delivered => {
                ok(&request.id, &chat.mark_delivered.execute(self.actor, id, &rest).await?)
            }
            RequestKind::Open => {
                let Nothing {} = self.of_conversation(id, &rest).await?;
                // The others are told once, on however many devices it is open.
                if !self.hub.is_open(self.actor.id(), id) {
                    chat.viewing.open(self.actor, id).await?;
                }
                self.hub.open(self.seat, id);
                ok(&request.id, &Nothing {})
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
                ok(&request.id, &Nothing {})
            }
        }
    }

    async fn typing(&self, kind: RequestKind, request: &Request<'_>) -> Result<Frame, Error> {
        let typing = &self.hub.chat().typing;
        let (id, rest) = request.about("conversation_id")?;
        let id: ConversationId = request::id(&id)?;
        let Nothing {} = self.of_conversation(id, &rest).await?;
        if kind == RequestKind::StartTyping {
            typing.start(self.actor, Some(self.seat.connection), id).await?;
        } else {
            typing.stop(self.actor, id).await?;
        }
        ok(&request.id, &Nothing {})
    }

    async fn presence(&self, kind: RequestKind, request: &Request<'_>) -> Result<Frame, Error> {
        let People { user_ids } = request::parse(request.data())?;
        if kind == RequestKind::UnsubscribePresence {
            self.hub.unwatch(self.seat, &user_ids);
            return ok(&request.id, &Nothing {});
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
