//! Requests about conversations and who takes part in them.

use chinwag_domain::{
    ConversationType, GroupSettings, HistoryPolicy, Mute, ParticipantRole, Permission, Permissions,
    Timestamp, UserId, limits,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::check::{Checks, LINE, WEB_URL, double_option};
use crate::Error;

/// A conversation to be started.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the protocol's names
pub struct NewConversation {
    #[serde(rename = "type")]
    pub kind: ConversationType,
    /// The others; a direct conversation has exactly one, a group up to 500. Naming oneself changes nothing.
    pub participant_ids: Vec<UserId>,
    /// A group needs one.
    #[schemars(length(min = 1, max = limits::NAME_CHARS), regex(pattern = LINE))]
    pub name: Option<String>,
    #[schemars(length(max = limits::DESCRIPTION_CHARS))]
    pub description: Option<String>,
    /// http or https.
    #[schemars(length(max = limits::URL_CHARS), regex(pattern = WEB_URL))]
    pub avatar_url: Option<String>,
    /// Any word of the application's own.
    #[schemars(length(min = 1, max = 64), regex(pattern = LINE))]
    pub category: Option<String>,
    /// Without it everything is for the group's admins.
    pub permissions: Option<Permissions>,
    /// What people who join later see; without it everything.
    pub history: Option<HistoryPolicy>,
}

/// What kind of conversation is asked for, whatever else is asked.
#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: ConversationType,
}

impl NewConversation {
    /// Whether a body asks for a group, before it is known whether the rest of it fits.
    pub(crate) fn is_for_group(body: &[u8]) -> bool {
        let kind = serde_json::from_slice::<Kind>(body);
        kind.is_ok_and(|Kind { kind }| kind == ConversationType::Group)
    }

    /// The other people, each once, in the order given.
    pub(crate) fn others(&self, caller: &UserId) -> Result<Vec<UserId>, Error> {
        let others = distinct(&self.participant_ids, Some(caller));
        let fine = others.len() <= limits::PEOPLE;
        let (fine, detail) = match self.kind {
            ConversationType::Group => (fine, "must name at most 500 people"),
            ConversationType::Direct => {
                (others.len() == 1, "a direct conversation needs exactly one other person")
            }
        };
        if fine { Ok(others) } else { Err(Error::field("/participant_ids", detail)) }
    }

    /// A group's settings. A direct conversation has none.
    pub(crate) fn settings(self) -> Result<GroupSettings, Error> {
        let mut checks = Checks::default();
        let settings = GroupSettings {
            name: self.name,
            description: self.description,
            avatar_url: self.avatar_url,
            category: self.category,
            permissions: self.permissions.unwrap_or_default(),
            history: self.history.unwrap_or_default(),
        };
        if self.kind == ConversationType::Direct {
            let none = settings == GroupSettings::default();
            checks.unless(none, "/type", "a direct conversation has no settings");
        } else {
            checks.unless(settings.name.is_some(), "/name", "a group needs a name");
        }
        check_settings(&mut checks, &settings);
        checks.done()?;
        Ok(settings)
    }
}

fn check_settings(checks: &mut Checks, settings: &GroupSettings) {
    if let Some(name) = &settings.name {
        checks.line(name, limits::NAME_CHARS, "/name");
    }
    if let Some(text) = &settings.description {
        checks.paragraph(text, limits::DESCRIPTION_CHARS, "/description");
    }
    if let Some(url) = &settings.avatar_url {
        checks.web_url(url, "/avatar_url");
    }
    if let Some(category) = &settings.category {
        checks.line(category, 64, "/category");
    }
}

/// Changes to a group's settings. Absent: left as it is; null: taken away.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::option_option)] // null and absent mean different things
pub struct SettingsPatch {
    #[schemars(length(min = 1, max = limits::NAME_CHARS), regex(pattern = LINE))]
    name: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schemars(with = "Option<String>", length(max = limits::DESCRIPTION_CHARS))]
    description: Option<Option<String>>,
    /// http or https.
    #[serde(default, deserialize_with = "double_option")]
    #[schemars(with = "Option<String>", length(max = limits::URL_CHARS), regex(pattern = WEB_URL))]
    avatar_url: Option<Option<String>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schemars(with = "Option<String>", length(min = 1, max = 64), regex(pattern = LINE))]
    category: Option<Option<String>>,
    permissions: Option<PermissionsPatch>,
}

/// Changes to what members may do. Absent: left as it is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PermissionsPatch {
    add_members: Option<Permission>,
    remove_members: Option<Permission>,
    edit: Option<Permission>,
    delete_messages: Option<Permission>,
}

impl PermissionsPatch {
    fn over(&self, permissions: Permissions) -> Permissions {
        Permissions {
            add_members: self.add_members.unwrap_or(permissions.add_members),
            remove_members: self.remove_members.unwrap_or(permissions.remove_members),
            edit: self.edit.unwrap_or(permissions.edit),
            delete_messages: self.delete_messages.unwrap_or(permissions.delete_messages),
        }
    }
}

impl SettingsPatch {
    /// The settings with the changes made.
    pub(crate) fn over(self, mut settings: GroupSettings) -> Result<GroupSettings, Error> {
        settings.name = self.name.or(settings.name);
        settings.description = self.description.unwrap_or(settings.description);
        settings.avatar_url = self.avatar_url.unwrap_or(settings.avatar_url);
        settings.category = self.category.unwrap_or(settings.category);
        if let Some(patch) = self.permissions {
            settings.permissions = patch.over(settings.permissions);
        }
        let mut checks = Checks::default();
        check_settings(&mut checks, &settings);
        checks.done()?;
        Ok(settings)
    }
}

/// Changes to one's own settings in a conversation.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(clippy::option_option)] // null and absent mean different things
pub struct MembershipPatch {
    muted: Option<bool>,
    /// Mutes until then; null ends it.
    #[serde(default, deserialize_with = "double_option")]
    #[schemars(with = "Option<Timestamp>")]
    muted_until: Option<Option<Timestamp>>,
    /// Whether it is left out of the list.
    pub(crate) hidden: Option<bool>,
}

impl MembershipPatch {
    /// What muting becomes; `None` leaves it.
    pub(crate) fn mute(&self) -> Result<Option<Mute>, Error> {
        Ok(match (self.muted, self.muted_until) {
            (None, None) => None,
            (Some(false), None | Some(None)) | (None, Some(None)) => Some(Mute::Off),
            (Some(true), None | Some(None)) => Some(Mute::Forever),
            (Some(true) | None, Some(Some(until))) => Some(Mute::Until(until)),
            (Some(false), Some(Some(_))) => {
                return Err(Error::field("/muted_until", "has no meaning with muted false"));
            }
        })
    }
}

/// People to be added.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddPeople {
    /// Up to 500.
    #[schemars(length(min = 1))]
    user_ids: Vec<UserId>,
    /// Of all of them; without it `member`.
    pub(crate) role: Option<ParticipantRole>,
}

impl AddPeople {
    /// Each once, in the order given.
    pub(crate) fn people(&self) -> Result<Vec<UserId>, Error> {
        let people = distinct(&self.user_ids, None);
        if (1..=limits::PEOPLE).contains(&people.len()) {
            Ok(people)
        } else {
            Err(Error::field("/user_ids", "must name 1 to 500 people"))
        }
    }
}

/// A participant's new role.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RolePatch {
    pub(crate) role: ParticipantRole,
}

fn distinct(ids: &[UserId], except: Option<&UserId>) -> Vec<UserId> {
    let mut seen = std::collections::HashSet::new();
    ids.iter().filter(|id| Some(*id) != except && seen.insert(*id)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::parse;

    fn mute(json: &str) -> Result<Option<Mute>, Error> {
        parse::<MembershipPatch>(json.as_bytes()).unwrap().mute()
    }

    #[test]
    fn muting_is_off_for_a_while_or_for_ever() {
        let until = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
        assert_eq!(mute("{}").unwrap(), None);
        assert_eq!(mute(r#"{"muted":true}"#).unwrap(), Some(Mute::Forever));
        assert_eq!(mute(r#"{"muted":false}"#).unwrap(), Some(Mute::Off));
        assert_eq!(mute(r#"{"muted_until":null}"#).unwrap(), Some(Mute::Off));
        assert_eq!(
            mute(r#"{"muted_until":"2026-12-01T00:00:00Z"}"#).unwrap(),
            Some(Mute::Until(until))
        );
        assert!(mute(r#"{"muted":false,"muted_until":"2026-12-01T00:00:00Z"}"#).is_err());
    }

    #[test]
    fn null_takes_a_setting_away_and_absence_leaves_it() {
        let settings = GroupSettings {
            description: Some("about".into()),
            category: Some("custom".into()),
            ..GroupSettings::named("Team")
        };
        let patch: SettingsPatch = parse(br#"{"description":null}"#).unwrap();
        let settings = patch.over(settings).unwrap();
        assert_eq!(settings.description, None);
        assert_eq!(settings.category.as_deref(), Some("custom"));
        assert_eq!(settings.name.as_deref(), Some("Team"));
    }

    #[test]
    fn a_permission_that_is_not_named_stays() {
        let permissions = Permissions { edit: Permission::Member, ..Permissions::default() };
        let settings = GroupSettings { permissions, ..GroupSettings::named("Team") };
        let patch: SettingsPatch = parse(br#"{"permissions":{"add_members":"member"}}"#).unwrap();
        let settings = patch.over(settings).unwrap();
        let added = Permissions { add_members: Permission::Member, ..permissions };
        assert_eq!(settings.permissions, added);
    }
}
