//! Messages: sending, reading, editing, deleting, reacting.

use chinwag_application::{Actor, request::HistoryQuery};
use chinwag_domain::ConversationId;

use crate::{
    answer::{Answer, list, nothing, ok, sent},
    identity::{Caller, Sender},
    incoming::Incoming,
    multipart::{Form, is_multipart},
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    const HISTORY: &[&str] =
        &["before", "after", "around", "order", "limit", "cursor", "page", "search"];
    let history = at("/conversations/{conversation_id}/messages").params(HISTORY);
    config
        .service(history.get(read).post(send).done())
        .service(at("/messages").post(send_to_person).done())
        .service(at("/messages/{message_id}").get(get).patch(edit).delete(delete).done())
        .service(at("/messages/{message_id}/meeting").patch(meet).done())
        .service(at("/messages/{message_id}/location").patch(relocate).done())
        .service(at("/messages/{message_id}/reactions/{emoji}").put(react).delete(unreact).done());
}

async fn read(caller: Caller, incoming: Incoming) -> Answer {
    let id = incoming.id("conversation_id")?;
    let mut params = incoming.params();
    let query = HistoryQuery {
        before: params.seq("before"),
        after: params.seq("after"),
        around: params.seq("around"),
        order: params.order(),
        limit: params.limit(),
        cursor: params.text("cursor"),
        page: params.page(),
        search: params.text("search"),
    };
    params.done()?;
    let found = incoming.chat.history.execute(&caller.0, id, query).await?;
    list(&incoming.http, found)
}

async fn send(sender: Sender, incoming: Incoming) -> Answer {
    let (chat, http) = (incoming.chat.clone(), incoming.http.clone());
    let id = incoming.id("conversation_id")?;
    if is_multipart(http.headers()) {
        return send_files(sender.0, incoming, Some(id)).await;
    }
    let body = incoming.body().await?;
    sent(&http, chat.send_message.to_conversation(&sender.0, id, &body).await?)
}

async fn send_to_person(sender: Sender, incoming: Incoming) -> Answer {
    let (chat, http) = (incoming.chat.clone(), incoming.http.clone());
    if is_multipart(http.headers()) {
        return send_files(sender.0, incoming, None).await;
    }
    let body = incoming.body().await?;
    sent(&http, chat.send_message.to_person(&sender.0, &body).await?)
}

/// No file is taken in before it is known that its sender may send there.
async fn send_files(actor: Actor, incoming: Incoming, to: Option<ConversationId>) -> Answer {
    let (chat, http) = (incoming.chat.clone(), incoming.http.clone());
    if let Some(id) = to {
        chat.send_message.may_send(&actor, id).await?;
    }
    let mut form = Form::of(incoming, actor.clone())?;
    let message = form.message().await?;
    let request = chat.send_message.expect_files(&actor, to, &message).await?;
    let files = form.files().await?;
    sent(&http, chat.send_message.with_files(&actor, request, &files).await?)
}

async fn get(caller: Caller, incoming: Incoming) -> Answer {
    let id = incoming.id("message_id")?;
    ok(incoming.chat.get_message.execute(&caller.0, id).await?)
}

async fn edit(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("message_id")?);
    ok(chat.edit_message.execute(&caller.0, id, &incoming.body().await?).await?)
}

async fn delete(caller: Caller, incoming: Incoming) -> Answer {
    let id = incoming.id("message_id")?;
    incoming.chat.delete_message.execute(&caller.0, id).await?;
    nothing()
}

async fn meet(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("message_id")?);
    ok(chat.change_meeting.execute(&caller.0, id, &incoming.body().await?).await?)
}

async fn relocate(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("message_id")?);
    ok(chat.move_location.execute(&caller.0, id, &incoming.body().await?).await?)
}

async fn react(caller: Caller, incoming: Incoming) -> Answer {
    let (id, emoji) = (incoming.id("message_id")?, incoming.segment("emoji")?);
    ok(incoming.chat.react.add(&caller.0, id, &emoji).await?)
}

async fn unreact(caller: Caller, incoming: Incoming) -> Answer {
    let (id, emoji) = (incoming.id("message_id")?, incoming.segment("emoji")?);
    ok(incoming.chat.react.remove(&caller.0, id, &emoji).await?)
}
