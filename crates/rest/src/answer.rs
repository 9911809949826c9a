//! What use cases return, as HTTP answers.
#![allow(clippy::unnecessary_wraps)] // handlers end with these

use actix_web::{HttpRequest, HttpResponse, http::header};
use chinwag_application::{Sent, view::ListView};
use serde::Serialize;
use url::form_urlencoded;

use crate::problem::Refusal;

/// What a handler returns.
pub(crate) type Answer = Result<HttpResponse, Refusal>;

/// 200 with a view.
pub(crate) fn ok(view: impl Serialize) -> Answer {
    Ok(HttpResponse::Ok().json(view))
}

/// 201 with a view.
pub(crate) fn created(view: impl Serialize) -> Answer {
    Ok(HttpResponse::Created().json(view))
}

/// 201 with a view that can be had again at `location`.
pub(crate) fn created_at(location: String, view: impl Serialize) -> Answer {
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(view))
}

/// 204.
pub(crate) fn nothing() -> Answer {
    Ok(HttpResponse::NoContent().finish())
}

/// 201 for a message that is new, 200 for one that was there.
pub(crate) fn sent(request: &HttpRequest, sent: Sent) -> Answer {
    if sent.duplicate {
        return ok(sent);
    }
    // Both routes that send end in `/messages`, one of them below a conversation.
    let path = request.path();
    let base = path.rfind("/conversations/").or_else(|| path.rfind("/messages"));
    let base = base.map_or("", |end| &path[..end]);
    created_at(format!("{base}/messages/{}", sent.message.message.id), sent)
}

/// 200 with a list, and a link to where it goes on.
pub(crate) fn list<T: Serialize>(request: &HttpRequest, view: ListView<T>) -> Answer {
    let mut response = HttpResponse::Ok();
    if let Some(cursor) = &view.next_cursor {
        let kept = form_urlencoded::parse(request.query_string().as_bytes())
            .filter(|(name, _)| !matches!(name.as_ref(), "cursor" | "page" | "around"));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept)
            .append_pair("cursor", cursor)
            .finish();
        let link = format!("<{}?{query}>; rel=\"next\"", request.uri().path());
        response.insert_header((header::LINK, link));
    }
    Ok(response.json(view))
}
