//! Sign-ins of local accounts, and what a verified token says.

use crate::{AppRole, Profile, SessionId, Timestamp, UserId};

/// What a verified access token says about its bearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    /// Whom it speaks for.
    pub subject: UserId,
    /// The sign-in it belongs to; `None` for tokens of a host application.
    pub session: Option<SessionId>,
    /// What it says about the person.
    pub profile: Profile,
    /// The application role.
    pub role: AppRole,
    /// From then on it is refused.
    pub expires_at: Timestamp,
}

/// One sign-in: a family of refresh tokens, of which only the newest is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names the sign-in and its family of refresh tokens.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// SHA-256 of the newest refresh token.
    pub refresh_hash: Vec<u8>,
    /// What the client called itself, up to 256 characters.
    pub user_agent: Option<String>,
    /// Signed in.
    pub created_at: Timestamp,
    /// Refreshed last.
    pub refreshed_at: Timestamp,
    /// The refresh token is good until then.
    pub expires_at: Timestamp,
    /// Signed out, revoked, or refused after a refresh token was used twice.
    pub revoked_at: Option<Timestamp>,
}

/// Whether a sign-in still stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// It stands.
    Active,
    /// Signed out or revoked.
    Revoked,
}
