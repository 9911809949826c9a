//! Coming back: what was missed, in one conversation or in all.

use chinwag_application::request::ChangesQuery;

use crate::{
    answer::{Answer, ok},
    identity::Caller,
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    let changed = at("/conversations/{conversation_id}/changes").params(&["since", "limit"]);
    config.service(changed.get(changes).done()).service(at("/sync").post(sync).done());
}

async fn changes(caller: Caller, incoming: Incoming) -> Answer {
    let id = incoming.id("conversation_id")?;
    let mut params = incoming.params();
    let query = ChangesQuery { since: params.since(), limit: params.limit() };
    params.done()?;
    ok(incoming.chat.changes.execute(&caller.0, id, &query).await?)
}

async fn sync(caller: Caller, incoming: Incoming) -> Answer {
    let chat = incoming.chat.clone();
    ok(chat.sync.execute(&caller.0, &incoming.body().await?).await?)
}
