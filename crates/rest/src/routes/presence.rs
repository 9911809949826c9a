//! Who is online.

use crate::{
    answer::{Answer, ok},
    identity::Caller,
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    config.service(at("/presence").params(&["user_ids"]).get(presence).done());
}

async fn presence(caller: Caller, incoming: Incoming) -> Answer {
    let mut params = incoming.params();
    let people = params.people("user_ids");
    params.done()?;
    ok(incoming.chat.presence.query(&caller.0, &people).await?)
}
