//! What is known of the conversations, and what of them has been shown: pure bookkeeping, which decides
//! whether a message is new to the person at the screen.

use std::collections::HashMap;

use chinwag_client::{Conversation, Message, Participant};
use uuid::Uuid;

use crate::text;

/// What a message is to who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// Not shown yet.
    New,
    /// Shown, and changed since.
    Changed,
    /// Shown as it is.
    Old,
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receipt {
    Delivered,
    Read,
}

/// All that is known.
pub(crate) struct Book {
    me: String,
    known: HashMap<Uuid, Known>,
    open: Option<Uuid>,
    /// What the last list numbered, from 1.
    pub(crate) listed: Vec<Uuid>,
}

#[derive(Default)]
struct Known {
    title: String,
    direct: bool,
    people: HashMap<String, String>,
    shown_seq: u64,
    shown_revision: u64,
    /// The seq that the server gave to a message of ours which has not come back as an event.
    awaited: u64,
    own: Option<(Uuid, u64)>,
    last: Option<Uuid>,
    delivered: u64,
    read: u64,
}

impl Book {
    pub(crate) fn new(me: &str) -> Self {
        Self { me: me.to_owned(), known: HashMap::new(), open: None, listed: Vec::new() }
    }

    /// Learns names from a conversation.
    pub(crate) fn learn(&mut self, conversation: &Conversation) {
        let known = self.known.entry(conversation.id).or_default();
        known.direct = conversation.kind == "direct";
        // A live change of settings does not say who the other is.
        if conversation.participant.is_some()
            || conversation.name.is_some()
            || known.title.is_empty()
        {
            known.title = text::title(conversation);
        }
        known.meet(&conversation.participants);
    }

    pub(crate) fn meet(&mut self, conversation: Uuid, people: &[Participant]) {
        self.known.entry(conversation).or_default().meet(people);
    }

    pub(crate) fn forget(&mut self, conversation: Uuid) {
        self.known.remove(&conversation);
        self.open = self.open.filter(|open| *open != conversation);
    }

    /// The conversation is on the screen from now on, as of that revision.
    pub(crate) fn open(&mut self, conversation: Uuid, revision: u64) {
        self.open = Some(conversation);
        let known = self.known.entry(conversation).or_default();
        known.shown_revision = known.shown_revision.max(revision);
    }

    /// Whether that revision is newer than all that was shown of the conversation.
    pub(crate) fn is_behind(&self, conversation: Uuid, revision: u64) -> bool {
        self.known.get(&conversation).is_none_or(|known| known.shown_revision < revision)
    }

    /// The conversation on the screen.
    pub(crate) fn opened(&self) -> Option<Uuid> {
        self.open
    }

    pub(crate) fn title(&self, conversation: Uuid) -> String {
        match self.known.get(&conversation) {
            Some(known) if !known.title.is_empty() => known.title.clone(),
            _ => conversation.to_string(),
        }
    }

    /// All titles, for completion.
    pub(crate) fn titles(&self) -> Vec<String> {
        let mut titles: Vec<_> = self.known.values().map(|known| known.title.clone()).collect();
        titles.sort();
        titles
    }

    pub(crate) fn is_own(&self, message: &Message) -> bool {
        message.sender.id == self.me
    }

    /// Judges a message and counts it as shown.
    pub(crate) fn judge(&mut self, message: &Message) -> News {
        let own = self.is_own(message) && message.deleted_at.is_none() && message.kind != "system";
        let known = self.known.entry(message.conversation_id).or_default();
        known.people.insert(message.sender.id.clone(), text::name(&message.sender));
        let news = if message.seq > known.shown_seq {
            News::New
        } else if message.revision > known.shown_revision {
            News::Changed
        } else {
            News::Old
        };
        if news == News::New {
            known.shown_seq = message.seq;
            known.last = Some(message.id);
            if own {
                known.own = Some((message.id, message.seq));
            }
        }
        known.shown_revision = known.shown_revision.max(message.revision);
        news
    }

    /// One's own last message that was shown in the conversation on the screen.
    pub(crate) fn own_last(&self) -> Option<Uuid> {
        self.known.get(&self.open?)?.own.map(|(id, _)| id)
    }

    /// The last message that was shown in the conversation on the screen.
    pub(crate) fn last(&self) -> Option<Uuid> {
        self.known.get(&self.open?)?.last
    }

    /// The server has stored a message of ours, which is still to come as an event.
    pub(crate) fn stored(&mut self, message: &Message) {
        let known = self.known.entry(message.conversation_id).or_default();
        known.awaited = known.awaited.max(message.seq);
    }

    /// Whether all that was stored has been shown.
    pub(crate) fn is_whole(&self) -> bool {
        self.known.values().all(|known| known.awaited <= known.shown_seq)
    }

    /// What a receipt tells about one's own last message, the first time it does. In a group only who has
    /// read it is worth a line.
    pub(crate) fn receipt(
        &mut self,
        conversation: Uuid,
        user: &str,
        seq: u64,
        receipt: Receipt,
    ) -> Option<String> {
        let known = self.known.get_mut(&conversation)?;
        let (_, own) = known.own?;
        if user == self.me || self.open != Some(conversation) || seq < own {
            return None;
        }
        let told = match receipt {
            Receipt::Read => &mut known.read,
            Receipt::Delivered if known.direct && known.read < own => &mut known.delivered,
            Receipt::Delivered => return None,
        };
        if *told >= own && known.direct {
            return None;
        }
        *told = own;
        let name = known.people.get(user).map_or(user, String::as_str);
        Some(match receipt {
            Receipt::Read => format!("✓✓ read by {name}"),
            Receipt::Delivered => format!("✓✓ delivered to {name}"),
        })
    }
}

impl Known {
    fn meet(&mut self, people: &[Participant]) {
        for person in people {
            self.people.insert(person.user.id.clone(), text::name(&person.user));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HERE: Uuid = Uuid::from_u128(1);

    fn message(sender: &str, seq: u64, revision: u64) -> Message {
        serde_json::from_value(json!({
            "id": Uuid::from_u128(u128::from(seq)), "conversation_id": HERE, "seq": seq,
            "revision": revision, "sender": {"id": sender}, "kind": "text", "created_at": "",
        }))
        .unwrap()
    }

    fn book(kind: &str) -> Book {
        let mut book = Book::new("ann");
        let conversation = json!({
            "id": HERE, "type": kind, "revision": 4, "last_seq": 2, "participant": {"id": "bob", "name": "Bob"},
        });
        book.learn(&serde_json::from_value(conversation).unwrap());
        book.open(HERE, 4);
        book
    }

    #[test]
    fn a_message_is_shown_once_and_again_when_it_changed() {
        let mut book = book("direct");
        // From the history.
        assert_eq!(book.judge(&message("bob", 1, 2)), News::New);
        assert_eq!(book.judge(&message("bob", 2, 4)), News::New);
        // The same over the socket, which the history overtook.
        assert_eq!(book.judge(&message("bob", 2, 4)), News::Old);
        assert_eq!(book.judge(&message("bob", 3, 5)), News::New);
        assert_eq!(book.judge(&message("bob", 1, 6)), News::Changed);
        assert_eq!(book.judge(&message("bob", 1, 6)), News::Old);
    }

    #[test]
    fn what_is_shown_is_not_behind_its_own_beginning() {
        let book = book("direct");
        assert!(!book.is_behind(HERE, 4) && book.is_behind(HERE, 5));
        assert!(book.is_behind(Uuid::from_u128(2), 1), "nothing of it was shown");
    }

    #[test]
    fn what_was_stored_is_waited_for_until_it_is_shown() {
        let mut book = book("direct");
        assert!(book.is_whole());
        book.stored(&message("ann", 3, 5));
        assert!(!book.is_whole());
        book.judge(&message("ann", 3, 5));
        assert!(book.is_whole());
    }

    #[test]
    fn receipts_tell_of_the_last_own_message_once() {
        let mut book = book("direct");
        assert_eq!(book.receipt(HERE, "bob", 9, Receipt::Read), None, "there is none");
        book.judge(&message("ann", 3, 5));
        assert_eq!(book.receipt(HERE, "bob", 2, Receipt::Read), None, "of an earlier one");
        assert_eq!(book.receipt(HERE, "ann", 3, Receipt::Read), None, "of oneself");
        let delivered = book.receipt(HERE, "bob", 3, Receipt::Delivered);
        assert_eq!(delivered.as_deref(), Some("✓✓ delivered to bob"));
        assert_eq!(book.receipt(HERE, "bob", 3, Receipt::Delivered), None);
        assert!(book.receipt(HERE, "bob", 3, Receipt::Read).is_some());
        assert_eq!(book.receipt(HERE, "bob", 3, Receipt::Read), None);
        assert_eq!(book.receipt(HERE, "bob", 3, Receipt::Delivered), None, "read is more");
    }

    #[test]
    fn in_a_group_only_reading_is_told_and_of_everybody() {
        let mut book = book("group");
        book.judge(&message("ann", 3, 5));
        assert_eq!(book.receipt(HERE, "bob", 3, Receipt::Delivered), None);
        assert!(book.receipt(HERE, "bob", 3, Receipt::Read).is_some());
        assert!(book.receipt(HERE, "eve", 3, Receipt::Read).is_some());
    }

    #[test]
    fn a_change_of_settings_keeps_the_other_persons_name() {
        let mut book = book("direct");
        let live = json!({"id": HERE, "type": "direct", "revision": 5, "last_seq": 2});
        book.learn(&serde_json::from_value(live).unwrap());
        assert_eq!(book.title(HERE), "Bob");
        book.forget(HERE);
        assert_eq!((book.opened(), book.title(HERE)), (None, HERE.to_string()));
    }
}
