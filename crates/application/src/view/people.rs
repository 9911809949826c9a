//! People, their sign-ins and their receipts.

use chinwag_domain::{AppRole, Session, SessionId, Timestamp, User, UserId, UserSummary};
use schemars::JsonSchema;
use serde::Serialize;

/// What a person sees of themselves.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[allow(missing_docs)] // the protocol's names
pub struct OwnProfile {
    #[serde(flatten)]
    pub user: UserSummary,
    pub role: AppRole,
    pub last_seen_at: Option<Timestamp>,
}

/// What an application admin sees of a person.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[allow(missing_docs)] // the protocol's names
pub struct HostedProfile {
    #[serde(flatten)]
    pub user: UserSummary,
    /// That of the token seen last.
    pub role: AppRole,
    /// Whether the account is let in.
    pub active: bool,
    pub last_seen_at: Option<Timestamp>,
}

impl From<User> for HostedProfile {
    fn from(user: User) -> Self {
        let active = user.deactivated_at.is_none();
        Self { user: user.summary, role: user.role, active, last_seen_at: user.last_seen_at }
    }
}

/// What everybody sees of a person.
pub type PublicProfile = UserSummary;

impl OwnProfile {
    /// The role is that of the current token.
    pub(crate) fn new(user: User, role: AppRole) -> Self {
        Self { user: user.summary, role, last_seen_at: user.last_seen_at }
    }
}

/// What a sign-in answers.
#[derive(Clone, Serialize, JsonSchema)]
#[schemars(rename = "Tokens")]
#[allow(missing_docs)] // the protocol's names
pub struct TokensView {
    pub user: OwnProfile,
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// For `POST /auth/refresh`, once.
    pub refresh_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds that the access token is good for.
    pub expires_in: i64,
}

/// One of a person's sign-ins.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Session")]
#[allow(missing_docs)] // the names say it
pub struct SessionView {
    pub id: SessionId,
    pub user_agent: Option<String>,
    pub created_at: Timestamp,
    pub refreshed_at: Timestamp,
    pub expires_at: Timestamp,
    /// The one that asks.
    pub current: bool,
}

impl SessionView {
    pub(crate) fn new(session: Session, current: Option<SessionId>) -> Self {
        Self {
            current: Some(session.id) == current,
            id: session.id,
            user_agent: session.user_agent,
            created_at: session.created_at,
            refreshed_at: session.refreshed_at,
            expires_at: session.expires_at,
        }
    }
}

/// Who has received and read a message, and when.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
#[schemars(rename = "Receipts")]
#[allow(missing_docs)] // the protocol's names
pub struct ReceiptsView {
    pub read: Vec<ReceiptEntry>,
    pub delivered: Vec<ReceiptEntry>,
}

/// One person's receipt.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[allow(missing_docs)] // the protocol's names
pub struct ReceiptEntry {
    pub user_id: UserId,
    pub at: Timestamp,
}

/// Who writes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[allow(missing_docs)] // the protocol's names
pub struct TypingUser<'a> {
    pub id: &'a UserId,
    pub name: &'a str,
    pub username: Option<&'a str>,
}

impl<'a> From<&'a UserSummary> for TypingUser<'a> {
    fn from(user: &'a UserSummary) -> Self {
        Self { id: &user.id, name: &user.name, username: user.username.as_deref() }
    }
}
