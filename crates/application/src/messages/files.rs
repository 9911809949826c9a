//! Files of a message: those that were uploaded before and are named by id, and
//! those that come with it.

use std::collections::HashMap;

use chinwag_domain::{ConversationId, Draft, Media, MediaId, NewMessage};

use super::send::{SendMessage, Sent, without_address};
use crate::{
    Actor, Error, FieldError,
    media::discard,
    request::{self, SendRequest},
};

impl SendMessage {
    /// Whether the actor may send there: what is asked before anything else is read.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it, [`Error::Blocked`] across a block.
    pub async fn may_send(&self, actor: &Actor, id: ConversationId) -> Result<(), Error> {
        Ok(self.ports.membership(actor, id).await?.may_speak()?)
    }

    /// Reads a request whose files are still to come, to a conversation ([`SendMessage::may_send`]) or,
    /// without one, to where the request says; so that nobody brings in files who may not send there.
    ///
    /// # Errors
    /// As sending it would, as far as that can be known.
    pub async fn expect_files(
        &self,
        actor: &Actor,
        to: Option<ConversationId>,
        body: &[u8],
    ) -> Result<SendRequest, Error> {
        if let Some(id) = to {
            let mut request = request::parse(body).and_then(without_address)?;
            request.conversation_id = Some(id.to_string());
            return Ok(request);
        }
        let request: SendRequest = request::parse(body)?;
        match (&request.conversation_id, &request.recipient_id) {
            (Some(id), None) => self.may_send(actor, request::id(id)?).await?,
            (None, Some(id)) => self.reachable(actor, &request::id(id)?).await?,
            _ => return Err(Error::field("/recipient_id", "exactly one address is needed")),
        }
        Ok(request)
    }

    /// Sends a message with files that came with it. A send that fails, or that was stored before,
    /// leaves nothing of them.
    ///
    /// # Errors
    /// As [`SendMessage::addressed`].
    pub async fn with_files(
        &self,
        actor: &Actor,
        request: SendRequest,
        files: &[Media],
    ) -> Result<Sent, Error> {
        let outcome = self.addressed_with(actor, request, files).await;
        let in_vain = match &outcome {
            Ok(sent) => sent.duplicate,
            // Nobody knows whether it is stored; if it is not, the sweep finds its files.
            Err(Error::Unavailable(_) | Error::Internal(_)) => false,
            Err(_) => true,
        };
        if in_vain {
            let ids: Vec<_> = files.iter().map(|media| media.id).collect();
            discard(&self.ports, &ids).await;
        }
        outcome
    }

    /// Puts what is known of the files in the place of their names. The last attachments are those
    /// that came along.
    pub(super) async fn attach(
        &self,
        actor: &Actor,
        body: &mut Draft,
        files: &[Media],
    ) -> Result<(), Error> {
        let named: Vec<MediaId> = body.media().collect();
        let mut known: HashMap<MediaId, Media> = HashMap::new();
        if !named.is_empty() {
            let now = self.ports.clock.now();
            let claimed = self.ports.media.catalogue.claim(actor.id(), &named, now).await?;
            known.extend(claimed.into_iter().map(|media| (media.id, media)));
        }
        let mut errors = Vec::new();
        for (at, attachment) in body.attachments.iter_mut().enumerate() {
            let Some(id) = attachment.id else { continue };
            match known.get(&id) {
                Some(media) => *attachment = media.attachment(&self.options.base),
                None => errors.push(FieldError {
                    pointer: format!("/attachments/{at}/media_id"),
                    detail: "is no file of yours that is ready".to_owned(),
                }),
            }
        }
        let came = body.attachments.len().saturating_sub(files.len());
        for (attachment, media) in body.attachments[came..].iter_mut().zip(files) {
            *attachment = media.attachment(&self.options.base);
        }
        Error::unless_empty(errors)
    }

    /// What to answer when files are missing: who is not in the conversation hears of that alone, and
    /// who sent the same before hears what became of it, also when its files are gone since.
    pub(super) async fn without_files(
        &self,
        actor: &Actor,
        message: &NewMessage,
        error: Error,
    ) -> Result<Sent, Error> {
        self.ports.membership(actor, message.conversation_id).await?;
        match self.ports.messages.sent_before(message).await? {
            Some(message) => {
                let stored = chinwag_domain::ports::Appended { message, duplicate: true };
                self.answer(actor, stored).await
            }
            None => Err(error),
        }
    }
}
