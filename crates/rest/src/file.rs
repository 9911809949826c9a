//! A file as an HTTP answer: whole, in part, or not at all because the client
//! has it. Its own host's pages are safe from it whatever it is: nothing is
//! sniffed, nothing runs, and what a browser could run is saved.

mod name;
mod range;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    body::{BodySize, BoxBody, MessageBody, SizedStream},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap},
    },
};
use bytes::Bytes;
use chinwag_application::Error;
use chinwag_domain::{Media, ports::BlobReader};
use futures_util::stream;
use std::{
    convert::Infallible,
    ops::Range,
    pin::Pin,
    task::{Context, Poll},
};

use crate::{answer::Answer, incoming::Incoming};
use range::Asked;

/// The answer to who may have it.
pub(crate) async fn answer(incoming: &Incoming, media: &Media) -> Answer {
    let etag = etag(media);
    let headers = incoming.http.headers();
    if is_known(headers, &etag) {
        let mut unchanged = HttpResponse::NotModified();
        return Ok(add_headers(&mut unchanged, media, &etag).finish());
    }
    let (status, part) = match asked(&incoming.http, &etag, media.size) {
        Asked::All => (StatusCode::OK, 0..media.size),
        Asked::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Asked::Outside => {
            let whole = format!("bytes */{}", media.size);
            let mut refused = HttpResponse::RangeNotSatisfiable();
            return Ok(refused.insert_header((header::CONTENT_RANGE, whole)).finish());
        }
    };
    let mut response = HttpResponse::build(status);
    add_headers(&mut response, media, &etag);
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{}", part.start, part.end - 1, media.size);
        response.insert_header((header::CONTENT_RANGE, range));
    }
    response
        .insert_header((header::CONTENT_TYPE, content_type(media)))
        .insert_header((header::CONTENT_DISPOSITION, name::disposition(media)));
    let body = body(incoming, media, part).await?;
    Ok(response.body(body))
}

async fn body(incoming: &Incoming, media: &Media, part: Range<u64>) -> Result<BoxBody, Error> {
    let length = part.end - part.start;
    if incoming.http.method() == Method::HEAD {
        return Ok(BoxBody::new(Unsent(length)));
    }
    let reader = incoming.chat.get_media.open(media, part).await?;
    let pieces = stream::unfold(Some(reader), |reader: Option<Box<dyn BlobReader>>| async move {
        let mut reader = reader?;
        match reader.next().await {
            Ok(Some(piece)) => Some((Ok(piece), Some(reader))),
            Ok(None) => None,
            Err(error) => {
                // Too late for a problem: the connection ends before the length is reached.
                tracing::warn!(?error, "a file breaks off");
                Some((Err(error), None))
            }
        }
    });
    Ok(BoxBody::new(SizedStream::new(length, Box::pin(pieces))))
}

fn add_headers<'a>(
    response: &'a mut HttpResponseBuilder,
    media: &Media,
    etag: &str,
) -> &'a mut HttpResponseBuilder {
    debug_assert!(media.size > 0);
    response
        .insert_header((header::ETAG, etag))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        // Kept, but asked for each time: who may see it can change.
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
}

fn content_type(media: &Media) -> String {
    let mime_type = &media.file_type.mime_type;
    if mime_type.starts_with("text/") {
        format!("{mime_type}; charset=utf-8")
    } else {
        mime_type.clone()
    }
}

/// The bytes themselves name their version.
fn etag(media: &Media) -> String {
    format!("\"{}\"", media.fingerprint())
}

/// Whether the client has this version already (RFC 9110, 13.1.2).
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers.get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).any(|value| {
        let tags = value.split(',').map(str::trim);
        tags.map(|tag| tag.strip_prefix("W/").unwrap_or(tag)).any(|tag| tag == "*" || tag == etag)
    })
}

/// What of it is asked for. Only GET asks for parts, and only of the version that the client knows,
/// where it names one.
fn asked(request: &HttpRequest, etag: &str, size: u64) -> Asked {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let same = text(header::IF_RANGE).is_none_or(|version| version.trim() == etag);
    match text(header::RANGE) {
        Some(range) if same && request.method() == Method::GET => range::asked(range, size),
        _ => Asked::All,
    }
}

/// A body that is not sent, of that length: the answer to HEAD.
struct Unsent(u64);

impl MessageBody for Unsent {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.0)
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}
