//! Looking for words.

use chinwag_application::request::SearchRequest;

use crate::{
    answer::{Answer, list},
    identity::Caller,
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    const SEARCH: &[&str] =
        &["q", "conversation_id", "from", "to", "sender_id", "kind", "limit", "cursor"];
    config.service(at("/search/messages").params(SEARCH).get(messages).done());
}

async fn messages(caller: Caller, incoming: Incoming) -> Answer {
    let mut params = incoming.params();
    let request = SearchRequest {
        // A malformed id names nothing.
        conversation_id: params
            .text("conversation_id")
            .map(|id| chinwag_application::request::id(&id))
            .transpose()?,
        q: params.text("q"),
        from: params.time("from"),
        to: params.time("to"),
        sender_id: params.person("sender_id"),
        kind: params.message_kind("kind"),
        limit: params.limit(),
        cursor: params.text("cursor"),
    };
    params.done()?;
    let found = incoming.chat.search_messages.execute(&caller.0, request).await?;
    list(&incoming.http, found)
}
