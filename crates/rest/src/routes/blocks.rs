//! Whom one has blocked.

use crate::{
    answer::{Answer, list, nothing},
    identity::Caller,
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    config
        .service(at("/users/me/blocks").params(&["limit", "cursor"]).get(mine).done())
        .service(at("/users/me/blocks/{user_id}").put(block).delete(unblock).done());
}

async fn mine(caller: Caller, incoming: Incoming) -> Answer {
    let mut params = incoming.params();
    let (limit, cursor) = (params.limit(), params.text("cursor"));
    params.done()?;
    let blocks = incoming.chat.blocking.list(&caller.0, limit, cursor).await?;
    list(&incoming.http, blocks)
}

async fn block(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, other) = (incoming.chat.clone(), incoming.id("user_id")?);
    incoming.nothing().await?;
    chat.blocking.add(&caller.0, &other).await?;
    nothing()
}

async fn unblock(caller: Caller, incoming: Incoming) -> Answer {
    let other = incoming.id("user_id")?;
    incoming.chat.blocking.remove(&caller.0, &other).await?;
    nothing()
}
