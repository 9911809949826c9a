//! Request bodies as bytes: JSON, in time, and not too many. What is in them
//! is read by the use cases, after they have checked who asks.

use actix_web::{
    dev::Payload,
    http::header::{self, HeaderMap},
    rt::time::timeout,
};
use bytes::{Bytes, BytesMut};
use chinwag_application::Error;
use futures_util::StreamExt as _;

use crate::{RestOptions, gzip};

/// Bytes of a body, at most.
const LIMIT: usize = 256 * 1024;
const TOO_LARGE: Error = Error::TooLarge("a body may have at most 256 KiB");

/// The body; an empty one needs no content type.
pub(crate) async fn read(
    headers: &HeaderMap,
    payload: Payload,
    options: &RestOptions,
) -> Result<Bytes, Error> {
    if declared(headers).is_some_and(|length| length > LIMIT) {
        return Err(TOO_LARGE);
    }
    match timeout(options.body_patience, collect(payload, is_json(headers))).await {
        Ok(body) if is_gzip(headers) => unpack(&body?),
        Ok(body) => body,
        Err(_) => Err(Error::Malformed("it did not arrive in time".to_owned())),
    }
}

async fn collect(mut payload: Payload, json: bool) -> Result<Bytes, Error> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Error::Malformed("it broke off".to_owned()))?;
        if !json && !chunk.is_empty() {
            return Err(Error::UnsupportedMediaType);
        }
        if body.len() + chunk.len() > LIMIT {
            return Err(TOO_LARGE);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn unpack(packed: &[u8]) -> Result<Bytes, Error> {
    gzip::unpack(packed, LIMIT).map_err(|failed| match failed {
        gzip::Failed::TooLarge => TOO_LARGE,
        gzip::Failed::NotGzip => Error::Malformed("it is no gzip, or broken".to_owned()),
    })
}

fn declared(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Whether it is packed, once.
fn is_gzip(headers: &HeaderMap) -> bool {
    let encoding = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("gzip"))
}

/// `application/json` in UTF-8, and not packed in anything but gzip.
fn is_json(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let plain = text(header::CONTENT_ENCODING)
        .is_none_or(|it| it.eq_ignore_ascii_case("identity") || is_gzip(headers));
    let Some(kind) = text(header::CONTENT_TYPE) else { return false };
    let mut parts = kind.split(';').map(str::trim);
    let json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    plain && json && utf8
}
