//! What a host application says about its people.

use chinwag_domain::{HostRecord, UserId, limits};
use schemars::JsonSchema;
use serde::Deserialize;

use super::check::{Checks, LINE, WEB_URL, double_option};
use crate::Error;

/// What a host application may say about a person, beside the fields that a record of its own begins with.
/// A macro, since a record within a record cannot refuse unknown fields.
macro_rules! host_record {
    ($(#[$about:meta])* $name:ident { $($field:ident: $type:ty),* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[allow(clippy::option_option)] // null and absent mean different things
        pub struct $name {
            $($field: $type,)*
            #[serde(default, deserialize_with = "double_option")]
            #[schemars(with = "Option<String>", length(min = 1, max = limits::USERNAME_CHARS), regex(pattern = LINE))]
            username: Option<Option<String>>,
            #[schemars(length(min = 1, max = limits::NAME_CHARS), regex(pattern = LINE))]
            name: Option<String>,
            /// http or https.
            #[serde(default, deserialize_with = "double_option")]
            #[schemars(with = "Option<String>", length(max = limits::URL_CHARS), regex(pattern = WEB_URL))]
            avatar_url: Option<Option<String>>,
            /// Whether the account is let in.
            active: Option<bool>,
        }
    };
}

host_record! {
    /// A person's record. Absent: left as it is; null: taken away.
    HostedUser {}
}

host_record! {
    /// The same as a line of many.
    HostedLine { id: UserId }
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
