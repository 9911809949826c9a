//! RFC 9457 problems: the one table from error to code, status and title.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::{Error, FieldError};

/// A problem as it goes over REST (`application/problem+json`) and in socket replies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// A page about this kind of problem, relative to the server.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short, the same for every problem of the kind.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What was wrong here, and what to do.
    pub detail: String,
    /// Stable name, to go by.
    #[schemars(schema_with = "codes")]
    pub code: &'static str,
    /// Found again in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Whether the same request may succeed later.
    pub temporary: bool,
    /// Fields that do not fit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// How long to wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl Problem {
    /// What `Retry-After` says over HTTP (RFC 9110, 10.2.3): whole seconds, at least one; `None` where
    /// waiting changes nothing.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        let seconds = self.retry_after_ms.map_or(1, |wait| wait.div_ceil(1_000).max(1));
        self.temporary.then_some(seconds)
    }

    /// What `WWW-Authenticate` says over HTTP (RFC 6750, 3); `None` but for a 401.
    pub fn challenge(&self) -> Option<&'static str> {
        match (self.status, self.code) {
            (401, "token_missing") => Some(r#"Bearer realm="chinwag""#),
            (401, _) => Some(r#"Bearer realm="chinwag", error="invalid_token""#),
            _ => None,
        }
    }
}

fn codes(_: &mut SchemaGenerator) -> Schema {
    let mut codes: Vec<_> = ProblemKind::ALL.iter().map(|kind| kind.code).collect();
    codes.dedup();
    json_schema!({ "type": "string", "enum": codes })
}

/// A row of the table of problems: what they have in common, whatever was wrong in one.
#[derive(Debug, PartialEq, Eq)]
#[allow(missing_docs)] // as in `Problem`
pub struct ProblemKind {
    pub code: &'static str,
    pub status: u16,
    pub title: &'static str,
    pub temporary: bool,
    /// What it means.
    pub meaning: &'static str,
    /// What to do about it.
    pub cure: &'static str,
}

impl ProblemKind {
    /// Every problem there is. Two have one code: a body that is no JSON, and one that does not fit.
    pub const ALL: [&'static Self; 18] = [
        &MALFORMED,
        &INVALID,
        &TOKEN_MISSING,
        &TOKEN_EXPIRED,
        &TOKEN_INVALID,
        &SESSION_REVOKED,
        &DEACTIVATED,
        &FORBIDDEN,
        &BLOCKED,
        &NOT_FOUND,
        &METHOD_NOT_ALLOWED,
        &CONFLICT,
        &TOO_LARGE,
        &UNSUPPORTED_MEDIA_TYPE,
        &RATE_LIMITED,
        &OVERLOADED,
        &UNAVAILABLE,
        &INTERNAL,
    ];

    const fn lasting(code: &'static str, status: u16, title: &'static str) -> Self {
        Self { code, status, title, temporary: false, meaning: "", cure: "" }
    }

    const fn passing(code: &'static str, status: u16, title: &'static str) -> Self {
        Self { code, status, title, temporary: true, meaning: "", cure: "" }
    }

    const fn means(self, meaning: &'static str, cure: &'static str) -> Self {
        Self { meaning, cure, ..self }
    }

    /// Where the page about it is, relative to the server.
    pub fn path(&self) -> String {
        format!("/problems/{}", self.code)
    }
}

static MALFORMED: ProblemKind = ProblemKind::lasting("validation_failed", 400, "Not readable")
    .means(
        "The request cannot be read: its body is not JSON, no form or no gzip where it says so, broke off, or did not arrive in time; or it is no WebSocket handshake where one is needed.",
        "Go by detail. A body is one JSON object in UTF-8, with the content type application/json; files come in a form, as multipart/form-data.",
    );
static INVALID: ProblemKind =
    ProblemKind::lasting("validation_failed", 422, "Fields do not fit").means(
        "The request can be read, but a field or a query parameter is missing, unknown, given twice, or has a value that does not fit.",
        "Mend what errors names: a JSON pointer into the body, or the name of a query parameter, and what would fit. A field that nobody knows is refused, so that a typo does not pass silently.",
    );
static TOKEN_MISSING: ProblemKind = ProblemKind::lasting("token_missing", 401, "Token missing")
    .means(
        "This needs to know who asks, and there was no token.",
        "Sign in, and send the access token as Authorization: Bearer <token>, never in the URL. On a socket, send authenticate first.",
    );
static TOKEN_EXPIRED: ProblemKind = ProblemKind::lasting("token_expired", 401, "Token expired")
    .means(
        "The access token was good, and its time is over.",
        "Get a new one: POST /api/v1/auth/refresh with the refresh token, or ask whoever signed it.",
    );
static TOKEN_INVALID: ProblemKind = ProblemKind::lasting("token_invalid", 401, "Token not valid")
    .means(
        "The token is not one that this server takes: wrong signature, issuer or audience, no subject, or no JWT at all.",
        "Sign in again. If your application signs tokens, compare secret or key, algorithm, issuer and audience with auth.* of the server's configuration.",
    );
static SESSION_REVOKED: ProblemKind = ProblemKind::lasting("session_revoked", 401, "Signed out")
    .means(
        "The sign-in that this token belongs to has ended: somebody signed out, ended it, or used an old refresh token again.",
        "Sign in again.",
    );
static DEACTIVATED: ProblemKind =
    ProblemKind::lasting("account_deactivated", 403, "Account deactivated").means(
        "The account is deactivated, and nobody is let in with it.",
        "An application admin can let it in again: PUT /api/v1/users/{id} with active true.",
    );
static FORBIDDEN: ProblemKind = ProblemKind::lasting("forbidden", 403, "Not allowed").means(
    "You may see it, but not do that to it. Some things are for the admins of a group or of the application.",
    "The detail says what is missing. Asking again changes nothing.",
);
static BLOCKED: ProblemKind = ProblemKind::lasting("blocked", 403, "Blocked").means(
    "One of the two has blocked the other; between them there are no direct messages.",
    "Nothing, until the block is taken back.",
);
static NOT_FOUND: ProblemKind = ProblemKind::lasting("not_found", 404, "Not found").means(
    "There is no such thing, or it is not yours to see; which of them is not told.",
    "Check the address and the id. A conversation that you are not in any more is not found either.",
);
static METHOD_NOT_ALLOWED: ProblemKind =
    ProblemKind::lasting("method_not_allowed", 405, "Method not allowed").means(
        "The address exists and does not answer that method.",
        "The header Allow names those that it answers.",
    );
static CONFLICT: ProblemKind = ProblemKind::lasting("conflict", 409, "Conflict").means(
    "It cannot be done as things stand now.",
    "The detail says with what it collides. A client_id that was used for another message is never free again: take a new one.",
);
static TOO_LARGE: ProblemKind = ProblemKind::lasting("payload_too_large", 413, "Too large").means(
    "There is more in the request than the server takes.",
    "A JSON body may have 256 KiB, also unpacked; a frame 128 KiB; a file media.max_bytes of the server's configuration.",
);
static UNSUPPORTED_MEDIA_TYPE: ProblemKind =
    ProblemKind::lasting("unsupported_media_type", 415, "Unsupported media type").means(
        "The body is of a kind that is not taken here.",
        "Send application/json, plain or with Content-Encoding: gzip; multipart/form-data where files are taken.",
    );
static RATE_LIMITED: ProblemKind = ProblemKind::passing("rate_limited", 429, "Too many requests")
    .means(
        "More was asked than one person or one address may ask for now, or too many sockets are open.",
        "Wait retry_after_ms (over HTTP also Retry-After, in seconds) and ask again. RateLimit and RateLimit-Policy say what is left.",
    );
static OVERLOADED: ProblemKind = ProblemKind::passing("overloaded", 503, "Busy").means(
    "The server has more to do than it can now, or is stopping.",
    "Ask again after a moment; send a message again under the same client_id, and it is there once.",
);
static UNAVAILABLE: ProblemKind = ProblemKind::passing("unavailable", 503, "Unavailable").means(
    "Something that the server needs does not answer, its database for instance.",
    "Ask again after a moment; send a message again under the same client_id, and it is there once.",
);
static INTERNAL: ProblemKind = ProblemKind::lasting("internal", 500, "Server fault").means(
    "The server failed. It is not your fault, and the reason is in its log alone.",
    "Give request_id to whoever runs the server: the log names the reason beside it.",
);

fn kind(error: &Error) -> &'static ProblemKind {
    match error {
        Error::Malformed(_) => &MALFORMED,
        Error::Invalid(_) => &INVALID,
        Error::TokenMissing => &TOKEN_MISSING,
        Error::TokenExpired => &TOKEN_EXPIRED,
        Error::TokenInvalid => &TOKEN_INVALID,
        Error::SessionRevoked => &SESSION_REVOKED,
        Error::Deactivated => &DEACTIVATED,
        Error::Forbidden(_) => &FORBIDDEN,
        Error::Blocked => &BLOCKED,
        Error::NotFound => &NOT_FOUND,
        Error::MethodNotAllowed => &METHOD_NOT_ALLOWED,
        Error::Conflict(_) => &CONFLICT,
        Error::TooLarge(_) => &TOO_LARGE,
        Error::UnsupportedMediaType => &UNSUPPORTED_MEDIA_TYPE,
        Error::RateLimited { .. } => &RATE_LIMITED,
        Error::Overloaded => &OVERLOADED,
        Error::Unavailable(_) => &UNAVAILABLE,
        Error::Internal(_) => &INTERNAL,
    }
}

impl Error {
    /// The stable name of the problem.
    pub fn code(&self) -> &'static str {
        kind(self).code
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        kind(self).status
    }
}

impl Problem {
    /// What a client is told. What is inside the server is logged here, once,
    /// beside the request id, and goes no further.
    pub fn new(error: &Error, request_id: Option<&str>) -> Self {
        if let Error::Unavailable(source) | Error::Internal(source) = error {
            tracing::error!(code = error.code(), request_id, error = ?source, "request failed");
        }
        let kind = kind(error);
        let ProblemKind { code, status, title, temporary, .. } = *kind;
        Self {
            kind: kind.path(),
            title,
            status,
            detail: error.to_string(),
            code,
            request_id: request_id.map(str::to_owned),
            temporary,
            errors: match error {
                Error::Invalid(errors) => errors.clone(),
                _ => Vec::new(),
            },
            retry_after_ms: match error {
                Error::RateLimited { retry_after_ms, .. } => Some(*retry_after_ms),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_internal_leaks() {
        let error = Error::Internal("password of the database".into());
        let problem = serde_json::to_string(&Problem::new(&error, Some("r1"))).unwrap();
        assert!(!problem.contains("database"), "{problem}");
        assert!(problem.contains("\"request_id\":\"r1\""));
    }

    #[test]
    fn waiting_is_told_in_whole_seconds_and_only_where_it_helps() {
        let seconds = |error: &Error| Problem::new(error, None).retry_after_seconds();
        assert_eq!(seconds(&Error::NotFound), None);
        assert_eq!(seconds(&Error::Overloaded), Some(1));
        for (ms, told) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2)] {
            assert_eq!(seconds(&Error::wait(ms)), Some(told), "{ms}");
        }
    }

    #[test]
    fn a_challenge_is_for_who_is_not_known() {
        let challenge = |error: &Error| Problem::new(error, None).challenge();
        assert_eq!(challenge(&Error::TokenMissing), Some(r#"Bearer realm="chinwag""#));
        let invalid = Some(r#"Bearer realm="chinwag", error="invalid_token""#);
        assert_eq!(challenge(&Error::TokenExpired), invalid);
        assert_eq!(challenge(&Error::Forbidden(String::new())), None);
    }
}
