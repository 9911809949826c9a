//! Everything a use case may refuse, and why.

use chinwag_domain::{
    Budget, Denied, Invalid, NotLive, Spent, StepRefused,
    ports::{AppendError, PasswordError, StorageError, TokenError},
};
use schemars::JsonSchema;
use serde::Serialize;

/// One field of a request that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the body, or the name of a query parameter.
    pub pointer: String,
    /// What would fit.
    pub detail: String,
}

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What a client is told, as a stable code; [`crate::Problem`] holds the table.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the messages say it
pub enum Error {
    #[error("the request cannot be read: {0}")]
    Malformed(String),
    #[error("the request has fields that do not fit")]
    Invalid(Vec<FieldError>),
    #[error("a bearer token is needed")]
    TokenMissing,
    #[error("the token has expired; get a new one")]
    TokenExpired,
    #[error("the token is not valid")]
    TokenInvalid,
    #[error("this sign-in has ended; sign in again")]
    SessionRevoked,
    #[error("the account is deactivated")]
    Deactivated,
    #[error("{0}")]
    Forbidden(String),
    #[error("a block stands between the two of you")]
    Blocked,
    #[error("there is no such thing, or it is not yours to see")]
    NotFound,
    #[error("this address does not answer that method")]
    MethodNotAllowed,
    #[error("{0}")]
    Conflict(&'static str),
    #[error("{0}")]
    TooLarge(&'static str),
    #[error("the body must be application/json, or multipart/form-data where files are taken")]
    UnsupportedMediaType,
    #[error("too many requests; wait {retry_after_ms} ms")]
    RateLimited { retry_after_ms: u64, budget: Option<Budget> },
    #[error("the server is busy; try again")]
    Overloaded,
    #[error("this cannot be answered now; try again")]
    Unavailable(#[source] Source),
    #[error("the server failed; the request id tells its operators more")]
    Internal(#[source] Source),
}

impl Error {
    /// One field that does not fit.
    pub fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { pointer: pointer.into(), detail: detail.into() }])
    }

    /// A body or a frame that is no JSON, by what its reader says.
    pub fn no_json(error: &serde_json::Error) -> Self {
        Self::Malformed(format!("it is no valid JSON: {error}"))
    }

    /// Too much, of something that is not counted by time.
    pub fn wait(retry_after_ms: u64) -> Self {
        Self::RateLimited { retry_after_ms, budget: None }
    }

    /// Gathers what does not fit; fine when nothing is listed.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all of them.
    pub fn unless_empty(errors: Vec<FieldError>) -> Result<(), Self> {
        if errors.is_empty() { Ok(()) } else { Err(Self::Invalid(errors)) }
    }
}

impl FieldError {
    /// A field and what would fit.
    pub fn new(pointer: impl Into<String>, invalid: &Invalid) -> Self {
        Self { pointer: pointer.into(), detail: invalid.to_string() }
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(source) => Self::Unavailable(source),
            StorageError::Internal(source) => Self::Internal(source),
        }
    }
}

impl From<AppendError> for Error {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::NotParticipant => Self::NotFound,
            AppendError::Blocked => Self::Blocked,
            AppendError::ClientIdReused => {
                Self::Conflict("another message was sent under this client_id")
            }
            AppendError::Storage(error) => error.into(),
        }
    }
}

impl From<Spent> for Error {
    fn from(spent: Spent) -> Self {
        let wait = spent.wait.as_nanos().div_ceil(1_000_000);
        let retry_after_ms = u64::try_from(wait).unwrap_or(u64::MAX);
        Self::RateLimited { retry_after_ms, budget: Some(spent.budget) }
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Blocked => Self::Blocked,
            denied => Self::Forbidden(denied.to_string()),
        }
    }
}

impl From<StepRefused> for Error {
    fn from(refused: StepRefused) -> Self {
        match refused {
            StepRefused::OwnProposal => Self::Forbidden(refused.to_string()),
            StepRefused::NoWay => {
                Self::Conflict("the meeting cannot go there from where it stands")
            }
            StepRefused::NotAhead => Self::field("/scheduled_at", refused.to_string()),
        }
    }
}

impl From<NotLive> for Error {
    fn from(_: NotLive) -> Self {
        Self::Conflict("the location is not live")
    }
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Expired => Self::TokenExpired,
            TokenError::Invalid => Self::TokenInvalid,
            TokenError::Unavailable(source) => Self::Unavailable(source),
        }
    }
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Self {
        Self::Internal(error.0)
    }
}
