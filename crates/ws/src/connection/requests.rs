//! Requests that need an identity: one after the other, but sends, which are
//! answered beside the others as they are committed.

use std::sync::Arc;

use actix_web::rt;
use chinwag_application::{Actor, Error, request};
use chinwag_domain::Work;
use futures_util::FutureExt;
use tracing::Instrument as _;

use super::{Connection, Flow};
use crate::{
    dispatch::{self, Asker},
    kinds::RequestKind,
    protocol::Request,
};

impl Connection {
    /// Puts a request on somebody's account. A new token is the address's affair: who asks too much must
    /// still be able to stay.
    pub(super) fn pay_for(&self, request: &Request<'_>) -> Result<(), Error> {
        let limits = &self.hub.chat().limits;
        match (&self.identity, request.kind) {
            (None, _) | (_, Some(RequestKind::Authenticate)) => {
                limits.of_address(self.address).map(drop)
            }
            (Some(identity), Some(RequestKind::Send)) => {
                limits.of_person(Work::Sends, &identity.actor).map(drop)
            }
            (Some(identity), _) => limits.of_person(Work::Requests, &identity.actor).map(drop),
        }
    }

    /// A request that needs an identity.
    pub(super) async fn ask(&mut self, request: &Request<'_>) -> Flow {
        let Some(identity) = &self.identity else {
            self.replies.reply(Some(&request.id), Err(Error::TokenMissing));
            return Flow::Go;
        };
        if request.kind == Some(RequestKind::Send) {
            let actor = identity.actor.clone();
            self.send(request, actor).await;
            return Flow::Go;
        }
        let asker = Asker { hub: &self.hub, seat: &identity.seat, actor: &identity.actor };
        let answer = match request.kind {
            Some(kind) => asker.answer(kind, request).await,
            None => None,
        };
        let Some(answer) = answer else {
            let error = Error::field("/type", "is no request of this protocol");
            return self.bad_frame(Some(&request.id), error);
        };
        self.replies.reply(Some(&request.id), answer);
        identity.seat.presence_told();
        Flow::Go
    }

    /// Sends go into the log's queue one after the other. What must be read
    /// before a send is waited for, so that later ones do not overtake it. The
    /// rest is a task of its own: it may hold what another request waits for,
    /// and ends well also when the socket is gone.
    async fn send(&self, request: &Request<'_>, actor: Actor) {
        let id = request.id.clone().into_owned();
        let send = match request::parse::<request::SendRequest>(request.data()) {
            Ok(send) => send,
            Err(error) => {
                let error = self.rather_not_found(request, &actor, error).await;
                return self.replies.reply(Some(&id), Err(error));
            }
        };
        let queued_at_once =
            send.reply_to.is_none() && send.recipient_id.is_none() && !send.names_uploads();
        let (hub, replies) = (Arc::clone(&self.hub), self.replies.clone());
        let mut sending = async move {
            let sent = dispatch::send(hub, actor, &id, send).await;
            replies.reply(Some(&id), sent);
        }
        .in_current_span()
        .boxed_local();
        if !queued_at_once {
            return sending.await;
        }
        if futures_util::poll!(&mut sending).is_pending() {
            let place = Arc::clone(&self.sends).acquire_owned().await;
            rt::spawn(async move {
                sending.await;
                drop(place);
            });
        }
    }

    /// Who is not in a conversation must not learn more from a bad request
    /// than from a good one.
    async fn rather_not_found(&self, request: &Request<'_>, actor: &Actor, error: Error) -> Error {
        let Ok((id, _)) = request.about("conversation_id") else { return error };
        let Ok(id) = request::id(&id) else { return Error::NotFound };
        match self.hub.chat().send_message.to_conversation(actor, id, b"[]").await {
            Err(refused @ (Error::NotFound | Error::Blocked)) => refused,
            _ => error,
        }
    }
}
