//! Looking for words in everything that one may see.

use chinwag_domain::{Limit, SearchCursor};

use crate::{
    Actor, Error,
    request::SearchRequest,
    support::use_case,
    view::{ListView, MessageView},
};

use_case!(
    /// Finds messages by part of what they say, newest first, over all of one's conversations.
    SearchMessages
);

impl SearchMessages {
    /// # Errors
    /// [`Error::NotFound`] for a conversation the actor is not in; [`Error::Invalid`] for words
    /// or filters that make no sense.
    pub async fn execute(
        &self,
        actor: &Actor,
        request: SearchRequest,
    ) -> Result<ListView<MessageView>, Error> {
        if let Some(id) = request.conversation_id {
            self.ports.membership(actor, id).await?;
        }

        let limit = request.limit.unwrap_or(Limit::LIST);
        let after = request.cursor.as_deref().map(str::parse::<SearchCursor>).transpose();
        let after = after.map_err(|invalid| Error::field("cursor", invalid.to_string()))?;
        let query = request.query()?;

        let page = self.ports.messages.search(actor.id(), &query, after, limit).await?;
        let view = |found: chinwag_domain::ports::Found| {
            MessageView::of(found.message, actor.id(), found.others)
        };
        Ok(ListView::of(page, view))
    }
}
