//! The capability of taking part: only who holds a [`Membership`] can ask
//! whether they may do something in a conversation.

use crate::{
    AppRole, Conversation, ConversationType, MeetingSide, Message, Participant, ParticipantRole,
    Permission, Seq, UserId,
};

/// Why somebody who may see something may not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The step makes no sense between two people.
    #[error("this cannot be done in a direct conversation")]
    Direct,
    /// For group admins, or for all once the group's permissions say so.
    #[error("this needs the role admin in the group")]
    NeedsAdmin,
    /// For application admins and supervisors, because the installation says so.
    #[error("this needs the application role supervisor or admin")]
    NeedsSupervisor,
    /// For the sender of the message alone.
    #[error("only its sender may do this to a message")]
    NotSender,
    /// Nothing is left to change.
    #[error("the message has been deleted")]
    Deleted,
    /// Written by the server.
    #[error("a system message cannot be changed")]
    System,
    /// A block stands between the two.
    #[error("a block stands between the two of you")]
    Blocked,
    /// Of another kind.
    #[error("the message is no meeting")]
    NoMeeting,
    /// Of another kind.
    #[error("the message is no location")]
    NoLocation,
}

/// A person's proven part in a conversation that still exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The conversation.
    pub conversation: Conversation,
    /// The person's row in it.
    pub participant: Participant,
    /// A block stands between the two of a direct conversation.
    pub blocked: bool,
    /// What the person's token says, where that was asked; an ordinary user's else.
    role: AppRole,
}

impl Membership {
    /// Made by [`Conversation::as_participant`] alone.
    pub(crate) fn new(conversation: Conversation, participant: Participant) -> Self {
        Self { conversation, participant, role: AppRole::default(), blocked: false }
    }

    /// The same in the application role of the current token. An application admin or supervisor may do in
    /// a group what its admins may, but only one who takes part gets this far.
    #[must_use]
    pub fn acting_as(self, role: AppRole) -> Self {
        Self { role, ..self }
    }

    /// The same, with whether a block stands between the two of a direct conversation.
    #[must_use]
    pub fn with_block(mut self, stands: bool) -> Self {
        self.blocked = stands;
        self
    }

    /// May say something to the others.
    ///
    /// # Errors
    /// In a direct conversation in which a block stands.
    pub fn may_speak(&self) -> Result<(), Denied> {
        if self.blocked { Err(Denied::Blocked) } else { Ok(()) }
    }

    /// The person.
    pub fn user_id(&self) -> &UserId {
        &self.participant.user.id
    }

    /// Whether the person may see a message of that number.
    pub fn sees(&self, seq: Seq) -> bool {
        seq >= self.participant.floor()
    }

    /// May add people.
    ///
    /// # Errors
    /// In a direct conversation, or without the role.
    pub fn may_add_members(&self) -> Result<(), Denied> {
        self.group()?;
        self.allowed(self.conversation.settings.permissions.add_members)
    }

    /// May remove that participant. Admins are removed by admins alone.
    ///
    /// # Errors
    /// In a direct conversation, or without the role.
    pub fn may_remove(&self, other: &Participant) -> Result<(), Denied> {
        self.group()?;
        if other.role == ParticipantRole::Admin {
            return self.admin();
        }
        self.allowed(self.conversation.settings.permissions.remove_members)
    }

    /// May change name, description, picture, category.
    ///
    /// # Errors
    /// In a direct conversation, or without the role.
    pub fn may_edit_settings(&self) -> Result<(), Denied> {
        self.group()?;
        self.allowed(self.conversation.settings.permissions.edit)
    }

    /// May change roles and permissions, give a role while adding, or delete the group.
    ///
    /// # Errors
    /// In a direct conversation, or without the role.
    pub fn may_govern(&self) -> Result<(), Denied> {
        self.group()?;
        self.admin()
    }

    /// May leave.
    ///
    /// # Errors
    /// In a direct conversation: hide it instead.
    pub fn may_leave(&self) -> Result<(), Denied> {
        self.group()
    }

    /// May change the words of that message.
    ///
    /// # Errors
    /// When somebody else sent it, it is deleted or the server wrote it.
    pub fn may_edit(&self, message: &Message) -> Result<(), Denied> {
        self.may_speak()?;
        alive(message)?;
        if message.sender.id == *self.user_id() { Ok(()) } else { Err(Denied::NotSender) }
    }

    /// May delete that message: its sender, and in a group its admins or whom its permissions name.
    ///
    /// # Errors
    /// For everybody else, and for system messages.
    pub fn may_delete(&self, message: &Message) -> Result<(), Denied> {
        if message.body.system.is_some() {
            return Err(Denied::System);
        }
        if message.sender.id == *self.user_id() {
            return Ok(());
        }
        match self.conversation.kind {
            ConversationType::Direct => Err(Denied::NotSender),
            ConversationType::Group => {
                self.allowed(self.conversation.settings.permissions.delete_messages)
            }
        }
    }

    /// May react to that message.
    ///
    /// # Errors
    /// When it is deleted or the server wrote it.
    pub fn may_react(&self, message: &Message) -> Result<(), Denied> {
        debug_assert_eq!(message.conversation_id, self.conversation.id);
        self.may_speak()?;
        alive(message)
    }

    /// On which side the person stands of the appointment that the message is.
    ///
    /// # Errors
    /// When it is deleted or no appointment.
    pub fn side_of_meeting(&self, message: &Message) -> Result<MeetingSide, Denied> {
        self.may_speak()?;
        alive(message)?;
        match message.body.meeting {
            None => Err(Denied::NoMeeting),
            Some(_) if message.sender.id == *self.user_id() => Ok(MeetingSide::Sender),
            Some(_) => Ok(MeetingSide::Invited),
        }
    }

    /// May move the place that the message is.
    ///
    /// # Errors
    /// When somebody else sent it, it is deleted or no place.
    pub fn may_move_location(&self, message: &Message) -> Result<(), Denied> {
        self.may_speak()?;
        alive(message)?;
        match message.body.location {
            None => Err(Denied::NoLocation),
            Some(_) if message.sender.id == *self.user_id() => Ok(()),
            Some(_) => Err(Denied::NotSender),
        }
    }

    fn group(&self) -> Result<(), Denied> {
        match self.conversation.kind {
            ConversationType::Direct => Err(Denied::Direct),
            ConversationType::Group => Ok(()),
        }
    }

    fn admin(&self) -> Result<(), Denied> {
        match self.participant.role {
            ParticipantRole::Admin => Ok(()),
            ParticipantRole::Member if self.role.moderates() => Ok(()),
            ParticipantRole::Member => Err(Denied::NeedsAdmin),
        }
    }

    fn allowed(&self, permission: Permission) -> Result<(), Denied> {
        match permission {
            Permission::Member => Ok(()),
            Permission::Admin => self.admin(),
        }
    }
}

fn alive(message: &Message) -> Result<(), Denied> {
    if message.body.system.is_some() {
        return Err(Denied::System);
    }
    if message.tombstone.is_some() { Err(Denied::Deleted) } else { Ok(()) }
}

/// Who may found groups, as the operator decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupFounders {
    /// Everybody.
    #[default]
    Anyone,
    /// Application admins and supervisors.
    Moderators,
}

impl GroupFounders {
    /// Whether somebody of that application role may.
    ///
    /// # Errors
    /// [`Denied::NeedsSupervisor`].
    pub fn admit(self, role: AppRole) -> Result<(), Denied> {
        if self == Self::Anyone || role.moderates() { Ok(()) } else { Err(Denied::NeedsSupervisor) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConversationId, GroupSettings, Timestamp, UserSummary};

    fn membership(kind: ConversationType, own: ParticipantRole, role: AppRole) -> Membership {
        let ann: UserId = "ann".parse().unwrap();
        let (id, now) = (ConversationId::from_u128(1), Timestamp::from_millis(1));
        let mut conversation =
            Conversation::group(id, ann.clone(), 2, GroupSettings::default(), now);
        conversation.kind = kind;
        let participant = Participant::founding(&conversation, UserSummary::bare(ann), own);
        conversation.as_participant(Some(participant)).unwrap().acting_as(role)
    }

    #[test]
    fn moderators_may_what_admins_may_and_members_may_not() {
        use AppRole::{Admin as AppAdmin, Member as Ordinary, Supervisor};
        use ParticipantRole::{Admin, Member};
        for (own, role, may) in [
            (Member, Ordinary, false),
            (Member, Supervisor, true),
            (Member, AppAdmin, true),
            (Admin, Ordinary, true),
            (Admin, Supervisor, true),
        ] {
            let group = membership(ConversationType::Group, own, role);
            let other = Participant { role: Admin, ..group.participant.clone() };
            let answers = [
                group.may_govern(),
                group.may_add_members(),
                group.may_edit_settings(),
                group.may_remove(&group.participant),
                group.may_remove(&other),
            ];
            let expected = if may { Ok(()) } else { Err(Denied::NeedsAdmin) };
            assert!(answers.iter().all(|answer| *answer == expected), "{own:?} {role:?}");
        }
    }

    #[test]
    fn nobody_moderates_between_two_people() {
        let direct = membership(ConversationType::Direct, ParticipantRole::Member, AppRole::Admin);
        assert_eq!(direct.may_govern(), Err(Denied::Direct));
        assert_eq!(direct.may_add_members(), Err(Denied::Direct));
        assert_eq!(direct.may_remove(&direct.participant), Err(Denied::Direct));
    }

    #[test]
    fn founding_is_for_all_or_for_moderators() {
        for role in [AppRole::Member, AppRole::Supervisor, AppRole::Admin] {
            assert_eq!(GroupFounders::Anyone.admit(role), Ok(()));
            let fine = GroupFounders::Moderators.admit(role).is_ok();
            assert_eq!(fine, role != AppRole::Member, "{role:?}");
        }
    }
}
