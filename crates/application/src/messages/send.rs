//! Sending: the hot path. One queued append, no query before it.

use std::sync::Arc;

use chinwag_domain::{
    ConversationId, DirectKey, Draft, Media, MessageStatus, NewMessage, RequestHash, Timestamp,
    UserId, ports::Appended,
};
use moka::sync::Cache;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    Actor, CreateConversation, Error, MediaOptions, Ports, Typing, request, request::SendRequest,
    view::MessageView,
};

/// A message that is stored.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "SentMessage")]
pub struct Sent {
    /// As its sender sees it.
    #[serde(flatten)]
    pub message: MessageView,
    /// It had been stored before under its `client_id`.
    pub duplicate: bool,
}

/// Sends a message to a conversation, or to a person.
pub struct SendMessage {
    pub(super) ports: Arc<Ports>,
    pub(super) options: Arc<MediaOptions>,
    create: CreateConversation,
    typing: Typing,
    /// Pairs whose conversation is known: a pair keeps it for ever.
    direct: Cache<DirectKey, ConversationId>,
}

impl SendMessage {
    pub(crate) fn new(
        ports: &Arc<Ports>,
        options: &Arc<MediaOptions>,
        create: CreateConversation,
        typing: Typing,
    ) -> Self {
        let (ports, options) = (Arc::clone(ports), Arc::clone(options));
        Self { ports, options, create, typing, direct: Cache::new(50_000) }
    }

    /// Sends to a conversation, `body` being a [`SendRequest`] without an address.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it, whatever the body;
    /// [`Error::Conflict`] for a `client_id` of another message.
    pub async fn to_conversation(
        &self,
        actor: &Actor,
        id: ConversationId,
        body: &[u8],
    ) -> Result<Sent, Error> {
        let parsed = request::parse::<SendRequest>(body).and_then(without_address);
        self.to_parsed(actor, id, parsed, &[]).await
    }

    /// Sends to a person; the conversation is found or made.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown person.
    pub async fn to_person(&self, actor: &Actor, body: &[u8]) -> Result<Sent, Error> {
        self.addressed(actor, request::parse(body)?).await
    }

    /// Sends where the request says: to a conversation or to a person.
    ///
    /// # Errors
    /// As the two others; [`Error::Invalid`] without exactly one address.
    pub async fn addressed(&self, actor: &Actor, request: SendRequest) -> Result<Sent, Error> {
        self.addressed_with(actor, request, &[]).await
    }

    pub(super) async fn addressed_with(
        &self,
        actor: &Actor,
        mut request: SendRequest,
        files: &[Media],
    ) -> Result<Sent, Error> {
        match (request.conversation_id.take(), request.recipient_id.take()) {
            (Some(id), None) => self.to_parsed(actor, request::id(&id)?, Ok(request), files).await,
            (None, Some(id)) => {
                let recipient: UserId = request::id(&id)?;
                let draft = request.clone().into_draft(files);
                let id = match draft {
                    Ok(draft) => self.direct_with(actor, &recipient, &draft).await?,
                    // A fault in the body must not make a conversation.
                    Err(error) => {
                        return Err(self.reachable(actor, &recipient).await.err().unwrap_or(error));
                    }
                };
                self.to_parsed(actor, id, Ok(request), files).await
            }
            _ => Err(Error::field("/recipient_id", "exactly one address is needed")),
        }
    }

    async fn to_parsed(
        &self,
        actor: &Actor,
        id: ConversationId,
        parsed: Result<SendRequest, Error>,
        files: &[Media],
    ) -> Result<Sent, Error> {
        let mut message = match parsed.and_then(|it| self.message(actor, id, it, files)) {
            Ok(message) => message,
            // Who is not in it must not learn more from a bad body than from a good one.
            Err(error) => {
                self.ports.membership(actor, id).await?.may_speak()?;
                return Err(error);
            }
        };
        if let Err(refused) = self.check_context(actor, id, &message).await {
            // What fitted when it was stored is answered as stored, whatever became of it since.
            let stored = self.sent_before(&message, &refused).await?.ok_or(refused)?;
            return self.answer(actor, stored).await;
        }
        if let Err(error) = self.attach(actor, &mut message.body, files).await {
            return self.without_files(actor, &message, error).await;
        }
        let stored = self.ports.messages.append(message).await?;
        self.typing.sent(actor, id);
        self.answer(actor, stored).await
    }

    fn message(
        &self,
        actor: &Actor,
        conversation_id: ConversationId,
        request: SendRequest,
        files: &[Media],
    ) -> Result<NewMessage, Error> {
        let client_id = request.client_id.clone();
        let client_created_at = request.client_created_at;
        let body = request.into_draft(files)?;
        Ok(NewMessage {
            id: self.ports.ids.message(),
            conversation_id,
            sender_id: actor.id().clone(),
            client_id,
            request_hash: hash(&body)?,
            client_created_at,
            body,
            created_at: self.ports.clock.now(),
        })
    }

    pub(super) async fn answer(&self, actor: &Actor, stored: Appended) -> Result<Sent, Error> {
        let Appended { message, duplicate } = stored;
        // Nobody can have received what was stored a moment ago; of an older
        // one the others may have read it since.
        let others = if duplicate {
            let membership = self.ports.membership(actor, message.conversation_id).await?;
            self.ports.others_pointers(&membership).await?
        } else {
            None
        };
        debug_assert!(duplicate || message.status(None) == MessageStatus::Sent);
        Ok(Sent { message: MessageView::of(message, actor.id(), others), duplicate })
    }

    /// An appointment must be ahead, a reply answer something that the sender can see.
    async fn check_context(
        &self,
        actor: &Actor,
        id: ConversationId,
        message: &NewMessage,
    ) -> Result<(), Error> {
        let over = over(&message.body, message.created_at);
        if over.is_none() && message.body.reply_to.is_none() {
            return Ok(());
        }
        let membership = self.ports.membership(actor, id).await?;
        if let Some(over) = over {
            return Err(over);
        }
        let Some(reply_to) = message.body.reply_to else { return Ok(()) };
        let target = self.ports.messages.find(reply_to, actor.id()).await?;
        if target.is_some_and(|it| it.conversation_id == id && membership.sees(it.seq)) {
            Ok(())
        } else {
            Err(no_such_reply())
        }
    }

    /// What was stored under the `client_id` of a message that does not fit any more.
    async fn sent_before(
        &self,
        message: &NewMessage,
        refused: &Error,
    ) -> Result<Option<Appended>, Error> {
        let Error::Invalid(_) = refused else { return Ok(None) };
        let stored = self.ports.messages.sent_before(message).await?;
        Ok(stored.map(|message| Appended { message, duplicate: true }))
    }

    /// The conversation with that person. To answer something there, it must exist.
    async fn direct_with(
        &self,
        actor: &Actor,
        other: &UserId,
        body: &Draft,
    ) -> Result<ConversationId, Error> {
        let key = DirectKey::of(actor.id(), other)
            .map_err(|invalid| Error::field("/recipient_id", invalid.to_string()))?;
        if let Some(id) = self.direct.get(&key) {
            return Ok(id);
        }
        let id = match self.ports.conversations.direct(&key).await? {
            Some(id) => id,
            None => self.begin_with(actor, other, body).await?,
        };
        self.direct.insert(key, id);
        Ok(id)
    }

    /// A fault in the body must not make a conversation.
    async fn begin_with(
        &self,
        actor: &Actor,
        other: &UserId,
        body: &Draft,
    ) -> Result<ConversationId, Error> {
        let fault = body.reply_to.map(|_| no_such_reply());
        if let Some(fault) = fault.or_else(|| over(body, self.ports.clock.now())) {
            self.known(other).await?;
            return Err(fault);
        }
        Ok(self.create.direct_with(actor, other).await?.0)
    }

    /// Whether that person is known and no block stands between.
    pub(super) async fn reachable(&self, actor: &Actor, other: &UserId) -> Result<(), Error> {
        self.known(other).await?;
        let between = self.ports.blocks.between(actor.id(), std::slice::from_ref(other)).await?;
        if between.is_empty() { Ok(()) } else { Err(Error::Blocked) }
    }

    async fn known(&self, user: &UserId) -> Result<(), Error> {
        self.ports.users.find(user).await?.map(|_| ()).ok_or(Error::NotFound)
    }
}

fn no_such_reply() -> Error {
    Error::field("/reply_to", "is no message of this conversation")
}

/// What is wrong with an appointment whose time is over.
fn over(body: &Draft, now: Timestamp) -> Option<Error> {
    let over = body.meeting.as_ref().is_some_and(|meeting| !meeting.is_ahead(now));
    over.then(|| Error::field("/meeting/scheduled_at", "must be in the future"))
}

pub(super) fn without_address(request: SendRequest) -> Result<SendRequest, Error> {
    let mut errors = Vec::new();
    for (pointer, given) in
        [("/conversation_id", &request.conversation_id), ("/recipient_id", &request.recipient_id)]
    {
        if given.is_some() {
            errors.push(crate::FieldError {
                pointer: pointer.into(),
                detail: "the path says where this goes".into(),
            });
        }
    }
    Error::unless_empty(errors)?;
    Ok(request)
}

/// Of the request, before anything is put in the place of its files: those that came with it are
/// known by their bytes, so that a retry is the same request.
fn hash(body: &Draft) -> Result<RequestHash, Error> {
    let json = serde_json::to_vec(body).map_err(|error| Error::Internal(error.into()))?;
    Ok(RequestHash(Sha256::digest(json).into()))
}
