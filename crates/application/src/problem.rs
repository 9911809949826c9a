//! RFC 9457 problems: the one table from error to code, status and title.

use serde::Serialize;

use crate::{Error, FieldError};

/// A problem as it goes over REST (`application/problem+json`) and in socket replies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    /// Stable name.
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

/// Code, status, title, and whether it passes.
const fn row(error: &Error) -> (&'static str, u16, &'static str, bool) {
    match error {
        Error::Malformed(_) => ("validation_failed", 400, "Not JSON", false),
        Error::Invalid(_) => ("validation_failed", 422, "Fields do not fit", false),
        Error::TokenMissing => ("token_missing", 401, "Token missing", false),
        Error::TokenExpired => ("token_expired", 401, "Token expired", false),
        Error::TokenInvalid => ("token_invalid", 401, "Token not valid", false),
        Error::SessionRevoked => ("session_revoked", 401, "Signed out", false),
        Error::Deactivated => ("account_deactivated", 403, "Account deactivated", false),
        Error::Forbidden(_) => ("forbidden", 403, "Not allowed", false),
        Error::Blocked => ("blocked", 403, "Blocked", false),
        Error::NotFound => ("not_found", 404, "Not found", false),
        Error::MethodNotAllowed => ("method_not_allowed", 405, "Method not allowed", false),
        Error::Conflict(_) => ("conflict", 409, "Conflict", false),
        Error::TooLarge(_) => ("payload_too_large", 413, "Too large", false),
        Error::UnsupportedMediaType => {
            ("unsupported_media_type", 415, "Unsupported media type", false)
        }
        Error::RateLimited { .. } => ("rate_limited", 429, "Too many requests", true),
        Error::Overloaded => ("overloaded", 503, "Busy", true),
        Error::Unavailable(_) => ("unavailable", 503, "Unavailable", true),
        Error::Internal(_) => ("internal", 500, "Server fault", false),
    }
}

impl Error {
    /// The stable name of the problem.
    pub fn code(&self) -> &'static str {
        row(self).0
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        row(self).1
    }
}

impl Problem {
    /// What a client is told. What is inside the server is logged here, once,
    /// beside the request id, and goes no further.
    pub fn new(error: &Error, request_id: Option<&str>) -> Self {
        if let Error::Unavailable(source) | Error::Internal(source) = error {
            tracing::error!(code = error.code(), request_id, error = ?source, "request failed");
        }
        let (code, status, title, temporary) = row(error);
        Self {
            kind: format!("/problems/{code}"),
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
}
