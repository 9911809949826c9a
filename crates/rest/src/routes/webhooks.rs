//! Webhooks, for application admins.

use crate::{
    answer::{Answer, created, nothing, ok},
    identity::Caller,
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    config
        .service(at("/webhooks").get(all).post(create).done())
        .service(at("/webhooks/{webhook_id}").delete(end).done())
        .service(at("/webhooks/{webhook_id}/test").post(ping).done());
}

async fn create(caller: Caller, incoming: Incoming) -> Answer {
    let chat = incoming.chat.clone();
    chat.create_webhook.may(&caller.0).await?;
    created(chat.create_webhook.execute(&caller.0, &incoming.body().await?).await?)
}

async fn all(caller: Caller, incoming: Incoming) -> Answer {
    ok(incoming.chat.list_webhooks.execute(&caller.0).await?)
}

async fn end(caller: Caller, incoming: Incoming) -> Answer {
    let delete = &incoming.chat.delete_webhook;
    delete.may(&caller.0).await?;
    delete.execute(&caller.0, incoming.id("webhook_id")?).await?;
    nothing()
}

async fn ping(caller: Caller, incoming: Incoming) -> Answer {
    let chat = incoming.chat.clone();
    chat.ping_webhook.may(&caller.0).await?;
    let id = incoming.id("webhook_id")?;
    ok(chat.ping_webhook.execute(&caller.0, id, &incoming.body().await?).await?)
}
