//! People: who they are to others, and what the application lets them do.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId};

/// What a person may do in the whole application. Always taken from the
/// current token, never from what is stored.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AppRole {
    /// An ordinary user.
    #[default]
    Member,
    /// May run groups where configuration asks for it.
    Supervisor,
    /// May operate the installation.
    Admin,
}

impl AppRole {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Supervisor => "supervisor",
            Self::Admin => "admin",
        }
    }

    /// Whether a group's admin rights come with it, for a group that its bearer takes part in.
    pub fn moderates(self) -> bool {
        self >= Self::Supervisor
    }

    /// The highest role that one of a token's role names stands for (any case).
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        names
            .into_iter()
            .map(|name| {
                if name.eq_ignore_ascii_case("admin") {
                    Self::Admin
                } else if name.eq_ignore_ascii_case("supervisor") {
                    Self::Supervisor
                } else {
                    Self::Member
                }
            })
            .max()
            .unwrap_or_default()
    }
}

/// What others see of a person beside a message or in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserSummary {
    /// The person.
    pub id: UserId,
    /// Unique name for signing in (local accounts) or as the host application gave it.
    pub username: Option<String>,
    /// Name to show; never empty.
    pub name: String,
    /// Picture, http or https.
    pub avatar_url: Option<String>,
}

impl UserSummary {
    /// A person of whom only the id is known; it stands for the name too.
    pub fn bare(id: UserId) -> Self {
        Self { username: None, name: id.to_string(), avatar_url: None, id }
    }
}

/// What a person or their token says about them. Absent means unknown: it
/// never overwrites what is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Profile {
    /// Name to show, 1 to 100 characters.
    pub name: Option<String>,
    /// Up to 64 characters.
    pub username: Option<String>,
    /// Picture, http or https, up to 2,048 characters.
    pub avatar_url: Option<String>,
}

/// What a person changes about themselves. Absent: left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(clippy::option_option)] // taking the picture away is not leaving it
pub struct ProfileChange {
    /// As in [`Profile`].
    pub name: Option<String>,
    /// As in [`Profile`]; `Some(None)` takes it away.
    pub avatar_url: Option<Option<String>>,
}

/// A person's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// What others see.
    pub summary: UserSummary,
    /// The role seen last; decisions use the current token's.
    pub role: AppRole,
    /// When the last connection ended; `None` before the first.
    pub last_seen_at: Option<Timestamp>,
    /// Since when the account is refused.
    pub deactivated_at: Option<Timestamp>,
    /// Since when nothing but the id is left.
    pub erased_at: Option<Timestamp>,
    /// First seen.
    pub created_at: Timestamp,
    /// Profile changed last.
    pub updated_at: Timestamp,
}

impl User {
    /// A person seen for the first time. Without a name, the username or the id stands in.
    pub fn new(id: UserId, profile: Profile, role: AppRole, now: Timestamp) -> Self {
        let mut user = Self {
            summary: UserSummary::bare(id),
            role,
            last_seen_at: None,
            deactivated_at: None,
            erased_at: None,
            created_at: now,
            updated_at: now,
        };
        let name = profile.name.clone().or_else(|| profile.username.clone());
        user.update(Profile { name, ..profile }, now);
        user
    }

    /// Takes over what the profile says; true when something changed.
    pub fn update(&mut self, profile: Profile, now: Timestamp) -> bool {
        let before = self.summary.clone();
        if let Some(name) = profile.name.filter(|name| !name.trim().is_empty()) {
            self.summary.name = name;
        }
        self.summary.username = profile.username.or(self.summary.username.take());
        self.summary.avatar_url = profile.avatar_url.or(self.summary.avatar_url.take());
        let changed = self.summary != before;
        if changed {
            self.updated_at = now;
        }
        changed
    }

    /// Takes over a person's own change; true when something changed.
    pub fn change(&mut self, change: ProfileChange, now: Timestamp) -> bool {
        let before = self.summary.clone();
        self.summary.name = change.name.unwrap_or(self.summary.name.clone());
        self.summary.avatar_url = change.avatar_url.unwrap_or(self.summary.avatar_url.take());
        let changed = self.summary != before;
        if changed {
            self.updated_at = now;
        }
        changed
    }

    /// Takes over what a later token says, as [`User::new`] made it: profile
    /// and role; true when something changed. A name that only stands in for a
    /// missing one does not replace a real one. Of somebody deactivated it says nothing.
    pub fn see_again(&mut self, seen: &Self) -> bool {
        if self.deactivated_at.is_some() {
            return false;
        }
        let UserSummary { username, name, avatar_url, .. } = seen.summary.clone();
        let real = !seen.name_stands_in() || self.name_stands_in();
        let profile = Profile { name: real.then_some(name), username, avatar_url };
        let role_changed = self.role != seen.role;
        self.role = seen.role;
        self.update(profile, seen.updated_at) || role_changed
    }

    pub(crate) fn name_stands_in(&self) -> bool {
        let UserSummary { id, username, name, .. } = &self.summary;
        name == id.as_str() || username.as_ref() == Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_role_counts() {
        assert_eq!(AppRole::from_names(["user", "Admin", "supervisor"]), AppRole::Admin);
        assert_eq!(AppRole::from_names([]), AppRole::Member);
        assert_eq!(AppRole::from_names(["root"]), AppRole::Member);
    }

    #[test]
    fn absent_claims_keep_what_is_known() {
        let id: UserId = "ann".parse().unwrap();
        let profile = Profile { name: Some("Ann".into()), ..Profile::default() };
        let mut user = User::new(id, profile, AppRole::Member, Timestamp::default());
        assert!(!user.update(Profile::default(), Timestamp::from_millis(9)));
        assert_eq!(user.summary.name, "Ann");
        assert_eq!(user.updated_at, Timestamp::default());
    }

    #[test]
    fn a_token_that_names_nobody_keeps_the_known_name() {
        let id: UserId = "u1".parse().unwrap();
        let new = |name: Option<&str>, username: Option<&str>, role| {
            let profile = Profile {
                name: name.map(Into::into),
                username: username.map(Into::into),
                avatar_url: None,
            };
            User::new(id.clone(), profile, role, Timestamp::from_millis(9))
        };
        let mut user = new(None, None, AppRole::Member);
        assert!(user.see_again(&new(None, Some("ann"), AppRole::Member)));
        assert_eq!(user.summary.name, "ann", "one stand-in replaces another");
        assert!(user.see_again(&new(Some("Ann"), None, AppRole::Member)));
        assert_eq!(
            (user.summary.name.as_str(), user.summary.username.as_deref()),
            ("Ann", Some("ann"))
        );
        assert!(!user.see_again(&new(None, None, AppRole::Member)));
        assert!(!user.see_again(&new(None, Some("ann"), AppRole::Member)));
        assert_eq!(user.summary.name, "Ann");
        assert!(user.see_again(&new(None, None, AppRole::Admin)));
        assert_eq!(user.role, AppRole::Admin);
    }
}
