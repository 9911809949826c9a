//! What a search may be asked.

use chinwag_domain::{ConversationId, Limit, MessageKind, SearchQuery, Timestamp, UserId};

use super::check::{Checks, has_control};
use crate::Error;

/// Letters of what is looked for, at most.
const CHARS: usize = 200;

/// Which messages are looked for.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)] // the protocol's names
pub struct SearchRequest {
    pub q: Option<String>,
    pub conversation_id: Option<ConversationId>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub sender_id: Option<UserId>,
    pub kind: Option<MessageKind>,
    pub limit: Option<Limit>,
    pub cursor: Option<String>,
}

impl SearchRequest {
    /// The query, once everything fits.
    pub(crate) fn query(self) -> Result<SearchQuery, Error> {
        let text = self.q.unwrap_or_default();
        let mut checks = Checks::default();
        let fine =
            !text.trim().is_empty() && text.chars().count() <= CHARS && !has_control(&text, "");
        checks.unless(fine, "q", "is needed: 1 to 200 characters of text that is not blank");
        let backwards = self.from.zip(self.to).is_some_and(|(from, to)| from > to);
        checks.unless(!backwards, "to", "must not be earlier than from");
        let system = self.kind == Some(MessageKind::System);
        checks.unless(!system, "kind", "system messages are not searched");
        checks.done()?;
        Ok(SearchQuery {
            text,
            conversation_id: self.conversation_id,
            from: self.from,
            to: self.to,
            sender_id: self.sender_id,
            kind: self.kind,
        })
    }
}
