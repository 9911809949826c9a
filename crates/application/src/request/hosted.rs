//! What a host application says about its people.

use chinwag_domain::{HostRecord, UserId, limits};
use serde::Deserialize;

use super::check::{Checks, double_option};
use crate::Error;

/// A person's record. Absent: left as it is; null: taken away.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::option_option)] // null and absent mean different things
pub struct HostedUser {
    #[serde(default, with = "double_option")]
    username: Option<Option<String>>,
    name: Option<String>,
    #[serde(default, with = "double_option")]
    avatar_url: Option<Option<String>>,
    active: Option<bool>,
}

/// The same as a line of many.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::option_option)] // null and absent mean different things
pub struct HostedLine {
    id: UserId,
    #[serde(default, with = "double_option")]
    username: Option<Option<String>>,
    name: Option<String>,
    #[serde(default, with = "double_option")]
    avatar_url: Option<Option<String>>,
    active: Option<bool>,
}

impl HostedLine {
    /// As [`HostedUser::record`].
    pub(crate) fn record(self, own_accounts: bool) -> Result<HostRecord, Error> {
        let Self { id, username, name, avatar_url, active } = self;
        HostedUser { username, name, avatar_url, active }.record(id, own_accounts)
    }
}

impl HostedUser {
    /// The record, once everything fits. Where this server keeps the accounts, a username is what
    /// a person signs in with, and theirs alone to choose.
    pub(crate) fn record(self, id: UserId, own_accounts: bool) -> Result<HostRecord, Error> {
        let Self { username, name, avatar_url, active } = self;
        let mut checks = Checks::default();
        if own_accounts {
            let detail = "is chosen at registration, since this server keeps the accounts";
            checks.unless(username.is_none(), "/username", detail);
        } else if let Some(Some(username)) = &username {
            checks.line(username, limits::USERNAME_CHARS, "/username");
        }
        if let Some(name) = &name {
            checks.line(name, limits::NAME_CHARS, "/name");
        }
        if let Some(Some(url)) = &avatar_url {
            checks.web_url(url, "/avatar_url");
        }
        checks.done()?;
        Ok(HostRecord { id, username, name, avatar_url, active })
    }
}
