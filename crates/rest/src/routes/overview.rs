//! What application admins see of the whole installation: people, groups, sockets.

use actix_web::web::Data;
use chinwag_application::Error;
use chinwag_domain::{UserId, ports::Connections};

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
    let mut params = incoming.params();
    let (search, limit, cursor) = (params.text("search"), params.limit(), params.text("cursor"));
    let chat = &incoming.chat;
    if let Err(error) = params.done() {
        // Who may not see them hears of that first; here and below.
        chat.list_everybody.execute(&caller.0, None, None, None).await?;
        return Err(error.into());
    }
    list(&incoming.http, chat.list_everybody.execute(&caller.0, search, limit, cursor).await?)
}

async fn groups(caller: Caller, incoming: Incoming) -> Answer {
    let mut params = incoming.params();
    let (search, limit, cursor) = (params.text("search"), params.limit(), params.text("cursor"));
    let chat = &incoming.chat;
    if let Err(error) = params.done() {
        chat.list_groups.execute(&caller.0, None, None, None).await?;
        return Err(error.into());
    }
    list(&incoming.http, chat.list_groups.execute(&caller.0, search, limit, cursor).await?)
}

async fn end_sign_ins(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, user) = (incoming.chat.clone(), incoming.id::<UserId>("user_id"));
    let user = match user {
        Ok(user) => user,
        // An id that cannot be is known to nobody, which only an admin may hear.
        Err(error) => {
            chat.list_everybody.execute(&caller.0, None, None, None).await?;
            return Err(error.into());
        }
    };
    ok(chat.end_sign_ins.execute(&caller.0, &user).await?)
}

async fn connections(caller: Caller, incoming: Incoming) -> Answer {
    let mut params = incoming.params();
    let (user, limit, cursor) = (params.person("user_id"), params.limit(), params.text("cursor"));
    let (chat, sockets) = (&incoming.chat, sockets(&incoming)?);
    if let Err(error) = params.done() {
        chat.list_connections.execute(&caller.0, &**sockets, None, None, None).await?;
        return Err(error.into());
    }
    let found = chat.list_connections.execute(&caller.0, &**sockets, user, limit, cursor).await?;
    list(&incoming.http, found)
}

async fn close(caller: Caller, incoming: Incoming) -> Answer {
    let sockets = sockets(&incoming)?;
    let id = incoming.id("connection_id")?;
    incoming.chat.close_connection.execute(&caller.0, &**sockets, id).await?;
    nothing()
}

/// What the host of the routes has of sockets, if it has any.
fn sockets(incoming: &Incoming) -> Result<Data<dyn Connections>, Error> {
    incoming.http.app_data::<Data<dyn Connections>>().cloned().ok_or(Error::NotFound)
}
