//! Conversations: starting, listing, settings, and one's own view of them.

use chinwag_application::{Error, request::ConversationsQuery};
use chinwag_domain::ConversationId;

use crate::{
    answer::{Answer, created_at, list, nothing, ok},
    identity::Caller,
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    const LIST: &[&str] = &["search", "type", "hidden", "limit", "cursor", "page"];
    config
        .service(at("/conversations").params(LIST).get(mine).post(create).done())
        .service(at("/conversations/{conversation_id}").get(get).patch(update).delete(end).done())
        .service(at("/conversations/{conversation_id}/membership").patch(update_mine).done())
        .service(at("/conversations/{conversation_id}/clear").post(clear).done())
        .service(at("/conversations/{conversation_id}/leave").post(leave).done());
}

async fn create(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, path) = (incoming.chat.clone(), incoming.http.path().to_owned());
    let body = incoming.body().await?;
    let made = chat.create_conversation.execute(&caller.0, &body).await?;
    if made.new {
        created_at(format!("{path}/{}", made.conversation.id()), made.conversation)
    } else {
        ok(made.conversation)
    }
}

async fn mine(caller: Caller, incoming: Incoming) -> Answer {
    let mut params = incoming.params();
    let query = ConversationsQuery {
        search: params.text("search"),
        kind: params.kind(),
        hidden: params.flag("hidden"),
        limit: params.limit(),
        cursor: params.text("cursor"),
        page: params.page(),
    };
    params.done()?;
    let found = incoming.chat.list_conversations.execute(&caller.0, query).await?;
    list(&incoming.http, found)
}

async fn get(caller: Caller, incoming: Incoming) -> Answer {
    let id = incoming.id("conversation_id")?;
    ok(incoming.chat.get_conversation.execute(&caller.0, id).await?)
}

async fn update(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("conversation_id")?);
    ok(chat.update_settings.execute(&caller.0, id, &incoming.body().await?).await?)
}

async fn end(caller: Caller, incoming: Incoming) -> Answer {
    let id = incoming.id("conversation_id")?;
    incoming.chat.delete_conversation.execute(&caller.0, id).await?;
    nothing()
}

async fn update_mine(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("conversation_id")?);
    ok(chat.update_membership.execute(&caller.0, id, &incoming.body().await?).await?)
}

async fn clear(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("conversation_id")?);
    no_fields(&caller, id, incoming).await?;
    ok(chat.clear_conversation.execute(&caller.0, id).await?)
}

async fn leave(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("conversation_id")?);
    no_fields(&caller, id, incoming).await?;
    chat.leave.execute(&caller.0, id).await?;
    nothing()
}

/// Refuses a body; who is not in the conversation hears of that first.
async fn no_fields(caller: &Caller, id: ConversationId, incoming: Incoming) -> Result<(), Error> {
    let chat = incoming.chat.clone();
    if let Err(error) = incoming.nothing().await {
        chat.get_conversation.execute(&caller.0, id).await?;
        return Err(error);
    }
    Ok(())
}
