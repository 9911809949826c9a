//! A person's part in one conversation: role, pointers, own settings.

use serde::{Deserialize, Serialize};

use crate::{
    Conversation, ConversationId, HistoryPolicy, Message, ReceiptKind, Revision, Seq, Timestamp,
    UserSummary,
};

/// What a participant may do in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ParticipantRole {
    /// Everything.
    Admin,
    /// What the group's permissions open to members.
    #[default]
    Member,
}

impl ParticipantRole {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }
}

/// Whether somebody wants to be notified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mute {
    /// Yes.
    #[default]
    Off,
    /// Not before then.
    Until(Timestamp),
    /// No.
    Forever,
}

impl Mute {
    /// From the stored time; [`Timestamp::MAX`] stands for ever.
    pub fn stored(until: Option<Timestamp>) -> Self {
        match until {
            None => Self::Off,
            Some(Timestamp::MAX) => Self::Forever,
            Some(at) => Self::Until(at),
        }
    }

    /// The time to store.
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Off => None,
            Self::Until(at) => Some(at),
            Self::Forever => Some(Timestamp::MAX),
        }
    }

    /// Whether notifications are off at this moment.
    pub fn is_on(self, now: Timestamp) -> bool {
        self.until().is_some_and(|until| until > now)
    }
}

/// A participant's row, of somebody present or gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Where.
    pub conversation_id: ConversationId,
    /// Who; loaded beside the row, never written with it.
    pub user: UserSummary,
    /// As what.
    pub role: ParticipantRole,
    /// Since when, after the last (re)joining.
    pub joined_at: Timestamp,
    /// The revision of the last (re)joining: what a client knows from before is void.
    pub joined_revision: Revision,
    /// The first message this person may see.
    pub history_from_seq: Seq,
    /// Gone since.
    pub left_at: Option<Timestamp>,
    /// Has read everything up to here.
    pub read_seq: Seq,
    /// Has received everything up to here; never below `read_seq`.
    pub delivered_seq: Seq,
    /// Has cleared everything up to here for themselves.
    pub cleared_seq: Seq,
    /// Own setting.
    pub mute: Mute,
    /// Own setting: left out of the list since then.
    pub hidden_at: Option<Timestamp>,
    /// The revision of the last change that others can see.
    pub revision: Revision,
}

impl Participant {
    /// Somebody who is there from the beginning.
    pub fn founding(conversation: &Conversation, user: UserSummary, role: ParticipantRole) -> Self {
        Self {
            conversation_id: conversation.id,
            user,
            role,
            joined_at: conversation.created_at,
            joined_revision: conversation.revision,
            history_from_seq: Seq::ZERO.next(),
            left_at: None,
            read_seq: Seq::ZERO,
            delivered_seq: Seq::ZERO,
            cleared_seq: Seq::ZERO,
            mute: Mute::Off,
            hidden_at: None,
            revision: conversation.revision,
        }
    }

    /// Somebody who comes (again), as of `conversation.revision`, which is that
    /// of the joining. With [`HistoryPolicy::SinceJoin`] the first thing they
    /// see is the system message that tells of it. Pointers from an earlier
    /// stay are kept: they never move back.
    pub fn joining(
        conversation: &Conversation,
        user: UserSummary,
        role: ParticipantRole,
        earlier: Option<Self>,
        now: Timestamp,
    ) -> Self {
        let mut participant =
            earlier.unwrap_or_else(|| Self::founding(conversation, user.clone(), role));
        participant.user = user;
        participant.role = role;
        participant.joined_at = now;
        participant.joined_revision = conversation.revision;
        participant.revision = conversation.revision;
        participant.left_at = None;
        participant.hidden_at = None;
        if conversation.settings.history == HistoryPolicy::SinceJoin {
            participant.history_from_seq = conversation.last_seq.next();
            // Nobody waits for them to read what they cannot see.
            participant.read_seq = participant.read_seq.max(conversation.last_seq);
            participant.delivered_seq = participant.delivered_seq.max(conversation.last_seq);
        }
        participant
    }

    /// The first seq this person may see: below it is nothing, by no door.
    pub fn floor(&self) -> Seq {
        self.history_from_seq.max(self.cleared_seq.next())
    }

    /// Everything up to here counts as read.
    pub fn read_floor(&self) -> Seq {
        self.read_seq.max(self.floor().previous())
    }

    /// Whether a notification of that message is due to them, wherever they are: they
    /// take part, may see it, have neither read nor received it, did not send it
    /// themselves, and have neither muted nor hidden the conversation.
    pub fn awaits(&self, message: &Message, now: Timestamp) -> bool {
        let is_news = message.counts()
            && message.seq >= self.floor()
            && message.seq > self.read_seq.max(self.delivered_seq);
        let is_wanted = !self.mute.is_on(now) && self.hidden_at.is_none();
        self.left_at.is_none() && self.user.id != message.sender.id && is_news && is_wanted
    }

    /// Moves the pointers after an own message: only when nothing unread stands before it.
    pub fn sent(&mut self, seq: Seq) {
        if self.read_seq == seq.previous() {
            self.mark(ReceiptKind::Read, seq);
        }
    }

    /// Moves a pointer forward; true when it moved. Reading implies delivery.
    pub fn mark(&mut self, kind: ReceiptKind, seq: Seq) -> bool {
        let moved = match kind {
            ReceiptKind::Read => seq > self.read_seq,
            ReceiptKind::Delivered => seq > self.delivered_seq,
        };
        if moved {
            self.delivered_seq = self.delivered_seq.max(seq);
            if kind == ReceiptKind::Read {
                self.read_seq = seq;
            }
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Draft, GroupSettings, MessageId, NewMessage, RequestHash, SystemAction, UserId};

    fn group(history: HistoryPolicy) -> Conversation {
        let settings = GroupSettings { history, ..GroupSettings::default() };
        let ann: UserId = "ann".parse().unwrap();
        Conversation::group(ConversationId::from_u128(1), ann, 1, settings, Timestamp::default())
    }

    fn bob() -> UserSummary {
        UserSummary::bare("bob".parse().unwrap())
    }

    #[test]
    fn an_own_message_does_not_read_what_came_before() {
        let mut participant =
            Participant::founding(&group(HistoryPolicy::All), bob(), ParticipantRole::Member);
        participant.sent(Seq::new(1));
        assert_eq!(participant.read_seq, Seq::new(1));
        participant.sent(Seq::new(3)); // somebody else's message 2 stays unread
        assert_eq!(participant.read_seq, Seq::new(1));
    }

    #[test]
    fn pointers_move_forward_only_and_reading_implies_delivery() {
        let mut participant =
            Participant::founding(&group(HistoryPolicy::All), bob(), ParticipantRole::Member);
        assert!(participant.mark(ReceiptKind::Read, Seq::new(5)));
        assert_eq!(participant.delivered_seq, Seq::new(5));
        assert!(!participant.mark(ReceiptKind::Read, Seq::new(4)));
        assert!(!participant.mark(ReceiptKind::Delivered, Seq::new(5)));
        assert_eq!(participant.read_seq, Seq::new(5));
    }

    #[test]
    fn a_joiner_sees_what_the_history_policy_lets_them() {
        let mut group = group(HistoryPolicy::SinceJoin);
        group.next_message(Timestamp::default());
        group.joined(Timestamp::default());
        let joiner = Participant::joining(
            &group,
            bob(),
            ParticipantRole::Member,
            None,
            Timestamp::default(),
        );
        assert_eq!(joiner.floor(), Seq::new(2));
        assert_eq!((joiner.read_seq, joiner.delivered_seq), (Seq::new(1), Seq::new(1)));
        group.settings.history = HistoryPolicy::All;
        let joiner = Participant::joining(
            &group,
            bob(),
            ParticipantRole::Member,
            None,
            Timestamp::default(),
        );
        assert_eq!(joiner.floor(), Seq::new(1));
        assert_eq!((joiner.read_seq, joiner.delivered_seq), (Seq::ZERO, Seq::ZERO));
    }

    #[test]
    fn clearing_raises_the_floor() {
        let mut participant =
            Participant::founding(&group(HistoryPolicy::All), bob(), ParticipantRole::Member);
        participant.cleared_seq = Seq::new(7);
        assert_eq!(participant.floor(), Seq::new(8));
        assert_eq!(participant.read_floor(), Seq::new(7));
    }

    #[test]
    fn a_notification_is_due_to_who_has_not_got_the_message() {
        let mut group = group(HistoryPolicy::All);
        let ann = UserSummary::bare("ann".parse().unwrap());
        let now = Timestamp::from_millis(1_000);
        let new = NewMessage {
            id: MessageId::from_u128(1),
            conversation_id: group.id,
            sender_id: ann.id.clone(),
            client_id: None,
            request_hash: RequestHash([0; 32]),
            client_created_at: None,
            body: Draft::text("x"),
            created_at: now,
        };
        group.next_message(now);
        let message = Message::placed(new, ann.clone(), group.next_message(now));
        let bob = Participant::founding(&group, bob(), ParticipantRole::Member);
        assert!(bob.awaits(&message, now));
        let sender = Participant::founding(&group, ann, ParticipantRole::Admin);
        assert!(!sender.awaits(&message, now), "their own");

        let is_due = |change: fn(&mut Participant)| {
            let mut bob = bob.clone();
            change(&mut bob);
            bob.awaits(&message, now)
        };
        assert!(!is_due(|bob| bob.left_at = Some(Timestamp::default())), "gone");
        assert!(!is_due(|bob| bob.mute = Mute::Forever), "muted");
        assert!(!is_due(|bob| bob.mute = Mute::Until(Timestamp::from_millis(1_001))), "muted now");
        assert!(is_due(|bob| bob.mute = Mute::Until(Timestamp::from_millis(1_000))), "no longer");
        assert!(!is_due(|bob| bob.hidden_at = Some(Timestamp::default())), "hidden");
        assert!(!is_due(|bob| bob.history_from_seq = Seq::new(3)), "from before they came");
        assert!(!is_due(|bob| bob.cleared_seq = Seq::new(2)), "cleared");
        assert!(!is_due(|bob| bob.read_seq = Seq::new(2)), "read");
        assert!(!is_due(|bob| bob.delivered_seq = Seq::new(2)), "received");
        assert!(is_due(|bob| bob.delivered_seq = Seq::new(1)), "an earlier one received");

        let mut gone = message.clone();
        gone.delete(gone.sender.id.clone(), gone.revision, now);
        assert!(!bob.awaits(&gone, now), "deleted");
        let system = Draft::system(SystemAction::Left, Vec::new());
        assert!(!bob.awaits(&Message { body: system, ..message }, now), "the server's");
    }

    #[test]
    fn a_mute_ends() {
        let at = Timestamp::from_millis(10);
        assert!(Mute::Until(at).is_on(Timestamp::from_millis(9)));
        assert!(!Mute::Until(at).is_on(at));
        assert!(Mute::Forever.is_on(at));
        assert_eq!(Mute::stored(Mute::Forever.until()), Mute::Forever);
    }
}
