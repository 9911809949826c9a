//! One's own profile, and other people.

use crate::{
    answer::{Answer, created, list, nothing, ok},
    export::File,
    identity::Caller,
    incoming::Incoming,
    resource::{Route, Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    config
        .service(at("/users").params(&["search", "limit", "cursor"]).get(directory).done())
        .service(at("/users/import").post(import).done())
        .service(at("/users/export").get(export_all).done())
        .service(at("/users/me/export").get(export).done())
        .service(at("/users/me").get(me).patch(update_me).done())
        .service(one());
}

fn one() -> Route {
    at("/users/{user_id}").delete_params(&["erase"]).get(find).put(upsert).delete(deactivate).done()
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
    let chat = incoming.chat.clone();
    chat.upsert_user.may(&caller.0).await?;
    let user = incoming.id("user_id")?;
    let upserted = chat.upsert_user.execute(&caller.0, user, &incoming.body().await?).await?;
    if upserted.new { created(upserted.profile) } else { ok(upserted.profile) }
}

async fn deactivate(caller: Caller, incoming: Incoming) -> Answer {
    let chat = incoming.chat.clone();
    let mut params = incoming.params();
    let erase = params.flag("erase");
    // What does not fit comes after that.
    if erase {
        chat.erase_user.may(&caller.0).await?;
    } else {
        chat.deactivate_user.may(&caller.0).await?;
    }
    let user = incoming.id("user_id")?;
    params.done()?;
    incoming.nothing().await?;
    if erase {
        chat.erase_user.execute(&caller.0, &user).await?;
    } else {
        chat.deactivate_user.execute(&caller.0, &user).await?;
    }
    nothing()
}

async fn import(caller: Caller, incoming: Incoming) -> Answer {
    let mut import = incoming.chat.import_users.begin(&caller.0).await?;
    incoming.import(&mut import).await?;
    ok(import.finish().await?)
}

async fn export(caller: Caller, incoming: Incoming) -> Answer {
    let pieces = incoming.chat.export_own_data.execute(&caller.0).await?;
    File { kind: "application/json", name: "export.json".to_owned() }.begin("", pieces).await
}

async fn export_all(caller: Caller, incoming: Incoming) -> Answer {
    let lines = incoming.chat.export_users.execute(&caller.0).await?;
    File { kind: "application/x-ndjson", name: "people.jsonl".to_owned() }.begin("", lines).await
}
