//! Problems as HTTP answers. Which error is which problem is decided in
//! `chinwag-application`; here is what HTTP adds, and what becomes of errors
//! that come from HTTP itself.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
};
use chinwag_application::{Error, Problem};

/// The content type of problems.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// An error that is to be answered as a problem. Its body is written by
/// [`crate::envelope`], which knows the request's id.
#[derive(Debug)]
pub struct Refusal(pub Error);

impl<E: Into<Error>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// The problem that a failed answer is, and its status.
pub(crate) fn of(
    status: StatusCode,
    error: Option<&actix_web::Error>,
    request_id: &str,
) -> Problem {
    match error.and_then(actix_web::Error::as_error::<Refusal>) {
        Some(refusal) => Problem::new(&refusal.0, Some(request_id)),
        None => foreign(status, error, request_id),
    }
}

/// An error that no use case made: the HTTP layer's, or the host's own.
fn foreign(status: StatusCode, error: Option<&actix_web::Error>, request_id: &str) -> Problem {
    let stands_for = match status {
        StatusCode::UNAUTHORIZED => Error::TokenMissing,
        StatusCode::NOT_FOUND => Error::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Error::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge("the body is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::UnsupportedMediaType,
        StatusCode::SERVICE_UNAVAILABLE => Error::Overloaded,
        _ if status.is_server_error() => {
            let text = error.map_or_else(|| status.to_string(), ToString::to_string);
            Error::Internal(text.into())
        }
        _ => return unreadable(status, request_id),
    };
    Problem { status: status.as_u16(), ..Problem::new(&stands_for, Some(request_id)) }
}

/// What was wrong is said by the status alone: the error's text may quote the request.
fn unreadable(status: StatusCode, request_id: &str) -> Problem {
    Problem {
        kind: "/problems/validation_failed".to_owned(),
        title: status.canonical_reason().unwrap_or("Bad Request"),
        status: status.as_u16(),
        detail: "the request cannot be served as it is".to_owned(),
        code: "validation_failed",
        request_id: Some(request_id.to_owned()),
        temporary: false,
        errors: Vec::new(),
        retry_after_ms: None,
    }
}

/// Adds what HTTP says beside a problem's body.
pub(crate) fn add_headers(headers: &mut HeaderMap, problem: &Problem) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.remove(header::CONTENT_LENGTH);
    if let Some(challenge) = problem.challenge() {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if let Some(seconds) = problem.retry_after_seconds() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// A problem's body.
pub(crate) fn body(problem: &Problem) -> String {
    // Strings and numbers always can be written.
    serde_json::to_string(problem).unwrap_or_default()
}
