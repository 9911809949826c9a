//! How far people have received and read.

use crate::{
    answer::{Answer, ok},
    identity::Caller,
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    config
        .service(at("/conversations/{conversation_id}/read").post(read).done())
        .service(at("/conversations/{conversation_id}/delivered").post(delivered).done())
        .service(at("/messages/{message_id}/read").put(read_up_to).done())
        .service(at("/messages/{message_id}/receipts").get(receipts).done())
        .service(at("/unread").get(unread).done());
}

async fn read(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("conversation_id")?);
    ok(chat.mark_read.execute(&caller.0, id, &incoming.body().await?).await?)
}

async fn delivered(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("conversation_id")?);
    ok(chat.mark_delivered.execute(&caller.0, id, &incoming.body().await?).await?)
}

async fn read_up_to(caller: Caller, incoming: Incoming) -> Answer {
    let id = incoming.id("message_id")?;
    ok(incoming.chat.mark_read.up_to(&caller.0, id).await?)
}

async fn receipts(caller: Caller, incoming: Incoming) -> Answer {
    let id = incoming.id("message_id")?;
    ok(incoming.chat.receipts.execute(&caller.0, id).await?)
}

async fn unread(caller: Caller, incoming: Incoming) -> Answer {
    ok(incoming.chat.unread.execute(&caller.0).await?)
}
