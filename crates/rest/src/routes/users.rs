//! One's own profile, and other people.

use actix_web::web::ServiceConfig;

use crate::{
    answer::{Answer, created, list, nothing, ok},
    identity::Caller,
    incoming::Incoming,
    resource::at,
};

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(at("/users").params(&["search", "limit", "cursor"]).get(directory).done())
        .service(at("/users/me").get(me).patch(update_me).done())
        .service(at("/users/{user_id}").get(find).put(upsert).delete(deactivate).done());
}

async fn directory(caller: Caller, incoming: Incoming) -> Answer {
    let mut params = incoming.params();
    let (search, limit, cursor) = (params.text("search"), params.limit(), params.text("cursor"));
    params.done()?;
    let people = incoming.chat.people.list(&caller.0, search, limit, cursor).await?;
    list(&incoming.http, people)
}

async fn me(caller: Caller, incoming: Incoming) -> Answer {
    ok(incoming.chat.people.me(&caller.0).await?)
}

async fn update_me(caller: Caller, incoming: Incoming) -> Answer {
    let chat = incoming.chat.clone();
    ok(chat.people.update_me(&caller.0, &incoming.body().await?).await?)
}

async fn find(caller: Caller, incoming: Incoming) -> Answer {
    let user = incoming.id("user_id")?;
    ok(incoming.chat.people.find(&caller.0, &user).await?)
}

async fn upsert(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, user) = (incoming.chat.clone(), incoming.id("user_id")?);
    let upserted = chat.upsert_user.execute(&caller.0, user, &incoming.body().await?).await?;
    if upserted.new { created(upserted.profile) } else { ok(upserted.profile) }
}

async fn deactivate(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, user) = (incoming.chat.clone(), incoming.id("user_id")?);
    incoming.nothing().await?;
    chat.deactivate_user.execute(&caller.0, &user).await?;
    nothing()
}
