//! Who is online.

use actix_web::web::ServiceConfig;

use crate::{
    answer::{Answer, ok},
    identity::Caller,
    incoming::Incoming,
    resource::at,
};

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(at("/presence").params(&["user_ids"]).get(presence).done());
}

async fn presence(caller: Caller, incoming: Incoming) -> Answer {
    let mut params = incoming.params();
    let people = params.people("user_ids");
    params.done()?;
    ok(incoming.chat.presence.query(&caller.0, &people).await?)
}
