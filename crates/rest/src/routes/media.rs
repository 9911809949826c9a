//! Files: bringing them in and having them back.

use actix_web::{FromRequest as _, HttpRequest, dev::Payload, http::header};
use chinwag_application::{Error, FieldError, view::Items};
use url::form_urlencoded;

use crate::{
    answer::{Answer, created, ok},
    file,
    identity::Caller,
    incoming::Incoming,
    multipart::{Form, Patience, receive},
    params,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    config
        .service(at("/media").post(upload).done())
        .service(at("/media/{media_id}").params(&["token"]).get(read).done())
        .service(at("/media/{media_id}/link").get(link).done())
        .service(at("/media/{media_id}/content").put(fill).done());
}

async fn upload(caller: Caller, incoming: Incoming) -> Answer {
    let chat = incoming.chat.clone();
    let files = Form::of(incoming, caller.0)?.files().await?;
    if files.is_empty() {
        return Err(Error::field("/files", "must be at least 1").into());
    }
    created(Items { items: chat.store_media.attachments(&files) })
}

/// A link says who looks; who has none says it as everywhere.
async fn read(incoming: Incoming) -> Answer {
    let get = &incoming.chat.get_media;
    let media = if let Some(token) = incoming.params().text("token") {
        params::check_names(&incoming.http)?;
        get.by_link(incoming.id("media_id")?, &token).await?
    } else {
        let caller = Caller::from_request(&incoming.http, &mut Payload::None).await?;
        get.execute(&caller.0, incoming.id("media_id")?).await?
    };
    file::answer(&incoming, &media).await
}

async fn link(caller: Caller, incoming: Incoming) -> Answer {
    let id = incoming.id("media_id")?;
    ok(incoming.chat.get_media.link(&caller.0, id).await?)
}

/// Only the slot's token counts, and only here does one stand in a URL to be written to.
async fn fill(incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("media_id")?);
    let token = slot_token(&incoming.http)?;
    if !is_plain(&incoming.http) {
        return Err(Error::UnsupportedMediaType.into());
    }
    let upload = chat.fill_slot.enter(id, &token, length(&incoming.http)).await?;
    let patience = Patience::of(&incoming.options(), &chat);
    let media = receive(upload, incoming.into_payload(), patience).await?;
    ok(chat.store_media.attachments(&[media]).into_iter().next())
}

fn slot_token(request: &HttpRequest) -> Result<String, Error> {
    let mut tokens = Vec::new();
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        if name != "token" {
            let detail = "is not known here; there is token".to_owned();
            return Err(Error::Invalid(vec![FieldError { pointer: name.into_owned(), detail }]));
        }
        tokens.push(value.into_owned());
    }
    // None, or two of them, are as good as a wrong one.
    if tokens.len() == 1 { tokens.pop().ok_or(Error::NotFound) } else { Err(Error::NotFound) }
}

/// The bytes themselves, and not packed in anything.
fn is_plain(request: &HttpRequest) -> bool {
    let packed = request.headers().get(header::CONTENT_ENCODING);
    packed.is_none_or(|packed| packed.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn length(request: &HttpRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
