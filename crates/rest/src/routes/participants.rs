//! Who takes part in a conversation.

use crate::{
    answer::{Answer, nothing, ok},
    identity::Caller,
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    let one = "/conversations/{conversation_id}/participants/{user_id}";
    config
        .service(at("/conversations/{conversation_id}/participants").get(all).post(add).done())
        .service(at(one).patch(change_role).delete(remove).done());
}

async fn all(caller: Caller, incoming: Incoming) -> Answer {
    let id = incoming.id("conversation_id")?;
    ok(incoming.chat.list_participants.execute(&caller.0, id).await?)
}

async fn add(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("conversation_id")?);
    ok(chat.add_participants.execute(&caller.0, id, &incoming.body().await?).await?)
}

async fn change_role(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("conversation_id")?);
    let user = incoming.id("user_id")?;
    ok(chat.change_role.execute(&caller.0, id, &user, &incoming.body().await?).await?)
}

async fn remove(caller: Caller, incoming: Incoming) -> Answer {
    let (id, user) = (incoming.id("conversation_id")?, incoming.id("user_id")?);
    incoming.chat.remove_participant.execute(&caller.0, id, &user).await?;
    nothing()
}
