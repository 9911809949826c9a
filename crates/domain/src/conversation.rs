//! A conversation: the unit of order, membership and locking.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ConversationId, Invalid, Membership, Participant, Revision, Seq, Timestamp, UserId};

/// Between two people, or among any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConversationType {
    /// Exactly two people; one conversation per pair, for ever.
    Direct,
    /// Any number of people, with roles and settings.
    Group,
}

impl ConversationType {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Group => "group",
        }
    }
}

/// Who may do something in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Group admins alone.
    #[default]
    Admin,
    /// Every participant.
    Member,
}

/// What a group lets its members do; everything is for admins unless opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Permissions {
    /// Add people.
    pub add_members: Permission,
    /// Remove people (never an admin, unless by an admin).
    pub remove_members: Permission,
    /// Change name, description, picture, category.
    pub edit: Permission,
    /// Delete other people's messages.
    pub delete_messages: Permission,
}

/// What somebody who joins later may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum HistoryPolicy {
    /// Everything.
    #[default]
    All,
    /// What came after they joined.
    SinceJoin,
}

impl HistoryPolicy {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::SinceJoin => "since_join",
        }
    }
}

/// What people decide about a group. Direct conversations have the default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupSettings {
    /// 1 to 100 characters.
    pub name: Option<String>,
    /// Up to 1,000 characters.
    pub description: Option<String>,
    /// http or https.
    pub avatar_url: Option<String>,
    /// The application's own filing: `department`, `custom`, `operational` …; up to 64 characters.
    pub category: Option<String>,
    /// Who may do what.
    pub permissions: Permissions,
    /// What joiners see; fixed at creation.
    pub history: HistoryPolicy,
}

impl GroupSettings {
    /// A name, and everything else as it is by default.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }
}

/// The two people of a direct conversation, in one spelling whoever starts it:
/// both ids in byte order, joined by a space (which no id holds).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DirectKey(String);

impl DirectKey {
    /// The key of two different people.
    ///
    /// # Errors
    /// When both are the same person.
    pub fn of(one: &UserId, other: &UserId) -> Result<Self, Invalid> {
        if one == other {
            return Err(Invalid("a direct conversation needs another person"));
        }
        let (first, second) = if one < other { (one, other) } else { (other, one) };
        Ok(Self(format!("{first} {second}")))
    }

    /// The other of the two; `None` for who is neither.
    pub fn other_than(&self, user: &UserId) -> Option<UserId> {
        let (one, other) = self.0.split_once(' ')?;
        match user.as_str() {
            user if user == one => other.parse().ok(),
            user if user == other => one.parse().ok(),
            _ => None,
        }
    }

    /// Takes a stored key as it is.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text that is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DirectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a new message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its number among the messages.
    pub seq: Seq,
    /// Its number among the changes.
    pub revision: Revision,
}

/// A conversation's row. The counters move only under its lock, only forward
/// and only by one, through the methods here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Names it.
    pub id: ConversationId,
    /// Two people or a group.
    pub kind: ConversationType,
    /// Of a direct conversation.
    pub direct_key: Option<DirectKey>,
    /// What people decided about it.
    pub settings: GroupSettings,
    /// Who started it.
    pub created_by: UserId,
    /// The number of the last message; [`Seq::ZERO`] before the first.
    pub last_seq: Seq,
    /// The number of the last change.
    pub revision: Revision,
    /// The revision of the last change of who takes part.
    pub members_revision: Revision,
    /// People present.
    pub participant_count: u32,
    /// When the last message was stored.
    pub last_message_at: Option<Timestamp>,
    /// Started.
    pub created_at: Timestamp,
    /// Changed last.
    pub updated_at: Timestamp,
    /// Ended for everybody.
    pub deleted_at: Option<Timestamp>,
}

impl Conversation {
    /// A new conversation between two people.
    ///
    /// # Errors
    /// When both are the same person.
    pub fn direct(
        id: ConversationId,
        creator: UserId,
        other: &UserId,
        now: Timestamp,
    ) -> Result<Self, Invalid> {
        let key = DirectKey::of(&creator, other)?;
        let mut conversation = Self::group(id, creator, 2, GroupSettings::default(), now);
        conversation.kind = ConversationType::Direct;
        conversation.direct_key = Some(key);
        Ok(conversation)
    }

    /// A new group of so many people, its creator among them.
    pub fn group(
        id: ConversationId,
        creator: UserId,
        participant_count: u32,
        settings: GroupSettings,
        now: Timestamp,
    ) -> Self {
        let first = Revision::ZERO.next();
        Self {
            id,
            kind: ConversationType::Group,
            direct_key: None,
            settings,
            created_by: creator,
            last_seq: Seq::ZERO,
            revision: first,
            members_revision: first,
            participant_count,
            last_message_at: None,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        }
    }

    /// Newest activity, by which lists are ordered.
    pub fn last_activity(&self) -> Timestamp {
        self.last_message_at.unwrap_or(self.created_at)
    }

    /// Takes the place of the next message.
    pub fn next_message(&mut self, now: Timestamp) -> Place {
        self.last_seq = self.last_seq.next();
        self.last_message_at = Some(now);
        Place { seq: self.last_seq, revision: self.next_revision(now) }
    }

    /// Takes the next revision, for a change that adds no message.
    pub fn next_revision(&mut self, now: Timestamp) -> Revision {
        self.revision = self.revision.next();
        self.updated_at = now;
        self.revision
    }

    /// Takes the next revision for somebody's joining.
    pub fn joined(&mut self, now: Timestamp) -> Revision {
        self.participant_count = self.participant_count.saturating_add(1);
        self.membership_changed(now)
    }

    /// Takes the next revision for somebody's leaving.
    pub fn parted(&mut self, now: Timestamp) -> Revision {
        self.participant_count = self.participant_count.saturating_sub(1);
        self.membership_changed(now)
    }

    /// Takes the next revision for any change of who takes part, and as what.
    pub fn membership_changed(&mut self, now: Timestamp) -> Revision {
        self.members_revision = self.next_revision(now);
        self.members_revision
    }

    /// The capability of somebody who takes part; `None` for everybody else,
    /// and for all once the conversation is deleted.
    pub fn as_participant(self, participant: Option<Participant>) -> Option<Membership> {
        let participant = participant.filter(|participant| {
            participant.conversation_id == self.id
                && participant.left_at.is_none()
                && self.deleted_at.is_none()
        })?;
        Some(Membership::new(self, participant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_has_one_key_whoever_starts() {
        let (ann, bob): (UserId, UserId) = ("ann".parse().unwrap(), "bob".parse().unwrap());
        assert_eq!(DirectKey::of(&ann, &bob), DirectKey::of(&bob, &ann));
        assert_eq!(DirectKey::of(&bob, &ann).unwrap().as_str(), "ann bob");
        assert!(DirectKey::of(&ann, &ann).is_err());
    }

    #[test]
    fn counters_leave_no_gap() {
        let ann: UserId = "ann".parse().unwrap();
        let now = Timestamp::from_millis(5);
        let mut group = Conversation::group(
            ConversationId::from_u128(1),
            ann,
            1,
            GroupSettings::default(),
            now,
        );
        assert_eq!(group.revision.get(), 1);
        let first = group.next_message(now);
        let joined = group.joined(now);
        let second = group.next_message(now);
        assert_eq!((first.seq.get(), second.seq.get()), (1, 2));
        assert_eq!((first.revision.get(), joined.get(), second.revision.get()), (2, 3, 4));
        assert_eq!(group.members_revision, joined);
        assert_eq!(group.participant_count, 2);
    }
}
