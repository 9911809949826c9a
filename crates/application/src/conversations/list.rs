//! One's conversations.

use chinwag_domain::{ConversationFilter, Limit, Position, UserId};

use crate::{
    Actor, Error,
    request::{ConversationsQuery, search_text},
    support::use_case,
    view::{ConversationView, ListView, Pages},
};

use_case!(
    /// Lists one's conversations, newest activity first.
    ListConversations
);

impl ListConversations {
    /// # Errors
    /// [`Error::Invalid`] for a cursor of another list, or together with a page.
    pub async fn execute(
        &self,
        actor: &Actor,
        query: ConversationsQuery,
    ) -> Result<ListView<ConversationView>, Error> {
        let filter = filter(query)?;
        let page = self.ports.conversations.list(actor.id(), &filter).await?;

        let others: Vec<UserId> = page
            .items
            .iter()
            .filter_map(|summary| summary.other.as_ref().map(|(user, _)| user.id.clone()))
            .collect();
        let online = self.ports.presence.online(&others).await;
        let now = self.ports.clock.now();
        Ok(ListView {
            items: page
                .items
                .into_iter()
                .map(|summary| ConversationView::summary(summary, &online, now))
                .collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
            pages: match filter.position {
                Position::Page(number) => {
                    page.total.map(|total| Pages::new(number.get(), total, filter.limit.get()))
                }
                Position::First | Position::After(_) => None,
            },
        })
    }
}

fn filter(query: ConversationsQuery) -> Result<ConversationFilter, Error> {
    let position = match (query.cursor, query.page) {
        (None, None) => Position::First,
        (None, Some(page)) => Position::Page(page),
        (Some(cursor), None) => {
            let cursor = cursor.parse();
            Position::After(cursor.map_err(|invalid: chinwag_domain::Invalid| {
                Error::field("cursor", invalid.to_string())
            })?)
        }
        (Some(_), Some(_)) => {
            return Err(Error::field("page", "cannot be combined with a cursor"));
        }
    };
    Ok(ConversationFilter {
        search: search_text(query.search)?,
        kind: query.kind,
        hidden: query.hidden,
        limit: query.limit.unwrap_or(Limit::LIST),
        position,
    })
}
