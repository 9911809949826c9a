//! Requests of local accounts.

use chinwag_domain::limits;
use schemars::JsonSchema;
use serde::Deserialize;

use super::check::{Checks, LINE};
use crate::Error;

/// A new account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// What one signs in with.
    #[schemars(length(min = 2, max = limits::USERNAME_CHARS), regex(pattern = "^[A-Za-z0-9._-]+$"))]
    pub(crate) username: String,
    #[schemars(length(min = 8, max = 256))]
    pub(crate) password: String,
    /// What others see; without it the username.
    #[schemars(length(min = 1, max = limits::NAME_CHARS), regex(pattern = LINE))]
    pub(crate) name: Option<String>,
}

/// A sign-in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    pub(crate) username: String,
    pub(crate) password: String,
}

/// A refresh token to be exchanged or ended.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// From the last answer; good once.
    pub(crate) refresh_token: String,
}

/// A sign-in by name alone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GuestName {
    /// What others see.
    #[schemars(length(min = 1, max = limits::NAME_CHARS), regex(pattern = LINE))]
    pub(crate) name: String,
}

impl Registration {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut checks = Checks::default();
        let username = (2..=64).contains(&self.username.len())
            && self.username.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        checks.unless(username, "/username", "must be 2 to 64 characters of A-Z a-z 0-9 . _ -");
        // Long ones are hashed whole; the bound only keeps bodies sensible.
        let length = self.password.chars().count();
        checks.unless((8..=256).contains(&length), "/password", "must be 8 to 256 characters");
        if let Some(name) = &self.name {
            checks.line(name, limits::NAME_CHARS, "/name");
        }
        checks.done()
    }
}

impl GuestName {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut checks = Checks::default();
        checks.line(&self.name, limits::NAME_CHARS, "/name");
        checks.done()
    }
}
