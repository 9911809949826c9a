//! What application admins see of the whole installation: people, groups, sockets.

use actix_web::web::Data;
use chinwag_application::Error;
use chinwag_domain::ports::Connections;

use crate::{
    answer::{Answer, list, nothing, ok},
    identity::Caller,
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    const LIST: &[&str] = &["search", "limit", "cursor"];
    const CONNECTIONS: &[&str] = &["user_id", "limit", "cursor"];
    config
        .service(at("/admin/users").params(LIST).get(people).done())
        .service(at("/admin/users/{user_id}/sessions").delete(end_sign_ins).done())
        .service(at("/admin/conversations").params(LIST).get(groups).done())
        .service(at("/admin/connections").params(CONNECTIONS).get(connections).done())
        .service(at("/admin/connections/{connection_id}").delete(close).done());
}

async fn people(caller: Caller, incoming: Incoming) -> Answer {
    let everybody = &incoming.chat.list_everybody;
    everybody.may(&caller.0).await?;
    let mut params = incoming.params();
    let (search, limit, cursor) = (params.text("search"), params.limit(), params.text("cursor"));
    params.done()?;
    list(&incoming.http, everybody.execute(&caller.0, search, limit, cursor).await?)
}

async fn groups(caller: Caller, incoming: Incoming) -> Answer {
    let groups = &incoming.chat.list_groups;
    groups.may(&caller.0).await?;
    let mut params = incoming.params();
    let (search, limit, cursor) = (params.text("search"), params.limit(), params.text("cursor"));
    params.done()?;
    list(&incoming.http, groups.execute(&caller.0, search, limit, cursor).await?)
}

async fn end_sign_ins(caller: Caller, incoming: Incoming) -> Answer {
    let sign_ins = &incoming.chat.end_sign_ins;
    sign_ins.may(&caller.0).await?;
    let user = incoming.id("user_id")?;
    ok(sign_ins.execute(&caller.0, &user).await?)
}

async fn connections(caller: Caller, incoming: Incoming) -> Answer {
    let connections = &incoming.chat.list_connections;
    connections.may(&caller.0).await?;
    let mut params = incoming.params();
    let (user, limit, cursor) = (params.person("user_id"), params.limit(), params.text("cursor"));
    params.done()?;
    let sockets = sockets(&incoming)?;
    let found = connections.execute(&caller.0, &**sockets, user, limit, cursor).await?;
    list(&incoming.http, found)
}

async fn close(caller: Caller, incoming: Incoming) -> Answer {
    let close = &incoming.chat.close_connection;
    close.may(&caller.0).await?;
    let (sockets, id) = (sockets(&incoming)?, incoming.id("connection_id")?);
    close.execute(&caller.0, &**sockets, id).await?;
    nothing()
}

/// What the host of the routes has of sockets, if it has any.
fn sockets(incoming: &Incoming) -> Result<Data<dyn Connections>, Error> {
    incoming.http.app_data::<Data<dyn Connections>>().cloned().ok_or(Error::NotFound)
}
