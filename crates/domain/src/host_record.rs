//! What a host application says about its people, and what becomes of a person by it: known,
//! changed, deactivated, back again, erased.

use crate::{AppRole, Profile, Timestamp, User, UserId};

/// The name that stands where an erased person's stood.
pub const ERASED_NAME: &str = "Deleted user";

/// What a host application says of one person. Absent: left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::option_option)] // taking something away is not leaving it
pub struct HostRecord {
    /// The person.
    pub id: UserId,
    /// As in [`Profile`]; `Some(None)` takes it away.
    pub username: Option<Option<String>>,
    /// As in [`Profile`].
    pub name: Option<String>,
    /// As in [`Profile`]; `Some(None)` takes it away.
    pub avatar_url: Option<Option<String>>,
    /// Whether the account is let in.
    pub active: Option<bool>,
}

/// What a record made of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Nothing: it said what was known.
    Unchanged,
    /// Another profile.
    Changed,
    /// The account is refused from now on.
    Deactivated,
    /// The account is let in again.
    Reactivated,
}

impl HostRecord {
    /// The person, who was not known before. The role is for tokens to say.
    pub fn person(&self, now: Timestamp) -> User {
        let profile = Profile {
            name: self.name.clone(),
            username: self.username.clone().flatten(),
            avatar_url: self.avatar_url.clone().flatten(),
        };
        let mut user = User::new(self.id.clone(), profile, AppRole::Member, now);
        user.deactivated_at = (self.active == Some(false)).then_some(now);
        user
    }
}

impl User {
    /// Takes over what the host application says. Who was erased stays so: ask
    /// [`User::is_erased`] first.
    pub fn record(&mut self, record: &HostRecord, now: Timestamp) -> Recorded {
        debug_assert_eq!(record.id, self.summary.id);
        let (before, stood_in) = (self.summary.clone(), self.name_stands_in());
        let summary = &mut self.summary;
        summary.username = record.username.clone().unwrap_or(summary.username.take());
        summary.avatar_url = record.avatar_url.clone().unwrap_or(summary.avatar_url.take());
        if let Some(name) = &record.name {
            summary.name.clone_from(name);
        } else if stood_in {
            summary.name = summary.username.clone().unwrap_or_else(|| summary.id.to_string());
        }
        let changed = self.summary != before;
        let standing = match record.active {
            Some(false) if self.deactivate(now) => Some(Recorded::Deactivated),
            Some(true) if self.deactivated_at.take().is_some() => Some(Recorded::Reactivated),
            _ => None,
        };
        if changed || standing.is_some() {
            self.updated_at = now;
        }
        standing.unwrap_or(if changed { Recorded::Changed } else { Recorded::Unchanged })
    }

    /// From now on the account is refused; false when it was.
    pub fn deactivate(&mut self, now: Timestamp) -> bool {
        let active = self.deactivated_at.is_none();
        if active {
            self.deactivated_at = Some(now);
            self.updated_at = now;
        }
        active
    }

    /// Forgets who it was, for good; false when that was done.
    pub fn erase(&mut self, now: Timestamp) -> bool {
        if self.is_erased() {
            return false;
        }
        self.deactivate(now);
        ERASED_NAME.clone_into(&mut self.summary.name);
        self.summary.username = None;
        self.summary.avatar_url = None;
        self.role = AppRole::Member;
        self.last_seen_at = None;
        self.erased_at = Some(now);
        self.updated_at = now;
        true
    }

    /// Whether only the id is left.
    pub fn is_erased(&self) -> bool {
        self.erased_at.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: Option<&str>, active: Option<bool>) -> HostRecord {
        let id = "host|7".parse().unwrap();
        let name = name.map(str::to_owned);
        HostRecord { id, username: None, name, avatar_url: None, active }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_record_changes_what_it_names_and_nothing_else() {
        let mut person = record(Some("Ann"), None).person(at(1));
        assert_eq!(person.record(&record(None, None), at(2)), Recorded::Unchanged);
        assert_eq!(person.updated_at, at(1));
        assert_eq!(person.record(&record(Some("Anna"), None), at(3)), Recorded::Changed);
        assert_eq!((person.summary.name.as_str(), person.updated_at), ("Anna", at(3)));
        let picture = Some(Some("https://a.example/p".to_owned()));
        let pictured = HostRecord { avatar_url: picture.clone(), ..record(None, None) };
        person.record(&pictured, at(4));
        assert_eq!(Some(person.summary.avatar_url.clone()), picture);
        person.record(&HostRecord { avatar_url: Some(None), ..record(None, None) }, at(5));
        assert_eq!(person.summary.avatar_url, None);
    }

    #[test]
    fn a_name_that_stands_in_follows_the_username() {
        let mut person = record(None, None).person(at(1));
        assert_eq!(person.summary.name, "host|7");
        let named = HostRecord { username: Some(Some("ann".into())), ..record(None, None) };
        person.record(&named, at(2));
        assert_eq!(person.summary.name, "ann");
        person.record(&HostRecord { username: Some(None), ..record(None, None) }, at(3));
        assert_eq!(person.summary.name, "host|7");
    }

    #[test]
    fn an_account_ends_and_comes_back_once() {
        let mut person = record(Some("Ann"), None).person(at(1));
        assert_eq!(person.record(&record(None, Some(true)), at(2)), Recorded::Unchanged);
        assert_eq!(person.record(&record(None, Some(false)), at(3)), Recorded::Deactivated);
        assert_eq!(person.record(&record(None, Some(false)), at(4)), Recorded::Unchanged);
        assert_eq!(person.deactivated_at, Some(at(3)));
        assert_eq!(person.record(&record(None, Some(true)), at(5)), Recorded::Reactivated);
        assert_eq!(person.deactivated_at, None);
    }

    #[test]
    fn who_is_erased_has_nothing_but_an_id() {
        let mut person = record(Some("Ann"), None).person(at(1));
        person.last_seen_at = Some(at(2));
        assert!(person.erase(at(3)));
        assert!(!person.erase(at(4)));
        assert!(person.is_erased());
        assert_eq!((person.erased_at, person.deactivated_at), (Some(at(3)), Some(at(3))));
        assert_eq!((person.summary.name.as_str(), person.last_seen_at), (ERASED_NAME, None));
    }

    #[test]
    fn a_token_of_somebody_deactivated_changes_nothing() {
        let mut person = record(Some("Ann"), None).person(at(1));
        person.erase(at(2));
        assert!(!person.see_again(&record(Some("Ann"), None).person(at(3))));
        assert_eq!(person.summary.name, ERASED_NAME);
    }
}
